"""Reading a user's own CSV, TSV and Parquet files, every value of a text file as text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv

from idlab.data.storage import read_parquet
from idlab.errors import BadInput, why_unread

SUFFIXES = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".txt": ","}
"""Suffixes of text files, and the delimiter of each."""

PARQUET_SUFFIXES = (".parquet", ".pq")
"""Suffixes of Parquet files."""

_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_file(path: Path) -> tuple[pa.Table, int]:
    """All rows of a file, and how many lone surrogates were dropped from it.

    Args:
        path: A file named ``.csv`` (comma, or semicolon), ``.tsv`` (tab) or ``.parquet``; text in UTF-8, with or without a
            byte order mark, its first line naming the columns.

    Raises:
        BadInput: If it is missing, of another kind, in another encoding, or its rows do not fit its columns.
    """
    if path.is_dir():
        raise BadInput(
            "is a folder, not a file", where=str(path), hint="name a CSV, TSV or Parquet file in it"
        )
    suffix = path.suffix.lower()
    if suffix in PARQUET_SUFFIXES:
        return read_parquet(path), 0
    if suffix not in SUFFIXES:
        valid = ", ".join((*SUFFIXES, *PARQUET_SUFFIXES))
        raise BadInput(f"is of no known kind ('{suffix}')", where=str(path), hint=f"valid are {valid}")
    data, dropped = _utf8(_read_bytes(path), path)
    return _parsed(data, _delimiter(data, SUFFIXES[suffix]), path), dropped


def _delimiter(data: bytes, usual: str) -> str:
    """What parts the columns: semicolons where the first line has no comma, as spreadsheets write it in much of Europe."""
    first = data.lstrip().partition(b"\n")[0]
    return ";" if usual == "," and b"," not in first and b";" in first else usual


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(why_unread(error), where=str(path), hint="check the path") from error


def _utf8(data: bytes, path: Path) -> tuple[bytes, int]:
    """The bytes, valid as UTF-8, without lone surrogates, and how many of those there were."""
    if data.startswith(_UTF_16):
        raise BadInput("is in UTF-16, not in UTF-8", where=str(path), hint="save it as UTF-8")
    if _first_invalid(data) is None:
        return data, 0
    data, dropped = _SURROGATE.subn(b"", data)
    offset = _first_invalid(data)
    if offset is not None:
        hint = "save it as UTF-8 (Windows programs often write Windows-1252)"
        raise BadInput(
            f"is not in UTF-8: the byte at offset {offset} fits no character", where=str(path), hint=hint
        )
    return data, dropped


def _first_invalid(data: bytes) -> int | None:
    """The offset of the first byte that is not UTF-8, found in bounded memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _STEP):
        kept = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + _STEP], final=start + _STEP >= len(data))
        except UnicodeDecodeError as error:
            return start - kept + error.start
    return None


_STEP = 1 << 22


def _parsed(data: bytes, delimiter: str, path: Path) -> pa.Table:
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise BadInput("is empty", where=str(path), hint="its first line must name the columns")
    _refuse_open_quote(data, delimiter, path)
    names = _header(data, delimiter)
    misfits: list[arrow_csv.InvalidRow] = []

    def note_misfit(row: arrow_csv.InvalidRow) -> str:
        misfits.append(row)
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=_block(data)),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                invalid_row_handler=note_misfit,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        hint = "look for a quotation mark that is never closed"
        raise BadInput("is not readable as rows and columns", where=str(path), hint=hint) from error
    if misfits:
        _refuse_misfit(misfits[0], path)
    return table


def _header(data: bytes, delimiter: str) -> list[str]:
    """The names of the columns: the first line that is not blank, quoted as CSV is."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    rows = csv.reader(text, delimiter=delimiter)
    return next((row for row in rows if row), [])


def _block(data: bytes) -> int:
    """Bytes parsed at a time: room for any one row."""
    return max(1 << 22, min(len(data), 1 << 30) // 8)


def _refuse_misfit(row: arrow_csv.InvalidRow, path: Path) -> None:
    where = f"{path}, row {row.number - 1}"
    what = f"has {row.actual_columns} values, but the first line names {row.expected_columns} columns"
    raise BadInput(what, where=where, hint="put values that hold the delimiter into quotation marks")


def _refuse_open_quote(data: bytes, delimiter: str, path: Path) -> None:
    """A quotation mark that is never closed swallows the rest of the file without any error."""
    if data.count(b'"') % 2 == 0:
        return
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    rows = 0
    previous = csv.field_size_limit(len(data) + 1)
    try:
        for _ in csv.reader(text, delimiter=delimiter, strict=True):
            rows += 1
    except csv.Error as error:
        hint = "close it; a quotation mark inside a quoted value is written twice"
        raise BadInput(
            "has a quotation mark that does not fit", where=f"{path}, row {rows}", hint=hint
        ) from error
    finally:
        csv.field_size_limit(previous)
