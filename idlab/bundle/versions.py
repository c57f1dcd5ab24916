"""Versions of the engine and of everything that normalisation and comparison stand on."""

from __future__ import annotations

import platform
import unicodedata
from collections.abc import Mapping
from importlib.metadata import version

from idlab.version import __version__

STANDS_ON = ("anyascii", "email-validator", "jellyfish", "nicknames", "phonenumbers", "rapidfuzz")
"""The libraries on which normalisation and comparison stand."""


class VersionWarning(UserWarning):
    """Something that decisions stand on has another version than when the bundle was made."""


def versions() -> dict[str, str]:
    """The versions of the engine and of everything that normalisation and comparison stand on, by name.

    Example:
        >>> versions()["idlab"] == __version__
        True
    """
    return {
        "idlab": __version__,
        "python": platform.python_version(),
        "unicode": unicodedata.unidata_version,
        **{name: version(name) for name in STANDS_ON},
    }


def changed_versions(made_with: Mapping[str, str]) -> tuple[str, ...]:
    """A line for every version that is not what it was.

    Example:
        >>> changed_versions(versions())
        ()
    """
    now = versions()
    return tuple(
        f"{name} is {now.get(name, 'absent')}, the bundle was made with {made_with.get(name, 'none')}"
        for name in sorted({*now, *made_with})
        if now.get(name) != made_with.get(name)
    )
