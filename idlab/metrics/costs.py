"""What a run costs: wrong unions, missing unions and the work of people, per 1,000 interactions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Floats, Ints, dense, group_sizes, labels
from idlab.metrics.contingency import Contingency, Groups, coarsened, contingency, plurality_rows, united
from idlab.metrics.draws import uniform
from idlab.metrics.history import Links, LinkState


class Costs(NamedTuple):
    """What mistakes and work are priced at, and how well reviewers answer.

    Merging at probability 0.85 and asking from 0.75 on is optimal for 6.7 and 1.33 answers (Chow 1970).

    Args:
        c_false: Price of a wrong union, in answers.
        c_missed: Price of a missing union, in answers.
        c_review: Price of one answer.
        sensitivity: Share of the links that should be accepted that are.
        specificity: Share of the links that should be declined that are.
        seed: Which reviewers: imperfect answers are drawn, addressed by link, so that the same link gets the
            same answer in every run.
    """

    c_false: float = 6.7
    c_missed: float = 1.33
    c_review: float = 1.0
    sensitivity: float = 1.0
    specificity: float = 1.0
    seed: int = 0


class Cost(NamedTuple):
    """The cost of a run, and what it is made of.

    Args:
        per_1000: Cost per 1,000 known interactions after every open link was answered; None without any.
        unanswered_per_1000: The same with no link answered.
        wrong_unions: For each identity the number of different people in it minus one, summed, after the
            answers.
        missing_unions: For each person the number of identities minus one, summed, after the answers.
        unanswered_wrong_unions, unanswered_missing_unions: The same before the answers.
        reviews: Links ever opened and records ever sent to review.
    """

    per_1000: float | None
    unanswered_per_1000: float | None
    wrong_unions: int
    missing_unions: int
    unanswered_wrong_unions: int
    unanswered_missing_unions: int
    reviews: int


DEFAULT_COSTS = Costs()
"""The prices that the thresholds 0.85 and 0.75 imply, with perfect reviewers."""


def check_costs(costs: Costs) -> None:
    """Refuse prices below 0, and sensitivities and specificities outside 0 to 1.

    Args:
        costs: The prices.

    Raises:
        BadInput: Naming the field.

    Example:
        >>> check_costs(Costs(c_false=10.0))
    """
    for name in ("c_false", "c_missed", "c_review", "seed"):
        price = getattr(costs, name)
        if not 0 <= price < np.inf:
            raise BadInput(f"{name} is {price} and must be a finite number of at least 0", where="costs")
    for name in ("sensitivity", "specificity"):
        share = getattr(costs, name)
        if not 0 <= share <= 1:
            raise BadInput(f"{name} is {share} and must lie between 0 and 1", where="costs")


def cost(person: ArrayLike, identity: ArrayLike, links: Links, reviewed: Flags, costs: Costs) -> Cost:
    """Price the final identities, before and after every open link was answered.

    With partial labels everything is counted over interactions of known persons: their identities, and the
    links and reviews for which such an interaction was at hand.

    Args:
        person: [n] the person of each interaction, -1 where unknown.
        identity: [n] its final identity.
        links: Every link ever opened.
        reviewed: [n] whether the record was ever sent to review.
        costs: The prices.

    Returns:
        The cost and its parts.

    Raises:
        BadInput: If arrays do not fit each other or a price is out of range.

    Example:
        >>> none = np.zeros(0, dtype=np.int64)
        >>> links, nobody = Links(none, none, none), np.zeros(4, dtype=bool)
        >>> found = cost([1, 1, 2, 2], [0, 0, 0, 3], links, nobody, Costs())
        >>> found.wrong_unions, found.missing_unions, round(found.per_1000, 6)
        (1, 1, 2007.5)
    """
    people = labels(person, "person")
    before, after, _ = answered(people, identity, links, costs)
    known = int(before.truth_sizes.sum())
    work = int(review_work(people, links, reviewed).sum())
    counts = [_union_errors(table) for table in (after, before)]
    prices = [
        costs.c_false * wrong + costs.c_missed * missing + costs.c_review * work for wrong, missing in counts
    ]
    per_1000 = [1000 * price / known if known else None for price in prices]
    return Cost(per_1000[0], per_1000[1], *counts[0], *counts[1], work)


def answered(
    person: Ints, identity: ArrayLike, links: Links, costs: Costs
) -> tuple[Contingency, Contingency, Ints]:
    """Answer every open link and unite what is accepted.

    A link should be accepted if its two identities have the same plurality person, ties to who came first,
    and declined else, also where one has no known person. Answers are given all at once, to the final
    identities. Links that were accepted, declined or left to expire, or whose sides became one otherwise,
    keep that state.

    Args:
        person: [n] the person of each interaction, -1 where unknown.
        identity: [n] its final identity.
        links: Every link ever opened.
        costs: How well reviewers answer.

    Returns:
        The contingency of the known interactions before and after the answers, and [n] identities afterwards.

    Example:
        >>> links = Links(np.array([0]), np.array([1]), np.array([0]))
        >>> answered(np.array([5, 5]), [0, 1], links, Costs())[2].tolist()
        [0, 0]
    """
    check_costs(costs)
    into, identities = dense(labels(identity, "identity", person.size))
    known = np.flatnonzero(person >= 0)
    everybody = known.size == person.size
    before = contingency(person if everybody else person[known], into if everybody else into[known])
    waiting = np.flatnonzero(links.state == LinkState.OPEN)
    if not waiting.size:
        return before, before, into
    rows = known[plurality_rows(before)]
    owner = np.full(identities, -1, dtype=np.int64)
    owner[into[rows]] = person[rows]
    left, right = into[links.left[waiting]], into[links.right[waiting]]
    same = (owner[left] == owner[right]) & (owner[left] >= 0)
    accepted = _answers(same, links.left[waiting], links.right[waiting], costs)
    union, _ = united(left[accepted], right[accepted], identities)
    of_cluster = np.zeros_like(before.predicted_sizes)
    of_cluster[before.predicted] = union[into[known[before.first]]]
    return before, coarsened(before, of_cluster), union[into]


def _answers(same: Flags, left: Ints, right: Ints, costs: Costs) -> Flags:
    """What the reviewers say to each link."""
    if costs.sensitivity == 1 and costs.specificity == 1:
        return same
    address = [np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)]
    chance = uniform(address, left.size, costs.seed)
    return np.where(same, chance < costs.sensitivity, chance < 1 - costs.specificity)


def review_work(person: Ints, links: Links, reviewed: Flags) -> Ints:
    """How often people were asked about each known interaction: links opened with it at hand, and reviews.

    Args:
        person: [n] the person of each interaction, -1 where unknown.
        links: Every link ever opened; the later of its two interactions was at hand.
        reviewed: [n] whether the record was ever sent to review.

    Returns:
        [n] questions, 0 for unknown persons.

    Raises:
        BadInput: If ``reviewed`` has another length.

    Example:
        >>> links = Links(np.array([0]), np.array([1]), np.array([0]))
        >>> review_work(np.array([5, 5]), links, np.array([True, False])).tolist()
        [1, 1]
    """
    if reviewed.size != person.size:
        raise BadInput(f"reviewed has {reviewed.size} entries and must have {person.size}", where="reviewed")
    asked = np.bincount(np.maximum(links.left, links.right), minlength=person.size) + reviewed
    return np.where(person >= 0, asked, 0)


def _union_errors(table: Contingency) -> tuple[int, int]:
    """Wrong and missing unions: cells beyond one per predicted cluster, and beyond one per true cluster."""
    cells = table.sizes.size
    return cells - table.predicted_sizes.size, cells - table.truth_sizes.size


def union_error_totals(groups: Groups) -> tuple[Floats, Floats]:
    """Wrong and missing unions per group.

    Args:
        groups: The groups of a contingency.

    Returns:
        [groups] wrong unions and [groups] missing unions.

    Example:
        >>> from idlab.metrics.contingency import whole
        >>> table = contingency([1, 1, 2, 2], [0, 0, 0, 3])
        >>> [total.tolist() for total in union_error_totals(whole(table))]
        [[1.0], [1.0]]
    """
    cells = group_sizes(groups.of_cell, groups.number)
    wrong = cells - group_sizes(groups.of_predicted, groups.number)
    return wrong, cells - group_sizes(groups.of_truth, groups.number)


def cost_totals(groups: Groups, work: Floats, costs: Costs) -> Floats:
    """What each group cost.

    Args:
        groups: The groups of a contingency.
        work: [groups] questions; see ``review_work``.
        costs: The prices.

    Returns:
        [groups] costs, in answers.

    Example:
        >>> from idlab.metrics.contingency import whole
        >>> table = contingency([1, 1, 2, 2], [0, 0, 0, 3])
        >>> cost_totals(whole(table), np.array([2.0]), Costs(c_false=5.0, c_missed=1.0)).tolist()
        [8.0]
    """
    wrong, missing = union_error_totals(groups)
    return costs.c_false * wrong + costs.c_missed * missing + costs.c_review * work
