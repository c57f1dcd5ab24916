"""Single rates by dotted name: which there are, and a document with some replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from idlab.errors import BadInput
from idlab.model import CHANNELS
from synthetic.nearest import names_near
from synthetic.noise import CORRUPTION_NAMES


def numeric_names(node: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The dotted names of all numbers, those in lists by place from 0, and of every corruption as a whole."""
    for key, value in node.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            if prefix in ("noise.", "drift.noise."):
                yield name
            yield from numeric_names(value, f"{name}.")
        elif isinstance(value, list | tuple):
            yield from (f"{name}.{place}" for place in range(len(value)))
        elif isinstance(value, int | float):
            yield name


def replaced(
    document: Mapping[str, Any], overrides: Mapping[str, float], valid: Sequence[str]
) -> dict[str, Any]:
    """The document with the numbers of these names replaced.

    Args:
        document: A whole scenario.
        overrides: New numbers by dotted name.
        valid: The names that there are.

    Raises:
        BadInput: On an unknown name; the valid ones of its section are listed, nearest first.

    Example:
        >>> replaced({"noise": {"ocr": {"crm": 0.1}}}, {"noise.ocr": 0.2}, ["noise.ocr"])
        {'noise': {'ocr': {'crm': 0.2}}}
    """
    changed: Any = document
    for name, value in overrides.items():
        if name not in valid and not _is_new_noise_rate(name):
            hint = f"valid names are {', '.join(names_near(valid, name))}"
            raise BadInput(f"unknown rate {name!r}", where="overrides", hint=hint)
        changed = _put(changed, name.split("."), value)
    return dict(changed)


def _put(node: Any, path: Sequence[str], value: float) -> Any:
    """The node with the number at this path replaced; with all of its numbers if the path ends at it."""
    if not path:
        return dict.fromkeys(node, value) if isinstance(node, Mapping) else value
    if isinstance(node, list | tuple):
        place = int(path[0])
        return [*node[:place], _put(node[place], path[1:], value), *node[place + 1 :]]
    return {**node, path[0]: _put(node.get(path[0], {}) if path[1:] else node.get(path[0]), path[1:], value)}


def _is_new_noise_rate(name: str) -> bool:
    """Whether this names a corruption on a channel, which the scenario may have left at 0."""
    section, *rest = name.split(".")
    return section == "noise" and len(rest) == 2 and rest[0] in CORRUPTION_NAMES and rest[1] in CHANNELS
