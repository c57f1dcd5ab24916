"""Reads scenarios from YAML, with what they are like, and explains what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from idlab.errors import BadInput, why_unread
from synthetic.nearest import names_near
from synthetic.overrides import numeric_names, replaced
from synthetic.scenario import Scenario, merged
from synthetic.schema import fields_at
from synthetic.variation import varied

SCENARIOS = "scenarios"
VARIATIONS = "variations"


def scenario_names() -> tuple[str, ...]:
    """The scenarios that come with idlab, in alphabetical order."""
    return _shipped(SCENARIOS)


def variation_names() -> tuple[str, ...]:
    """The variations that come with idlab, in alphabetical order.

    Example:
        >>> {"clean", "dirty"} <= set(variation_names())
        True
    """
    return _shipped(VARIATIONS)


def load_scenario(
    source: str | Path, overrides: Mapping[str, float] | None = None, like: Sequence[str | Path] = ()
) -> Scenario:
    """A scenario by name or from a YAML file, varied and with single rates replaced.

    Args:
        source: One of ``scenario_names()`` or the path of a YAML file. A file may say ``like: retail`` and
            then only what differs.
        overrides: New values by dotted name, such as ``households.landline`` or ``noise.keyboard`` (every
            channel that has the corruption) or ``noise.keyboard.voice``. They come last.
        like: Variations to apply in this order, by name or as paths of YAML files.

    Returns:
        The validated scenario.

    Raises:
        BadInput: On an unknown scenario, variation or override, or a value out of range; valid ones are
            listed.

    Example:
        >>> load_scenario("retail", {"households.landline": 0.5}).households.landline
        0.5
        >>> load_scenario("retail", like=["clean"]).noise_rate("keyboard", "crm")
        0.0
    """
    document, where = _whole(source, ())
    scenario = _validate(document, where)
    for variation in like:
        patch, where = _read(variation, VARIATIONS)
        scenario = _validate(varied(_document(scenario), patch, where), where)
    if overrides:
        scenario = _validate(replaced(_document(scenario), overrides, override_names(scenario)), "overrides")
    return scenario


def override_names(scenario: Scenario) -> tuple[str, ...]:
    """Every name that ``overrides`` takes for this scenario, in the scenario's order."""
    return tuple(numeric_names(_document(scenario)))


def _document(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="python", by_alias=True, exclude_none=True)


def _shipped(kind: str) -> tuple[str, ...]:
    folder = resources.files("synthetic") / kind
    return tuple(sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".yaml")))


def _whole(source: str | Path, seen: tuple[str, ...]) -> tuple[dict[str, Any], str]:
    """A scenario's document with what it is like filled in, and where it is."""
    read, where = _read(source, SCENARIOS)
    document = dict(read)
    if where in seen:
        circle = " is like ".join((*seen[seen.index(where) :], where))
        raise BadInput(f"is like itself: {circle}", where=where, hint="let one of them stand alone")
    parent = document.pop("like", None)
    if parent is None:
        return document, where
    if not isinstance(parent, str):
        raise BadInput("like: names one scenario", where=where, hint=f"such as {', '.join(scenario_names())}")
    beside = (Path(source).parent / parent).resolve()
    found = parent if parent in scenario_names() or not beside.is_file() else beside
    base, _ = _whole(found, (*seen, where))
    return merged(base, document), where


def _read(source: str | Path, kind: str) -> tuple[Mapping[str, Any], str]:
    what = kind.removesuffix("s")
    if isinstance(source, str) and source in _shipped(kind):
        return _shipped_document(kind, source), f"{what} {source}"
    path = Path(source)
    if path.suffix not in (".yaml", ".yml"):
        near = names_near(_shipped(kind), str(source))
        raise BadInput(
            f"unknown {what} {str(source)!r}; valid names are {', '.join(near)}",
            hint="or give the path of a YAML file",
        )
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(why_unread(problem), where=str(path)) from problem
    return _parse(text, str(path)), str(path)


@cache
def _shipped_document(kind: str, name: str) -> Mapping[str, Any]:
    """One that comes with idlab, parsed once."""
    text = (resources.files("synthetic") / kind / f"{name}.yaml").read_text("utf-8")
    return _parse(text, f"{kind.removesuffix('s')} {name}")


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
            near = names_near(fields_at(first["loc"][:-1]), str(first["loc"][-1]))
            hint = f"valid names are {', '.join(near)}"
        raise BadInput(message, where=where, hint=hint) from problem
