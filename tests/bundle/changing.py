"""Changing the values of a written bundle, with and without signing it anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idlab.bundle.canonical import digest_of


def change(path: Path, *steps: str | int, to: Any) -> None:
    """Changes one value of a bundle and leaves its digest as it was."""
    document = json.loads(path.read_text())
    place = document
    for step in steps[:-1]:
        place = place[step]
    assert place[steps[-1]] != to
    place[steps[-1]] = to
    path.write_text(json.dumps(document))


def sign(path: Path) -> None:
    """Writes the digest that the content has now, as somebody would who knows how."""
    document = json.loads(path.read_text())
    document["digests"]["bundle"] = digest_of(document)
    path.write_text(json.dumps(document))


def places(node: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value of a document that is no list or object, by its path."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, child in children:
        if isinstance(child, dict | list) and child:
            yield from places(child, (*steps, step))
        else:
            yield (*steps, step), child
