"""Models: how levels become one weight, and a weight a score."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from idlab.config.part import Number, Part


class Calibration(Part):
    """Scores that hold: a strictly rising curve from weights to probabilities, through knots.

    Between knots, and beyond them with the slope of the outermost two, the log odds are straight, so that every
    weight has one score and every threshold one weight. It says what is shown and what thresholds mean; candidates
    are ranked by weight as before.

    Args:
        weight: Of each knot, strictly rising.
        probability: Of each knot, strictly rising.

    Example:
        >>> Calibration(weight=(0.0, 8.0), probability=(0.5, 0.9)).probability
        (0.5, 0.9)
    """

    weight: tuple[Annotated[Number, Field(ge=-1e6, le=1e6)], ...] = Field(min_length=2, max_length=1000)
    probability: tuple[Annotated[float, Field(ge=1e-9, le=1 - 1e-9)], ...] = Field(
        min_length=2, max_length=1000
    )

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if len(self.weight) != len(self.probability):
            raise ValueError(
                f"{len(self.weight)} weights and {len(self.probability)} probabilities; give one of each a knot"
            )
        for name, knots in (("weight", self.weight), ("probability", self.probability)):
            place = next((k for k, (a, b) in enumerate(pairwise(knots)) if not b - a >= 1e-9), None)
            if place is not None:
                raise ValueError(
                    f"{name} {knots[place + 1]} follows {knots[place]}; knots must rise strictly, by 1e-9 or more"
                )
        return self


class Model(Part):
    """How levels become one weight.

    Args:
        kind: ``fellegi_sunter`` (bits of evidence) or ``weighted_average`` (the baseline's).
        prior: log2 odds that a record and a candidate are one person before anything is compared.
        calibration: From weights to probabilities; null takes a weight for log2 odds, or for the score itself.
    """

    kind: Literal["fellegi_sunter", "weighted_average"]
    prior: Number | None = Field(default=None, ge=-100, le=100)
    calibration: Calibration | None = None
