"""The band that costs imply, and the costs that a band implies: Chow's rule of the reject option.

Chow 1970, IEEE Transactions on Information Theory 16:41. It needs calibrated probabilities, and prices each
decision for itself; a replay tells what feedback does. Of a candidate that is the same person with
probability p, merging costs (1 - p) c_false, leaving it costs p c_missed, and asking costs
c_review + p (1 - s) c_missed + (1 - p) (1 - q) c_false with reviewers of sensitivity s and specificity q.
"""

from __future__ import annotations

from typing import NamedTuple

from idlab.errors import BadInput
from idlab.metrics.costs import Costs, check_costs


class Band(NamedTuple):
    """Merge from ``merge_at`` on, ask from ``pending_at`` on.

    Args:
        pending_at: Probability from which asking is cheaper than leaving it; equal to ``merge_at`` where
            asking never pays.
        merge_at: Probability from which merging is cheapest.
    """

    pending_at: float
    merge_at: float


def optimal_band(costs: Costs) -> Band:
    """The cheapest band for calibrated probabilities.

    Args:
        costs: The prices, and how well reviewers answer.

    Returns:
        ``pending_at = (r + (1 - q) F) / (s M + (1 - q) F)`` and ``merge_at = (q F - r) / (q F + (1 - s) M)``
        for prices F, M, r; where the band would be empty, both are F / (F + M).

    Raises:
        BadInput: If a price is out of range, or neither mistake costs anything.

    Example:
        >>> band = optimal_band(Costs(c_false=20 / 3, c_missed=4 / 3, c_review=1))
        >>> round(band.pending_at, 9), round(band.merge_at, 9)
        (0.75, 0.85)
    """
    check_costs(costs)
    false, missed, review = costs.c_false, costs.c_missed, costs.c_review
    if false + missed <= 0:
        raise BadInput("neither mistake costs anything", where="costs", hint="price one of them above 0")
    wrongly = (1 - costs.specificity) * false
    lost = (1 - costs.sensitivity) * missed
    break_even = false / (false + missed)
    saved_by_asking = costs.sensitivity * missed + wrongly
    saved_by_checking = costs.specificity * false + lost
    if saved_by_asking <= 0 or saved_by_checking <= 0:
        return Band(break_even, break_even)
    pending_at = (review + wrongly) / saved_by_asking
    merge_at = (costs.specificity * false - review) / saved_by_checking
    if pending_at >= merge_at:
        return Band(break_even, break_even)
    return Band(pending_at, merge_at)


def implied_costs(band: Band, c_review: float = 1.0) -> Costs:
    """The prices under which a band is the cheapest, with perfect reviewers: the reverse of ``optimal_band``.

    Args:
        band: Probabilities between 0 and 1, ``pending_at`` at most ``merge_at``.
        c_review: Price of one answer, in whatever the costs shall be in.

    Returns:
        ``c_false = r / (1 - merge_at)`` and ``c_missed = r / pending_at``. Only meaningful where scores are
        calibrated.

    Raises:
        BadInput: If the band is upside down or not between 0 and 1, or the price is not positive.

    Example:
        >>> found = implied_costs(Band(0.75, 0.85))
        >>> round(found.c_false, 2), round(found.c_missed, 2)
        (6.67, 1.33)
    """
    if not 0 < band.pending_at <= band.merge_at < 1:
        raise BadInput(
            f"the band {band.pending_at} to {band.merge_at} must lie between 0 and 1, pending_at first",
            where="band",
        )
    if not 0 < c_review < float("inf"):
        raise BadInput(f"c_review is {c_review} and must be a positive number", where="c_review")
    return Costs(
        c_false=c_review / (1 - band.merge_at), c_missed=c_review / band.pending_at, c_review=c_review
    )
