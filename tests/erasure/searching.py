"""Looking for bytes in places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

Places = Mapping[str, Iterable[bytes]]
"""What is searched, by name: whole contents, each by itself."""


class Searched(NamedTuple):
    """What a search came to.

    Args:
        files: How many contents were searched.
        size: Bytes searched.
        found: How many forms of values of each field are there.
    """

    files: int
    size: int
    found: Counter[str]


def search(places: Places, needles: Mapping[bytes, str]) -> dict[str, Searched]:
    """Look for every needle in every place; of contents that are equal one is looked through, of zeros nothing."""
    done = {}
    for name, contents in places.items():
        whole = list(contents)
        once = b"\n".join(one.replace(_ZEROS, b"\0") for one in dict.fromkeys(whole))
        there = Counter(field for needle, field in needles.items() if needle in once)
        done[name] = Searched(len(whole), sum(map(len, whole)), there)
    return done


_ZEROS = bytes(512)


def told(when: str, done: Mapping[str, Searched]) -> str:
    """The places searched, in lines."""
    lines = [f"{when}:"]
    for name, one in done.items():
        found = ", ".join(f"{count} of {field}" for field, count in sorted(one.found.items())) or "nothing"
        lines.append(f"  {name}: {one.files} files, {one.size:,} bytes: {found}")
    return "\n".join(lines)


def files(paths: Iterable[Path]) -> list[bytes]:
    """The contents of files, and of those in folders."""
    found: list[Path] = []
    for path in paths:
        found += [one for one in sorted(path.rglob("*")) if one.is_file()] if path.is_dir() else [path]
    return [one.read_bytes() for one in found if one.is_file()]
