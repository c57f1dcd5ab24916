"""What the golden decisions of a bundle show, and what they cannot."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from idlab.bundle.golden import Part

Distance = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Sides(Part):
    """How close golden decisions lie to a threshold, on both sides.

    Args:
        raised: By how much it must be raised, in units of weight, until a golden decision comes out otherwise;
            None if no golden decision would.
        lowered: The same for lowering it.
    """

    raised: Distance | None = None
    lowered: Distance | None = None


class Coverage(Part):
    """What golden decisions show of what a config can decide.

    Args:
        unreachable: What the config rules out, such as ``reason OLDEST``.
        not_reached: What it does not rule out, yet no golden decision shows.
        thresholds: By the name of each threshold how close decisions lie to it.
    """

    unreachable: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()
    thresholds: dict[str, Sides] = Field(default_factory=dict)
