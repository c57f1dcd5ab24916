"""Monotone curves from weights to probabilities that hold: isotonic regression and Platt's scaling.

A curve never changes which candidate is first, only what its weight is called and hence what a threshold
means. It is fitted on components that nothing else is measured on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit

from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Floats, group_sizes, group_sums

METHODS = ("isotonic", "platt")
"""How a curve can be fitted."""


class Curve(NamedTuple):
    """A rising curve through knots: straight between them, level outside.

    Args:
        method: One of ``METHODS``.
        weight: [k] ascending.
        probability: [k] ascending, above 0 and below 1.
    """

    method: str
    weight: tuple[float, ...]
    probability: tuple[float, ...]

    def __call__(self, weight: Floats) -> Floats:
        """The probability of each weight."""
        found: Floats = np.interp(weight, self.weight, self.probability)
        return found

    def document(self) -> dict[str, Any]:
        """The curve as plain numbers, ready to be JSON."""
        return {"method": self.method, "weight": list(self.weight), "probability": list(self.probability)}


def fit_curve(weight: Floats, right: Flags, method: str = "isotonic") -> Curve:
    """Fit a curve to judged decisions.

    Isotonic: pool adjacent violators (Barlow et al. 1972), a knot at the mean weight of each block. Platt
    (1999): a logistic curve fitted to targets (n+ + 1) / (n+ + 2) and 1 / (n- + 2), laid through 33 knots.

    Args:
        weight: [n] what candidates are ranked by.
        right: [n] whether the candidate is the person.
        method: One of ``METHODS``.

    Returns:
        The curve.

    Raises:
        BadInput: If the method is unknown, the arrays do not fit, fewer than two decisions or all of one kind
            are given, or right candidates do not weigh more than wrong ones.

    Example:
        >>> weight = np.array([-4.0, -2.0, 0.0, 2.0, 4.0, 6.0])
        >>> curve = fit_curve(weight, np.array([False, False, True, False, True, True]))
        >>> [round(float(p), 3) for p in curve(np.array([-9.0, 1.0, 9.0]))]
        [0.125, 0.5, 0.875]
    """
    if method not in METHODS:
        raise BadInput(f"'{method}' is no method", where="method", hint=f"valid are {', '.join(METHODS)}")
    if weight.shape != right.shape or not np.isfinite(weight).all():
        raise BadInput("each decision needs a finite weight and a verdict", where="weight")
    if weight.size < 2 or right.all() or not right.any():
        hint = "judge more decisions, right and wrong ones"
        raise BadInput("a curve needs right and wrong decisions", where="right", hint=hint)
    return _isotonic(weight, right) if method == "isotonic" else _platt(weight, right)


def _isotonic(weight: Floats, right: Flags) -> Curve:
    distinct, place = np.unique(weight, return_inverse=True)
    count = group_sizes(place, distinct.size)
    share = group_sums(right, place, distinct.size) / count
    fitted = isotonic_regression(share, weights=count)
    starts = fitted.blocks[:-1]
    mass = np.add.reduceat(count, starts)
    middle = np.add.reduceat(count * distinct, starts) / mass
    # The most that this many decisions can say: at either end, one more of the other kind was never seen.
    least = 1 / (weight.size + 2)
    probability = np.clip(fitted.x[starts], least, 1 - least)
    if probability.size < 2:
        raise _unranked()
    return Curve("isotonic", tuple(middle.tolist()), tuple(probability.tolist()))


def _platt(weight: Floats, right: Flags) -> Curve:
    positives = float(right.sum())
    target = np.where(right, (positives + 1) / (positives + 2), 1 / (right.size - positives + 2))
    centre, spread = float(weight.mean()), float(weight.std()) or 1.0
    scaled = (weight - centre) / spread

    def loss(line: Floats) -> tuple[float, Floats]:
        z = line[0] * scaled + line[1]
        value = float((np.logaddexp(0, z) - target * z).mean())
        error = expit(z) - target
        return value, np.array([(error * scaled).mean(), error.mean()])

    slope, height = minimize(loss, np.array([1.0, 0.0]), jac=True, method="BFGS").x
    if not slope > 1e-9:
        raise _unranked()
    knots = np.linspace(weight.min(), weight.max(), 33)
    least = 1 / (weight.size + 2)
    probability = np.clip(expit(slope * (knots - centre) / spread + height), least, 1 - least)
    return Curve("platt", tuple(knots.tolist()), tuple(probability.tolist()))


def _unranked() -> BadInput:
    return BadInput("right candidates do not weigh more than wrong ones", hint="tune the weights first")
