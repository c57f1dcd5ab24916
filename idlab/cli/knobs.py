"""The numbers of a scenario as knobs that can be fitted to a profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idlab.tune.world import Knob
    from synthetic import Scenario

_SET_OTHERWISE = ("days", "drift")
"""The profile says how many days; nothing in it says when rates changed."""


def knobs_of(scenario: Scenario) -> list[Knob]:
    """Every number of a scenario that can be fitted, with how far it may plausibly be from where it is.

    Rates of what people have and do may be anywhere, those of corruptions and of what is never filled are small, and
    all else is about half of what it is, more or less.
    """
    from synthetic import override_names

    document = scenario.model_dump(mode="python", by_alias=True)
    knobs = []
    for name in override_names(scenario):
        value = _at(document, name)
        if not isinstance(value, Mapping) and name.partition(".")[0] not in _SET_OTHERWISE:
            knobs.append(_knob(name, float(value)))
    return knobs


def _knob(name: str, value: float) -> Knob:
    from idlab.tune.world import Knob
    from synthetic import value_range

    low, high, whole = value_range(name)
    section = name.partition(".")[0]
    if section == "noise":
        spread = max(0.02, value / 2)
    elif high == 1.0:
        spread = 0.3 if value > 0 else 0.05
    else:
        spread = value / 2 + 0.05
    return Knob(name, value, low, min(high, 10 * max(value, 1.0)), spread, whole, _told_by(name))


def _told_by(name: str) -> str:
    """The statistic of a profile that shows a channel's share or fill rate as it is."""
    section, *rest = name.split(".")
    if section != "channels" or rest[1] in ("learnt_later", "region"):
        return ""
    return f"channel.{rest[0]}" if rest[1] == "share" else f"fill.{rest[0]}.{rest[1]}"


def _at(document: Any, name: str) -> Any:
    for part in name.split("."):
        document = document[int(part)] if isinstance(document, list | tuple) else document[part]
    return document
