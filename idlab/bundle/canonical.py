"""Canonical JSON: one text for one content, its digest, and reading and writing it whole."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from idlab.errors import BadInput, why_unread


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
        BadInput: If it cannot be read, ends too early, or is no JSON.
    """
    text = _text_of(path)
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        if _is_cut_short(text):
            hint = "take the exported file again, whole"
            raise BadInput("is cut short: it ends inside its JSON", where=str(path), hint=hint) from None
        raise BadInput(
            f"is no JSON: {error}", where=str(path), hint="give a scoring config or a bundle"
        ) from None


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        problem, hint = "is not in UTF-8", "give a JSON file"
    except OSError as error:
        problem, hint = why_unread(error), "check the path"
    raise BadInput(
        problem, where=str(path), hint=hint
    )  # without the error, which holds the bytes of the file


def _is_cut_short(text: str) -> bool:
    """Whether a text is the beginning of a JSON object and not all of it, as after a copy that broke off."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        in_last_token = re.fullmatch(r"\s*[\w.+-]*", text[error.pos :], re.ASCII)
        inside_a_text = error.msg.startswith("Unterminated string")
        return text.lstrip().startswith("{") and bool(in_last_token or inside_a_text)
    except (ValueError, RecursionError):
        pass
    return False


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def write_whole(path: Path, text: str) -> None:
    """Writes a text file beside its place and moves it there: it appears whole or not at all.

    Raises:
        BadInput: If the place is a folder.
    """
    if path.is_dir():
        raise BadInput("is a folder, not a file", where=str(path), hint="name a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
