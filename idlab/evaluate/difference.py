"""What changes between evaluations of one dataset: paired differences, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping

from idlab.errors import BadInput
from idlab.evaluate.evaluation import Evaluation
from idlab.evaluate.history import enabled_keys
from idlab.evaluate.keys import key_codes, rules_read
from idlab.metrics.arrays import Floats, Ints, group_sums
from idlab.metrics.contingency import united
from idlab.metrics.intervals import Ratio, resample
from idlab.metrics.paired import Change, Measure, change
from idlab.metrics.shares import Components
from idlab.metrics.summary import SHARES
from idlab.metrics.totals import component_totals

Place = tuple[str, str]

PER_1000: Mapping[Place, Ratio] = {
    ("cost_per_1000", ""): Ratio("cost", "known"),
    ("cost_unanswered_per_1000", ""): Ratio("cost_unanswered", "known"),
    ("pending", "per_1000"): Ratio("pending", "counted"),
    ("review", "per_1000"): Ratio("review", "counted"),
}
"""The numbers per 1,000, by their place in ``Evaluation.numbers``."""


def changes(
    reference: Evaluation, candidate: Evaluation, *, resamples: int = 400, seed: int = 0, level: float = 0.95
) -> dict[Place, Change]:
    """The paired differences of two evaluations of one dataset.

    Both are resampled together: by the connected components of persons and of both evaluations' identities.

    Args:
        reference: What is compared with.
        candidate: What is compared.
        resamples: How many worlds to draw.
        seed: Of the draws.
        level: Nominal coverage.

    Returns:
        A change for every share of ``SHARES`` and every number per 1,000, by its place in
        ``Evaluation.numbers``.

    Raises:
        BadInput: If they are of different datasets, or priced differently.
    """
    check_comparable(reference, candidate)
    drawn = resample(joint_totals(reference, candidate), resamples, seed)
    prices = reference.costs
    unit = max(prices.c_false, prices.c_missed, prices.c_review)
    found = {place: change(drawn, *_sides(ratios), level=level) for place, ratios in SHARES.items()}
    for place, ratio in PER_1000.items():
        event = unit if place[0].startswith("cost") else 1.0
        found[place] = change(drawn, *_sides((ratio,)), level=level, unit=event)
    return found


def check_comparable(reference: Evaluation, candidate: Evaluation) -> None:
    """Refuse to compare evaluations of different datasets or under different prices.

    Raises:
        BadInput: Saying which of the two.
    """
    if reference.numbers["dataset_digest"] != candidate.numbers["dataset_digest"]:
        raise BadInput("two evaluations are of different datasets", hint="evaluate both on the same one")
    if reference.costs != candidate.costs:
        raise BadInput("two evaluations are priced differently", hint="evaluate both with the same costs")


def joint_components(reference: Evaluation, candidate: Evaluation) -> Components:
    """The components of persons and of both evaluations' identities: no error of either reaches out of one."""
    of_first, _, number = _joined(reference, candidate)
    return Components(of_first[reference.components.of_row], number)


def joint_totals(reference: Evaluation, candidate: Evaluation) -> dict[str, Floats]:
    """The totals of both per component of both together, named 0/... and 1/... for one and the other."""
    of_first, of_second, number = _joined(reference, candidate)
    totals: dict[str, Floats] = {}
    for side, (one, into) in enumerate(((reference, of_first), (candidate, of_second))):
        keys = enabled_keys(one.replay), key_codes(one.replay, rules_read(one.replay))
        found = component_totals(one.history, one.person, keys[0], one.costs, keys[1])
        totals |= {f"{side}/{name}": group_sums(values, into, number) for name, values in found.items()}
    return totals


def _joined(reference: Evaluation, candidate: Evaluation) -> tuple[Ints, Ints, int]:
    """The joint component of each one's components, and how many there are."""
    first, second = reference.components, candidate.components
    joint, number = united(first.of_row, first.number + second.of_row, first.number + second.number)
    return joint[: first.number], joint[first.number :], number


def _sides(ratios: Measure) -> tuple[Measure, Measure]:
    """A measure by the names that ``joint_totals`` gives the totals of one and of the other."""
    reference, candidate = (
        tuple(Ratio(f"{side}/{one.numerator}", f"{side}/{one.denominator}") for one in ratios)
        for side in (0, 1)
    )
    return reference, candidate
