"""Canonical JSON: one text for one content, its digest, and reading and writing it whole."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from idlab.errors import BadInput


def canonical(document: object) -> str:
    """JSON with sorted keys, no spaces and ASCII only: one text for one content."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest_of(document: Mapping[str, Any]) -> str:
    """sha256 of a bundle's canonical JSON without the place where the digest itself stands."""
    digests = document.get("digests")
    if isinstance(digests, dict):
        digests = {name: digest for name, digest in digests.items() if name != "bundle"}
    return hashlib.sha256(canonical({**document, "digests": digests}).encode("ascii")).hexdigest()


def read_json(path: Path) -> Any:
    """What a JSON file holds; numbers that are not finite are refused.

    Raises:
        BadInput: If it cannot be read, or is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number, parse_float=_finite)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot be read ({type(error).__name__})", where=str(path)) from None
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"is no JSON: {error}", where=str(path), hint="give a scoring config or a bundle"
        ) from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def write_whole(path: Path, text: str) -> None:
    """Writes a text file beside its place and moves it there: it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
