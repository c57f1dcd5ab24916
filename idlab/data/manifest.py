"""The manifest of a dataset: how it was made, and the digests of its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from idlab.errors import BadInput

INTERACTIONS_FILE = "interactions.parquet"
TRUTH_FILE = "truth.parquet"
LABELS_FILE = "labels.parquet"
ACTIONS_FILE = "actions.parquet"
MANIFEST = "manifest.json"
FILES = (INTERACTIONS_FILE, TRUTH_FILE, LABELS_FILE, ACTIONS_FILE, MANIFEST)
"""Every file that a dataset may consist of."""

SCHEMA = "idlab.dataset/1"
"""The version of the format, named by every manifest."""


@dataclass(frozen=True)
class Manifest:
    """How a dataset was made, and what its files hold.

    Args:
        recipe: Whatever describes how it was made, as JSON: a scenario and its overrides, or an import.
        seed: The seed it was made with; None where nothing was drawn.
        synthetic: Whether nobody in it is real, so that reports need not mask identifiers.
        fields: The kind of every declared field, by name.
        versions: Versions of what made it, by name.
        rows: How many interactions there are.
        files: sha256 of every file, by file name.

    Example:
        >>> len(Manifest(rows=1, files={"interactions.parquet": "ab"}).digest)
        64
    """

    recipe: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    synthetic: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """sha256 over names and sha256 of all files: equal for equal contents, in memory as on disk."""
        lines = "".join(f"{name} {self.files[name]}\n" for name in sorted(self.files))
        return sha256(lines.encode("utf-8")).hexdigest()

    def to_json(self) -> str:
        """The manifest as it is written: one JSON object, its keys in fixed order."""
        document = {
            "schema": SCHEMA,
            "recipe": dict(self.recipe),
            "seed": self.seed,
            "synthetic": self.synthetic,
            "fields": dict(self.fields),
            "versions": dict(sorted(self.versions.items())),
            "rows": self.rows,
            "files": {name: {"sha256": self.files[name]} for name in sorted(self.files)},
        }
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a dataset.

    Raises:
        BadInput: If the folder is no dataset, or its manifest cannot be read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        what = "there is no dataset here" if not folder.is_dir() else f"this folder has no {MANIFEST}"
        hint = "make a dataset with idlab generate or idlab import"
        raise BadInput(what, where=str(folder), hint=hint)
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise BadInput("is not JSON", where=str(path), hint="make the dataset again") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise BadInput(f"is no manifest of schema {SCHEMA}", where=str(path), hint="make the dataset again")
    return _from_document(document, path)


def _from_document(document: dict[str, Any], path: Path) -> Manifest:
    try:
        return Manifest(
            recipe=dict(document["recipe"]),
            seed=document["seed"],
            synthetic=bool(document["synthetic"]),
            fields={str(name): str(kind) for name, kind in document["fields"].items()},
            versions={str(name): str(version) for name, version in document["versions"].items()},
            rows=int(document["rows"]),
            files={str(name): str(entry["sha256"]) for name, entry in document["files"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = "lacks a key or has one of a wrong type"
        raise BadInput(what, where=str(path), hint="make the dataset again") from error
