"""Decision-level rates from few labels: how many merges, questions and unions were right, among all.

Whether a decision is right depends on the plurality person of an identity, and of the others in it a sample of
people tells little: only that they are not of the labelled people. So every decision on a labelled person is
judged twice by ``idlab.metrics.judge``: once as if all unlabelled interactions were of one single person, which
is the strongest rival that they can be, and once as if each were of a person of its own, the weakest. What is
right in the first way is right whoever they are, and what is wrong in the second way is wrong. Mostly both ways
agree. Where they do not, the estimate is the middle and its interval holds both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.metrics.decisions import decision_totals, judge
from idlab.metrics.estimates import Estimate, between, ratio_estimate
from idlab.metrics.history import History
from idlab.metrics.intervals import Ratio
from idlab.metrics.ownership import owners
from idlab.metrics.sampled import LabelledPeople
from idlab.metrics.summary import SHARES

PLACES = (
    ("merge", "precision"),
    ("merge", "recall"),
    ("union", "precision"),
    ("pending", "yield"),
    ("pending", "capture"),
    ("review", "yield"),
)
"""The rates of ``idlab.metrics.summarise`` that labelled people tell."""

PER_1000 = {
    "false_merges_per_1000": Ratio("merge_wrong", "counted"),
    "missed_links_per_1000": Ratio("new_missed", "counted"),
}
"""Wrong automatic merges, and new identities of people who were known already, per 1,000 interactions that count."""


class DecisionBounds(NamedTuple):
    """The totals of ``idlab.metrics.decisions.DecisionTotals`` by labelled person, as two ways to judge give them.

    Args:
        cautious: [people] each, with everything unlabelled taken for one single person.
        generous: [people] each, with everything unlabelled taken for a person of its own.
    """

    cautious: Mapping[str, Floats]
    generous: Mapping[str, Floats]


def decision_bounds(history: History, of_row: Ints) -> DecisionBounds:
    """How the decisions on labelled people turned out, at least and at most.

    A union counts with the person of the earliest interaction of the identity that survives.

    Args:
        history: The replay.
        of_row: [n] the number of each interaction's person from 0, -1 where unknown; of a labelled person every
            interaction must be known.

    Returns:
        Both totals. If everybody is labelled they are equal, and sums over people are those of the dataset.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> bounds = decision_bounds(unsplit(np.array([0, 0, 0, 0])), np.array([0, -1, -1, 0]))
        >>> bounds.cautious["merge_right"].tolist(), bounds.generous["merge_right"].tolist()
        ([0.0], [1.0])
    """
    unlabelled, people = of_row < 0, int(of_row.max(initial=-1)) + 1
    together = np.where(unlabelled, people, of_row)
    apart = np.where(unlabelled, people + np.arange(of_row.size), of_row)
    surely, possibly = _unions(history, together, apart, people)
    found = []
    for person, union_right in ((together, surely), (apart, possibly)):
        judged = judge(history, person)._replace(union_right=union_right)
        totals = decision_totals(history, judged, together, people + 1)._asdict()
        ours = {name: values[:people] for name, values in totals.items()}
        found.append({**ours, "merge_wrong": ours["merge_judged"] - ours["merge_right"]})
    return DecisionBounds(*found)


def _unions(history: History, together: Ints, apart: Ints, people: int) -> tuple[Flags, Flags]:
    """Which unions are right whoever the unlabelled are, and which may be.

    A labelled person who owns an identity though all others in it be one person owns it; one who does not though
    all others be different people does not.
    """
    firm, loose = owners(history, together), owners(history, apart)
    surely = (firm.kept == firm.gone) & (firm.kept < people)
    wrong = (firm.kept < people) & (loose.gone != firm.kept)
    wrong |= (firm.gone < people) & (loose.kept != firm.gone)
    return surely, ~wrong


def estimate_decisions(people: LabelledPeople, history: History, level: float = 0.95) -> dict[str, Estimate]:
    """Estimate the decision-level rates of all interactions from a sample of people.

    Args:
        people: The sample.
        history: The replay.
        level: Of the intervals.

    Returns:
        Estimates of the rates at ``PLACES``, as ``merge_precision``, and of ``PER_1000``.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> people = LabelledPeople.of(np.array([5, 5, -1]), np.ones(3))
        >>> found = estimate_decisions(people, unsplit(np.array([0, 0, 0])))
        >>> found["merge_precision"].value, found["union_precision"].value
        (1.0, None)
    """
    bounds = decision_bounds(history, people.of_row)

    def estimated(ratio: Ratio) -> Estimate:
        least, most = (
            ratio_estimate(
                totals[ratio.numerator], totals[ratio.denominator], people.weight, share=True, level=level
            )
            for totals in bounds
        )
        return between(least, most)

    found = {"_".join(place): estimated(SHARES[place][0]) for place in PLACES}
    return found | {name: estimated(ratio).times(1000) for name, ratio in PER_1000.items()}
