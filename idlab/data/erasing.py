"""Erasing from datasets, runs and what was made of them on disk: what is derived from a dataset first, then the dataset itself.

The dataset tells what to look for in the rest; broken off, it can be done again.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from idlab.data.manifest import INTERACTIONS_FILE
from idlab.data.redacting import REDACTORS, STAYS, rows_of
from idlab.data.staged import (
    BESIDE,
    finish_or_forget,
    move_into_place,
    row_groups,
    write_beside,
    write_manifest_beside,
    write_text,
)
from idlab.data.worksheet import PAIRS, PEOPLE
from idlab.errors import BadInput

_SHORTEST = 4
"""Characters of a value that is looked for in pages and other texts: shorter ones are everywhere."""
_PLAIN = ("occurred_at", "channel")


class Touched(NamedTuple):
    """What was done to a file.

    Args:
        file: The file.
        what: What was done, in a few words.
    """

    file: Path
    what: str


class Redaction(NamedTuple):
    """What erasing from files came to.

    Args:
        touched: Every file in which something of theirs was.
        warnings: Files that were left as they are and may hold something, each with the reason.
    """

    touched: list[Touched]
    warnings: list[Touched]


def erase_from_files(
    folders: Iterable[Path], interactions: Sequence[str], *, dry_run: bool = False
) -> Redaction:
    """Take every identifier of some interactions out of all that idlab wrote in some folders.

    Args:
        folders: Datasets, runs, studies, or folders that hold some; files are looked for in the folders within, too.
        interactions: The ids of the interactions.
        dry_run: Whether files stay as they are.

    Returns:
        What was done, or would be.

    Raises:
        BadInput: If a folder is missing, or a file cannot be read.
    """
    ids = pa.array(interactions, pa.string())
    files = _files(folders)
    values = _values(files, ids)
    needles = _needles([*interactions, *values])
    touched: list[Touched] = []
    warnings = _left_behind()
    for file in files:
        if file.suffix in {".html", ".htm"}:
            touched += _remove_page(file, needles, dry_run=dry_run)
        elif _is_worksheet(file):
            touched += _blank_worksheet(file, set(interactions), dry_run=dry_run)
        elif file.name not in REDACTORS:
            warnings += _looked_into(file, _needles(values))
    for folder in dict.fromkeys(file.parent for file in files):
        tables = [file for file in files if file.parent == folder and file.name in REDACTORS]
        touched += _redact_folder(folder, tables, ids, dry_run=dry_run)
    return Redaction(touched, warnings)


def _files(folders: Iterable[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for folder in folders:
        if not folder.is_dir():
            raise BadInput("there is no such folder", where=str(folder), hint="name a dataset or a run")
        for broken_off in sorted({beside.parent for beside in folder.rglob(f".*{BESIDE}")}):
            finish_or_forget(broken_off)
        found.update(dict.fromkeys(one for one in sorted(folder.rglob("*")) if one.is_file()))
    return list(found)


def _values(files: Iterable[Path], ids: pa.Array) -> list[str]:
    """Every value that interactions have in datasets, as it was written there."""
    found: dict[str, None] = {}
    for file in files:
        if file.name == INTERACTIONS_FILE:
            for table in row_groups(file):
                theirs = table.filter(rows_of(table, "interaction_id", ids))
                for name in theirs.column_names:
                    if name not in STAYS:
                        found.update(dict.fromkeys(map(str, theirs[name].drop_null().to_pylist())))
    return [value for value in found if len(value) >= _SHORTEST]


def _needles(texts: Iterable[str]) -> list[bytes]:
    """The ways in which texts can stand in a file."""
    found: dict[bytes, None] = {}
    for text in texts:
        for form in (text, escape(text), json.dumps(text)[1:-1]):
            found[form.encode("utf-8", "surrogatepass")] = None
    return list(found)


def _remove_page(file: Path, needles: Sequence[bytes], *, dry_run: bool) -> Iterator[Touched]:
    """Remove a page that shows something of theirs: it cannot be mended, and can be made again."""
    page = file.read_bytes()
    if any(needle in page for needle in needles):
        if not dry_run:
            file.unlink()
        yield Touched(file, "removed, since it shows interactions of theirs; make it again")


def _is_worksheet(file: Path) -> bool:
    if file.suffix != ".csv":
        return False
    with file.open("rb") as opened:
        names = opened.readline().decode("utf-8", "replace").strip().split(",")
    return set(PEOPLE) <= set(names) or set(PAIRS) <= set(names)


def _blank_worksheet(file: Path, interactions: set[str], *, dry_run: bool) -> Iterator[Touched]:
    """Leave of their rows in a worksheet what was answered, and when they were."""
    sheet = pd.read_csv(file, dtype=str, keep_default_na=False)
    rows = 0
    for side, mark in (("interaction_id", ""), ("left", "left_"), ("right", "right_")):
        if side not in sheet.columns:
            continue
        theirs = sheet[side].isin(interactions)
        rows += int(theirs.sum())
        for name in sheet.columns:
            kept = name in (*PEOPLE, *PAIRS) or name.removeprefix(mark) in _PLAIN
            if not kept and name.startswith(mark):
                sheet.loc[theirs, name] = ""
    if rows:
        if not dry_run:
            write_text(file, sheet.to_csv(index=False))
        yield Touched(file, f"what was known of {rows} interactions blanked")


def _looked_into(file: Path, needles: Sequence[bytes]) -> Iterator[Touched]:
    """Tell of a file that holds something of theirs, or that is no file of idlab's."""
    data = file.read_bytes()
    if any(needle in data for needle in needles):
        yield Touched(file, "holds values of theirs and is left as it is: remove them by hand")
    elif not _is_ours(file, data):
        yield Touched(file, "not a file of idlab's that is known here: left as it is")


def _is_ours(file: Path, data: bytes) -> bool:
    """Whether a file is one of those that hold nobody's identifiers: configs, studies, numbers."""
    if file.name in {"run.json", "metrics.json", "demo.json", "journal.log"}:
        return True
    if file.name.endswith((".metrics.json", ".manifest.json")):
        return True
    try:
        document = json.loads(data) if file.suffix == ".json" else None
    except ValueError:
        return False
    return isinstance(document, dict) and str(document.get("schema", "")).startswith("idlab.")


def _left_behind() -> list[Touched]:
    """Encoded worlds of searches that were killed: they hold values, and nobody needs them any more once no search runs."""
    found = sorted(Path(tempfile.gettempdir()).glob("idlab-worlds-*"))
    what = "encoded worlds of searches, which hold values: remove those of which no search runs"
    return [Touched(found[0].with_name("idlab-worlds-*"), what)] if found else []


def _redact_folder(
    folder: Path, tables: Sequence[Path], ids: pa.Array, *, dry_run: bool
) -> Iterator[Touched]:
    """Redact the tables of a folder, and say in its manifest what they are now."""
    digests: dict[str, str | None] = {}
    for file in tables:
        rows = _count_rows(file, ids)
        if rows:
            if not dry_run:
                digests[file.name] = write_beside(file, partial(_redacted, file.name, ids))
            yield Touched(file, f"{rows} rows of theirs redacted")
    if digests:
        write_manifest_beside(folder, digests)
        move_into_place(folder)


def _redacted(name: str, ids: pa.Array, table: pa.Table) -> pa.Table:
    return REDACTORS[name](table, ids)[0]


def _count_rows(file: Path, ids: pa.Array) -> int:
    return sum(REDACTORS[file.name](table, ids)[1] for table in row_groups(file))
