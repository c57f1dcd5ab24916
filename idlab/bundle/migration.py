"""Bundles of older releases, brought forward one schema version at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from idlab.bundle.canonical import digest_of
from idlab.errors import BadInput

FAMILY: Final = "idlab.bundle/"
SCHEMA: Final = "idlab.bundle/2"
"""The schema that this release writes; older ones are brought forward when they are read."""

CURRENT: Final = int(SCHEMA.removeprefix(FAMILY))

Document = dict[str, Any]


def version_of(document: Mapping[str, Any], where: str) -> int:
    """The schema version of a bundle that this release can read.

    Args:
        document: The parsed JSON, which says that it is a bundle.
        where: What a message calls it.

    Raises:
        BadInput: If it is of a newer release, or of none that ever was.

    Example:
        >>> version_of({"schema": "idlab.bundle/1"}, "bundle.json")
        1
    """
    schema = str(document["schema"])
    number = schema.removeprefix(FAMILY)
    known = {str(version): version for version in (*MIGRATIONS, CURRENT)}
    if number in known:
        return known[number]
    newer = number.isascii() and number.isdigit() and len(number) < 10 and int(number) > CURRENT
    raise BadInput(
        f"schema is {schema!r}, this release reads {FAMILY}{min(known)} to {SCHEMA}",
        where=where,
        hint="install the release that made it, or a newer one" if newer else "export it again",
    )


def migrated(document: Mapping[str, Any], version: int) -> Document:
    """A bundle's document in the current schema, with the digest that it has there.

    Args:
        document: Of the given version; its digests are an object.
        version: See ``version_of``.
    """
    brought = dict(document)
    for step in range(version, CURRENT):
        brought = MIGRATIONS[step](brought)
    return {**brought, "digests": {**brought["digests"], "bundle": digest_of(brought)}}


def _from_1(document: Document) -> Document:
    """Gates were judged on the study's hold-out world alone; coverage was a list of what is not reached."""
    gates, lineage = document.get("gates"), document.get("lineage")
    moved: Document = {name: part for name, part in document.items() if name != "not_reached"}
    moved["schema"] = f"{FAMILY}2"
    if isinstance(gates, list):
        moved["gates"] = [
            {"on": "the study's hold-out world", **one} if isinstance(one, dict) else one for one in gates
        ]
    if isinstance(lineage, dict):
        moved["lineage"] = {**lineage, "migrated_from": f"{FAMILY}1"}
    moved["coverage"] = {"unreachable": [], "not_reached": document.get("not_reached"), "thresholds": {}}
    return moved


MIGRATIONS: Mapping[int, Callable[[Document], Document]] = MappingProxyType({1: _from_1})
"""What brings a document of each older version to the next. Each takes any JSON object whose digest holds: where
it is of another shape, what does not fit is left for validation to name."""
