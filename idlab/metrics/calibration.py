"""Calibration: when decisions are scored 0.8, are eight in ten of their candidates the right person?

Thresholds and costs mean what they say only if they are; a score that ranks well may still be far off (Belin &
Rubin 1995, JASA 90:694: nominal false-match rates of 1 in 1000 and less were really about 1 %).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Floats, Ints, group_sums
from idlab.metrics.intervals import Rate, delta_interval

BAND = (0.70, 0.90)
"""Where a threshold of the pending band may lie: the scores that ``band_ece`` looks at."""

_LEAST = 1e-15
"""Probabilities are kept this far from 0 and 1 in the log loss, which would be infinite there."""


class Bin(NamedTuple):
    """Decisions of similar score.

    Args:
        low, high: The lowest and highest score in it.
        decisions: How many there are.
        score: Their mean score.
        right: The share whose candidate is the person, with its interval over components.
    """

    low: float
    high: float
    decisions: int
    score: float
    right: Rate


class Calibration(NamedTuple):
    """How far scores are probabilities.

    Args:
        decisions: How many there are.
        score: Their mean score.
        right: The share whose candidate is the person.
        ece: Expected calibration error: sum over bins of n_b / n x |share right - mean score|.
        max_ce: The largest |share right - mean score| of a bin.
        band_ece: ``ece`` over the scores in ``BAND`` alone, in bins of their own; nan without any.
        brier: Mean squared difference of score and truth: reliability - resolution + uncertainty + within.
        reliability: sum n_b / n (share - score)^2, 0 if calibrated (Murphy 1973).
        resolution: sum n_b / n (share - overall share)^2, how far bins differ.
        uncertainty: Overall share x (1 - overall share).
        within: What the bins' inner spread adds (Stephenson, Coelho & Jolliffe 2008); 0 for one score a bin.
        log_loss: Mean of -log(probability given to what was true).
    """

    decisions: int
    score: float
    right: float
    ece: float
    max_ce: float
    band_ece: float
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float
    log_loss: float


def calibration(score: ArrayLike, right: ArrayLike, bins: int = 10) -> Calibration:
    """Measure calibration in bins of equal mass.

    Args:
        score: [n] from 0 to 1.
        right: [n] whether the candidate is the person.
        bins: How many bins, at most; equal scores are never parted.

    Returns:
        The measures; all nan without decisions.

    Raises:
        BadInput: If the arrays do not fit each other, or a score lies outside 0 to 1.

    Example:
        >>> found = calibration([0.2, 0.2, 0.2, 0.2, 0.9, 0.9], [0, 0, 0, 1, 1, 1])
        >>> round(found.ece, 4), round(found.max_ce, 4), round(found.brier, 4)
        (0.0667, 0.1, 0.13)
    """
    scores, truth = _checked(score, right, bins)
    if not scores.size:
        return Calibration(0, *(float("nan"),) * 11)
    weight, mean, share = _bin_means(scores, truth, bins)
    overall = float(truth.mean())
    gap = np.abs(share - mean)
    inside = (scores >= BAND[0]) & (scores <= BAND[1])
    brier = float(((scores - truth) ** 2).mean())
    reliability, resolution = float(weight @ gap**2), float(weight @ (share - overall) ** 2)
    uncertainty = overall * (1 - overall)
    return Calibration(
        decisions=scores.size,
        score=float(scores.mean()),
        right=overall,
        ece=float(weight @ gap),
        max_ce=float(gap.max()),
        band_ece=_ece(scores[inside], truth[inside], bins),
        brier=brier,
        reliability=reliability,
        resolution=resolution,
        uncertainty=uncertainty,
        within=brier - reliability + resolution - uncertainty,
        log_loss=_log_loss(scores, truth),
    )


def reliability_bins(
    score: ArrayLike, right: ArrayLike, component: ArrayLike, bins: int = 10, level: float = 0.95
) -> list[Bin]:
    """The reliability diagram: bins of equal mass, each with the share that is right and its interval.

    Args:
        score: [n] from 0 to 1.
        right: [n] whether the candidate is the person.
        component: [n] the component of each decision, the unit that is independent.
        bins: How many bins, at most; equal scores are never parted.
        level: Of the intervals.

    Returns:
        The bins by score.

    Raises:
        BadInput: If the arrays do not fit each other, or a score lies outside 0 to 1.

    Example:
        >>> [(one.score, one.decisions, one.right.value) for one in reliability_bins([0.2, 0.2, 1.0], [0, 1, 1], [0, 1, 1])]
        [(0.2, 2, 0.5), (1.0, 1, 1.0)]
    """
    scores, truth = _checked(score, right, bins)
    _, part = np.unique(np.asarray(component), return_inverse=True)
    if part.shape != scores.shape:
        raise BadInput(f"component has {part.size} entries and must have {scores.size}", where="component")
    of_bin = equal_mass(scores, bins)
    found = []
    for number in range(int(of_bin.max(initial=-1)) + 1):
        rows = np.flatnonzero(of_bin == number)
        _, local = np.unique(part[rows], return_inverse=True)
        groups = int(local.max()) + 1
        rate = delta_interval(
            group_sums(truth[rows], local, groups), group_sums(np.ones(rows.size), local, groups), level
        )
        inside = scores[rows]
        found.append(Bin(float(inside.min()), float(inside.max()), rows.size, float(inside.mean()), rate))
    return found


def calibration_by(
    score: ArrayLike, right: ArrayLike, group: ArrayLike, names: Mapping[int, str], bins: int = 10
) -> dict[str, Calibration]:
    """Calibration of each group, as of channel pairs.

    Args:
        score: [n] from 0 to 1.
        right: [n] whether the candidate is the person.
        group: [n] the group of each decision, as a number.
        names: What the groups are called; groups without a name are left out.
        bins: How many bins each, at most.

    Example:
        >>> list(calibration_by([0.2, 1.0], [0, 1], [3, 4], {4: "sms"}))
        ['sms']
    """
    scores, truth = _checked(score, right, bins)
    groups = np.asarray(group)
    return {
        name: calibration(scores[groups == code], truth[groups == code], bins) for code, name in names.items()
    }


def equal_mass(score: Floats, bins: int) -> Ints:
    """Bins of as nearly equal mass as equal scores allow, numbered by score.

    Args:
        score: [n] any numbers.
        bins: How many, at most.

    Returns:
        [n] bin of each, from 0; every bin holds something.

    Example:
        >>> equal_mass(np.array([0.1, 0.9, 0.9, 0.9, 0.2, 0.3]), 2).tolist()
        [0, 1, 1, 1, 0, 0]
    """
    if not score.size:
        return np.zeros(0, dtype=np.int64)
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2
    wanted = np.minimum((bins * middle / score.size).astype(np.int64), bins - 1)
    _, number = np.unique(wanted, return_inverse=True)
    found: Ints = number[place].astype(np.int64)
    return found


def _checked(score: ArrayLike, right: ArrayLike, bins: int) -> tuple[Floats, Flags]:
    scores = np.asarray(score, dtype=np.float64)
    truth = np.asarray(right).astype(np.bool_)
    if scores.ndim != 1 or scores.shape != truth.shape:
        raise BadInput(
            f"score has shape {scores.shape} and right {truth.shape}; they must be as long", where="score"
        )
    if scores.size and not ((scores >= 0) & (scores <= 1)).all():
        raise BadInput("a score lies outside 0 to 1", where="score", hint="leave out decisions without one")
    if bins < 1:
        raise BadInput(f"bins is {bins} and must be at least 1", where="bins")
    return scores, truth


def _bin_means(score: Floats, right: Flags, bins: int) -> tuple[Floats, Floats, Floats]:
    """Per bin its share of all decisions, its mean score and the share that is right."""
    of_bin = equal_mass(score, bins)
    number = int(of_bin.max()) + 1
    count = group_sums(np.ones(score.size), of_bin, number)
    return (
        count / score.size,
        group_sums(score, of_bin, number) / count,
        group_sums(right, of_bin, number) / count,
    )


def _ece(score: Floats, right: Flags, bins: int) -> float:
    if not score.size:
        return float("nan")
    weight, mean, share = _bin_means(score, right, bins)
    return float(weight @ np.abs(share - mean))


def _log_loss(score: Floats, right: Flags) -> float:
    given = np.clip(np.where(right, score, 1 - score), _LEAST, 1.0)
    return float(-np.log(given).mean())
