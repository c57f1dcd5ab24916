"""Reads scenarios from YAML, replaces single rates and explains what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from idlab.errors import BadInput
from idlab.model import CHANNELS
from synthetic.noise import CORRUPTION_NAMES
from synthetic.scenario import Scenario


def scenario_names() -> tuple[str, ...]:
    """The scenarios that come with idlab, in alphabetical order."""
    folder = resources.files("synthetic") / "scenarios"
    return tuple(sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".yaml")))


def load_scenario(source: str | Path, overrides: Mapping[str, float] | None = None) -> Scenario:
    """A scenario by name or from a YAML file, with single rates replaced.

    Args:
        source: One of ``scenario_names()`` or the path of a YAML file.
        overrides: New values by dotted name, such as ``households.landline`` or ``noise.keyboard`` (every
            channel that has the corruption) or ``noise.keyboard.voice``.

    Returns:
        The validated scenario.

    Raises:
        BadInput: On an unknown scenario or override, or a value out of range; valid ones are listed.

    Example:
        >>> load_scenario("retail", {"households.landline": 0.5}).households.landline
        0.5
    """
    document, where = _read(source)
    if overrides:
        valid = override_names(_validate(document, where))
        for name, value in overrides.items():
            _override(document, name, value, valid)
    return _validate(document, where)


def override_names(scenario: Scenario) -> tuple[str, ...]:
    """Every name that ``overrides`` takes for this scenario, in the scenario's order."""
    return tuple(_numeric_names(scenario.model_dump(mode="python", by_alias=True)))


def _read(source: str | Path) -> tuple[dict[str, Any], str]:
    if isinstance(source, str) and source in scenario_names():
        text = (resources.files("synthetic") / "scenarios" / f"{source}.yaml").read_text("utf-8")
        return _parse(text, f"scenario {source}"), f"scenario {source}"
    path = Path(source)
    if path.suffix not in (".yaml", ".yml"):
        raise BadInput(
            f"unknown scenario {str(source)!r}; valid names are {', '.join(scenario_names())}",
            hint="or give the path of a YAML file",
        )
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"cannot be read ({type(problem).__name__})", where=str(path)) from problem
    return _parse(text, str(path)), str(path)


def _parse(text: str, where: str) -> dict[str, Any]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise BadInput(f"is not YAML: {problem}", where=where) from problem
    if not isinstance(document, dict):
        raise BadInput(f"a scenario is a mapping of sections, got {type(document).__name__}", where=where)
    return document


def _validate(document: dict[str, Any], where: str) -> Scenario:
    try:
        return Scenario.model_validate(document)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"] if part != "[key]")
        got = "" if isinstance(first["input"], dict) else f", got {first['input']!r}"
        message = f"{path + ': ' if path else ''}{first['msg'].removeprefix('Value error, ')}{got}"
        hint = None
        if first["type"] == "extra_forbidden":
            hint = f"valid names are {', '.join(_fields_at(first['loc'][:-1]))}"
        raise BadInput(message, where=where, hint=hint) from problem


def _fields_at(location: tuple[int | str, ...]) -> list[str]:
    """The names that the section at this path of the schema knows."""
    schema = Scenario.model_json_schema()
    definitions, node = schema["$defs"], schema
    for part in location:
        node = node.get("properties", {}).get(part) or node.get("additionalProperties", {})
        if "$ref" in node:
            node = definitions[node["$ref"].rsplit("/", 1)[-1]]
    return list(node.get("properties", {}))


def _numeric_names(node: Any, prefix: str = "") -> Iterator[str]:
    for key, value in node.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            if prefix == "noise.":
                yield name
            yield from _numeric_names(value, f"{name}.")
        elif isinstance(value, int | float):
            yield name


def _override(document: dict[str, Any], name: str, value: float, valid: tuple[str, ...]) -> None:
    if name not in valid and not _is_new_noise_rate(name):
        hint = f"valid names are {', '.join(_names_near(valid, name))}"
        raise BadInput(f"unknown rate {name!r}", where="overrides", hint=hint)
    *sections, last = name.split(".")
    node = document
    for section in sections:
        node = node.setdefault(section, {})
    node[last] = dict.fromkeys(node[last], value) if sections == ["noise"] else value


def _is_new_noise_rate(name: str) -> bool:
    """Whether this names a corruption on a channel, which the scenario may have left at 0."""
    section, *rest = name.split(".")
    return section == "noise" and len(rest) == 2 and rest[0] in CORRUPTION_NAMES and rest[1] in CHANNELS


def _names_near(valid: tuple[str, ...], name: str) -> list[str]:
    """The valid names in the section that the unknown one points into, or all of them."""
    section = name.rpartition(".")[0]
    return [one for one in valid if section and one.startswith(f"{section}.")] or list(valid)
