"""Whether a candidate is no worse than a reference, channel by channel, by more than a margin."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from idlab.errors import BadInput
from idlab.evaluate.columns import Groups
from idlab.evaluate.difference import check_comparable, joint_components
from idlab.evaluate.evaluation import Evaluation
from idlab.metrics import Disposition, Rate
from idlab.metrics.arrays import Flags, group_sums
from idlab.metrics.intervals import Ratio, Sample, resample
from idlab.metrics.paired import change

MEASURES = ("merge_precision", "merge_recall")
"""What is compared on each channel; more is better."""


class Verdict(StrEnum):
    """What the interval of a difference says beside a margin."""

    NON_INFERIOR = "non-inferior"
    """All of it lies above minus the margin."""
    INFERIOR = "inferior"
    """All of it lies below minus the margin."""
    UNCLEAR = "unclear"
    """It holds minus the margin: more interactions are needed."""
    NO_CASE = "no case"
    """One of the two has nothing to judge."""


class OnChannel(NamedTuple):
    """A measure on one channel.

    Args:
        channel: The channel.
        measure: One of ``MEASURES``.
        reference: Its value under the reference, None where there is nothing to judge.
        candidate: Its value under the candidate.
        difference: Candidate less reference, with its paired 95 % interval.
        verdict: What that says beside the margin.
    """

    channel: str
    measure: str
    reference: float | None
    candidate: float | None
    difference: Rate
    verdict: Verdict


def non_inferiority(
    reference: Evaluation,
    candidate: Evaluation,
    channel: Groups,
    *,
    margin: float = 0.01,
    resamples: int = 400,
    seed: int = 0,
) -> list[OnChannel]:
    """Whether a candidate is no worse than a reference on each channel by more than a margin.

    That the whole 95 % interval lies above minus the margin is a test of inferiority at 2.5 % (CPMP/ICH E9,
    section 3.3.2). Every channel is a test of its own: nothing is corrected, as all of them must pass.

    Args:
        reference: What is compared with.
        candidate: What is compared.
        channel: The channel of every interaction, from ``column_of(dataset, "channel")``.
        margin: By how much a rate may be lower, as a share.
        resamples: How many worlds to draw.
        seed: Of the draws.

    Returns:
        Both measures of every channel.

    Raises:
        BadInput: If the evaluations cannot be compared, or the margin is not between 0 and 1.
    """
    if not 0 < margin < 1:
        raise BadInput(
            f"the margin is {margin} and must lie between 0 and 1", where="margin", hint="0.01 is one point"
        )
    check_comparable(reference, candidate)
    joint = joint_components(reference, candidate)
    sides = [_measured(one) for one in (reference, candidate)]
    found = []
    for code, name in enumerate(channel.names):
        here = channel.code == code
        totals = {
            f"{side}/{measure}/{part}": group_sums(flags[here], joint.of_row[here], joint.number)
            for side, measured in enumerate(sides)
            for measure, (hits, among) in measured.items()
            for part, flags in (("hits", hits & among), ("among", among))
        }
        drawn = resample(totals, resamples, seed)
        for measure in MEASURES:
            ratios = [Ratio(f"{side}/{measure}/hits", f"{side}/{measure}/among") for side in (0, 1)]
            difference = change(drawn, (ratios[0],), (ratios[1],)).absolute
            before, after = (_value(drawn, one) for one in ratios)
            verdict = _verdict(difference, margin)
            found.append(OnChannel(name, measure, before, after, difference, verdict))
    return found


def passes(found: Sequence[OnChannel]) -> bool:
    """Whether the candidate is non-inferior on every channel that has cases."""
    return all(one.verdict in (Verdict.NON_INFERIOR, Verdict.NO_CASE) for one in found)


def _measured(evaluation: Evaluation) -> dict[str, tuple[Flags, Flags]]:
    """Hits, and what counts, of every measure."""
    how, judged = evaluation.disposition, evaluation.judged
    right = how == Disposition.MERGE_RIGHT
    merged = judged & (right | (how == Disposition.MERGE_WRONG))
    linkable = judged & evaluation.judgements.linkable
    return {"merge_precision": (right, merged), "merge_recall": (right, linkable)}


def _value(drawn: Sample, ratio: Ratio) -> float | None:
    whole = drawn.sum(ratio.denominator)
    return drawn.sum(ratio.numerator) / whole if whole else None


def _verdict(difference: Rate, margin: float) -> Verdict:
    if difference.low is None or difference.high is None:
        return Verdict.NO_CASE
    if difference.low > -margin:
        return Verdict.NON_INFERIOR
    return Verdict.INFERIOR if difference.high < -margin else Verdict.UNCLEAR
