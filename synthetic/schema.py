"""The JSON Schema of scenario files, and the names that it knows."""

from __future__ import annotations

from functools import cache
from math import inf
from typing import Any, NamedTuple

from synthetic.scenario import Scenario


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, as written to ``synthetic/scenario.schema.json``.

    A file that says what it is ``like`` may leave out everything else.

    Example:
        >>> sorted(scenario_schema()["anyOf"][1]["required"])
        ['like']
    """
    schema = Scenario.model_json_schema(by_alias=True)
    for part in schema["$defs"].values():
        part.pop("required", None)
    like = {"type": "string", "description": "The scenario, by name or file, that this one differs from."}
    schema["properties"] = {"like": like} | schema["properties"]
    schema["anyOf"] = [{"required": schema.pop("required")}, {"required": ["like"]}]
    return schema


class Range(NamedTuple):
    """The values that a number may have.

    Args:
        low, high: The least and the greatest, themselves included; ``high`` is infinite for weights.
        whole: Whether it is a whole number.
    """

    low: float
    high: float
    whole: bool


def value_range(name: str) -> Range:
    """The values that a rate may have, by its dotted name, apart from what it must hold with others.

    Args:
        name: One of ``override_names``.

    Example:
        >>> value_range("households.landline")
        Range(low=0.0, high=1.0, whole=False)
        >>> value_range("lives.recycle_days").whole, value_range("noise.keyboard").high
        (True, 1.0)
    """
    node = _node_at(tuple(name.split(".")))
    while "additionalProperties" in node:
        node = _resolved(node["additionalProperties"])
    low, high = node.get("minimum", 0.0), node.get("maximum", inf)
    return Range(float(low), float(high), node["type"] == "integer")


def fields_at(location: tuple[int | str, ...]) -> list[str]:
    """The names that the section at this path of a scenario knows."""
    return list(_node_at(location).get("properties", {}))


@cache
def _schema() -> dict[str, Any]:
    return Scenario.model_json_schema(by_alias=True)


def _node_at(location: tuple[int | str, ...]) -> dict[str, Any]:
    node = _schema()
    for part in location:
        inner = node.get("properties", {}).get(part) or node.get("items") or node.get("additionalProperties")
        node = _resolved(inner or {})
    return node


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    """The definition that a part of the schema refers to, if it does."""
    node = next((one for one in node.get("anyOf", ()) if "$ref" in one), node)
    found: dict[str, Any] = _schema()["$defs"][node["$ref"].rsplit("/", 1)[-1]] if "$ref" in node else node
    return found
