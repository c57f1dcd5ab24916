"""What a report was made from, so that it can be made again, byte for byte."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from idlab.errors import BadInput
from idlab.version import __version__

SCHEMA = "idlab.report/1"
_STANDS_ON = (
    "numpy",
    "pandas",
    "scipy",
    "matplotlib",
    "jinja2",
    "pyarrow",
    "rapidfuzz",
    "phonenumbers",
)


@dataclass(frozen=True)
class Source:
    """A file or folder that a report was made from.

    Args:
        path: Where it is, seen from the manifest's folder.
        digest: What it held.
    """

    path: str
    digest: str


@dataclass(frozen=True)
class ReportRecipe:
    """What a report was made from.

    Args:
        dataset: What was evaluated.
        configs: Scoring configs or bundles, the candidate last.
        study: The folder of the study that found the candidate; None if it was not tuned.
        costs: The prices, as ``--costs`` takes them; None for the defaults.
        resamples, seed: Of the intervals.
        sweeps, show_identifiers: Whether these were asked for.
        versions: Of what the report stands on.
        sha256: Of the page.
        capacity: Questions that reviewers can answer a day; None if that was not asked for.
        answering: Who answers links, as ``--answering`` takes it; None for the usual.
        promise: The false-merge rate for which a threshold was certified.
    """

    dataset: Source
    configs: tuple[Source, ...]
    study: str | None
    costs: str | None
    resamples: int
    seed: int
    sweeps: bool
    show_identifiers: bool
    versions: dict[str, str]
    sha256: str
    capacity: float | None = None
    answering: str | None = None
    promise: float = 0.01

    def to_json(self) -> str:
        """The manifest as indented JSON."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def load(cls, path: Path) -> ReportRecipe:
        """Read a manifest.

        Raises:
            BadInput: If it is none.
        """
        hint = "name the .manifest.json that idlab report wrote beside a report"
        try:
            document: dict[str, Any] = json.loads(path.read_bytes())
            schema = document.pop("schema")
            document["dataset"] = Source(**document["dataset"])
            document["configs"] = tuple(Source(**one) for one in document["configs"])
            recipe = cls(**document)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as wrong:
            raise BadInput(
                f"is no manifest of a report ({type(wrong).__name__})", where=str(path), hint=hint
            ) from None
        if schema != SCHEMA:
            raise BadInput(f"is a manifest of {schema!r}, not {SCHEMA}", where=str(path), hint=hint)
        return recipe


def versions() -> dict[str, str]:
    """The versions of what a report stands on."""
    return {
        "idlab": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in _STANDS_ON},
    }


def manifest_of(report: Path) -> Path:
    """Where the manifest of a report is."""
    return report.with_suffix(".manifest.json")


def seen_from(folder: Path, path: Path) -> str:
    """A path as a manifest in this folder holds it."""
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
