"""Variations: small patches that make any scenario dirtier, cleaner or otherwise different."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from idlab.errors import BadInput
from synthetic.nearest import names_near
from synthetic.overrides import replaced
from synthetic.scenario import merged
from synthetic.sections import Section

Factor = Annotated[float, Field(ge=0.0, le=1000.0)]


class Variation(Section):
    """What a variation file says.

    Args:
        description: What it is for.
        times: Factors by section or rate, as ``noise: 3``; a rate stays at most 1.
        put: Sections and rates as in a scenario, that replace those of the scenario.
    """

    description: str
    times: dict[str, Factor] = Field(default_factory=dict)
    put: dict[str, Any] = Field(default_factory=dict)


def varied(document: Mapping[str, Any], patch: Mapping[str, Any], where: str) -> dict[str, Any]:
    """A scenario's document with a variation applied: first the factors, then the replacements.

    Args:
        document: A whole scenario.
        patch: The variation's document.
        where: Where it came from, for messages.

    Raises:
        BadInput: If it is no variation, or multiplies what the scenario does not have.

    Example:
        >>> varied({"noise": {"ocr": {"crm": 0.1}}}, {"description": "x", "times": {"noise": 20}}, "x")
        {'noise': {'ocr': {'crm': 1.0}}}
    """
    try:
        variation = Variation.model_validate(patch)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        hint = "a variation has a description and times (factors) or put (replacements)"
        raise BadInput(f"{path}: {first['msg']}", where=where, hint=hint) from problem
    changed = dict(document)
    for name, factor in variation.times.items():
        changed = _multiplied(changed, name, factor, where)
    return merged(changed, variation.put)


def _multiplied(document: dict[str, Any], name: str, factor: float, where: str) -> dict[str, Any]:
    rates = dict(_rates(document))
    chosen = {rate: value for rate, value in rates.items() if f"{rate}.".startswith(f"{name}.")}
    if not chosen:
        sections = [*dict.fromkeys(rate.partition(".")[0] for rate in rates), *rates]
        hint = f"valid names are {', '.join(names_near(sections, name)[:20])}"
        raise BadInput(f"times: the scenario has no rate {name!r}", where=where, hint=hint)
    scaled = {rate: min(1.0, value * factor) for rate, value in chosen.items()}
    return replaced(document, scaled, list(rates))


def _rates(node: Mapping[str, Any], prefix: str = "") -> list[tuple[str, float]]:
    """The dotted names and values of all rates; whole numbers such as days are none."""
    found: list[tuple[str, float]] = []
    for key, value in node.items():
        if isinstance(value, dict):
            found += _rates(value, f"{prefix}{key}.")
        elif isinstance(value, float) and value <= 1.0:
            found.append((f"{prefix}{key}", value))
    return found
