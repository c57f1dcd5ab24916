"""Moments in time, from what users' files hold, as microseconds in UTC."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from idlab.data.place import Place
from idlab.data.text import Column, arrow_column, empty_as_null, first_row, text_column
from idlab.errors import BadInput

MOMENT = pa.timestamp("us", tz="UTC")
"""The Arrow type of ``occurred_at``."""

_DATE_TIME = r"^[12]\d{3}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?"
_OFFSET = r"(?:[Zz]|[+-]\d\d(?::?\d\d)?)"
_AWARE = _DATE_TIME + r" ?" + _OFFSET + "$"
_NAIVE = _DATE_TIME + "$"
_NUMBER = r"^[+-]?\d+(?:[.,]\d+)?$"


def moment_column(
    values: Column, column: str, place: Place, timezone: str | None = None
) -> tuple[pa.ChunkedArray, int]:
    """A column of moments as timestamps in UTC, cut (never rounded) to whole microseconds.

    Args:
        values: A pandas Series or Arrow array: ISO 8601 text, timestamps or dates.
        column: Its name, for messages.
        place: Where it came from, for messages.
        timezone: IANA time zone of the moments that do not say their own; None refuses those.

    Returns:
        The column (``timestamp[us, UTC]``, no nulls), and how many local times happened twice because clocks
        were set back; those are taken as the earlier of the two.

    Raises:
        BadInput: On the first row that is missing, has no time zone, or is not a moment.

    Example:
        >>> moments, _ = moment_column(pa.array(["2026-01-05T09:30:00+02:00"]), "occurred_at", Place("calls"))
        >>> str(moments[0].as_py())
        '2026-01-05 07:30:00+00:00'
    """
    array, _ = arrow_column(values, column, place)
    if pa.types.is_date(array.type):
        array = pc.cast(array, pa.timestamp("us"))
    if pa.types.is_timestamp(array.type):
        _refuse(pc.is_null(array), "is missing", "give every interaction its time", column, place)
        return _typed(array, column, place, timezone)
    if pa.types.is_floating(array.type) or pa.types.is_integer(array.type):
        _refuse_numbers(pc.is_valid(array), column, place)
    return _parsed(text_column(array, column, place)[0], column, place, timezone)


def _typed(
    array: pa.ChunkedArray, column: str, place: Place, timezone: str | None
) -> tuple[pa.ChunkedArray, int]:
    if array.type.tz is not None:
        return pc.cast(array, MOMENT, safe=False), 0
    local = pc.cast(array, pa.timestamp("us"), safe=False)
    return _located(local, pc.is_valid(local), column, place, timezone)


def _parsed(
    texts: pa.ChunkedArray, column: str, place: Place, timezone: str | None
) -> tuple[pa.ChunkedArray, int]:
    texts = empty_as_null(pc.utf8_trim_whitespace(texts))
    _refuse(pc.is_null(texts), "is missing", "give every interaction its time", column, place)
    _refuse_numbers(pc.match_substring_regex(texts, _NUMBER), column, place)
    aware = pc.match_substring_regex(texts, _AWARE)
    naive = pc.match_substring_regex(texts, _NAIVE)
    _refuse(pc.invert(pc.or_(aware, naive)), "is not a timestamp", _ISO_HINT, column, place)
    if pc.all(aware).as_py():
        return _cast(_canonical(texts), MOMENT, column, place), 0
    if timezone is None:
        _located(texts, naive, column, place, None)
    missing = pa.scalar(None, pa.string())
    with_offset = _cast(_canonical(pc.if_else(aware, texts, missing)), MOMENT, column, place)
    local = _cast(_canonical(pc.if_else(naive, texts, missing)), pa.timestamp("us"), column, place)
    located, twice = _located(local, naive, column, place, timezone)
    return pc.coalesce(with_offset, located), twice


_ISO_HINT = "write it as in 2026-01-05T09:30:00Z"
_ZONE_HINT = "give it an offset, as in 2026-01-05T09:30:00Z, or name the time zone of all such rows"


def _canonical(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """ISO 8601 text in the one notation that Arrow parses."""
    texts = pc.replace_substring_regex(texts, r"(\.\d{6})\d+", r"\1")
    texts = pc.replace_substring_regex(texts, r"^(\d{4}-\d\d-\d\d) ?([Zz]|[+-]\d\d:?\d\d)$", r"\1T00:00\2")
    texts = pc.replace_substring_regex(texts, r"(:\d\d(?:\.\d+)?) ([Zz+-])", r"\1\2")
    return pc.replace_substring_regex(texts, "z$", "Z")


def _cast(texts: pa.ChunkedArray, kind: pa.DataType, column: str, place: Place) -> pa.ChunkedArray:
    """Parses; where Arrow refuses, halves the rows until the first bad one is found."""
    if _parses(texts, kind):
        return pc.cast(texts, kind)
    start, stop = 0, len(texts)
    while stop - start > 1:
        middle = (start + stop) // 2
        if _parses(texts.slice(start, middle - start), kind):
            start = middle
        else:
            stop = middle
    raise BadInput("is not a date and time that exists", where=place.at(column, row=start), hint=_ISO_HINT)


def _parses(texts: pa.ChunkedArray, kind: pa.DataType) -> bool:
    try:
        pc.cast(texts, kind)
    except pa.ArrowInvalid:
        return False
    return True


def _located(
    local: pa.ChunkedArray, naive: pa.ChunkedArray, column: str, place: Place, timezone: str | None
) -> tuple[pa.ChunkedArray, int]:
    """Local times in their time zone, then in UTC."""
    if timezone is None:
        _refuse(naive, "has no time zone", _ZONE_HINT, column, place)
        return local, 0
    check_timezone(timezone)
    zoned = pc.assume_timezone(local, timezone, ambiguous="earliest", nonexistent="earliest")
    skipped = pc.not_equal(pc.local_timestamp(zoned), local)
    _refuse(skipped, f"is a time that clocks in {timezone} skipped", "check the time zone", column, place)
    later = pc.assume_timezone(local, timezone, ambiguous="latest", nonexistent="latest")
    twice = pc.sum(pc.not_equal(zoned, later)).as_py() or 0
    return pc.cast(zoned, MOMENT), int(twice)


def check_timezone(timezone: str) -> None:
    """Refuses a time zone that IANA does not know.

    Raises:
        BadInput: If it is unknown.
    """
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(
            f"the time zone '{timezone}' is not known", hint="name it as IANA does, as in Europe/Berlin"
        ) from error


def _refuse_numbers(mask: pa.ChunkedArray, column: str, place: Place) -> None:
    what = "is a bare number, as spreadsheets and epoch clocks write time"
    hint = "convert it first: which unit and start it counts from is not for idlab to guess; " + _ISO_HINT
    _refuse(mask, what, hint, column, place)


def _refuse(mask: pa.ChunkedArray, what: str, hint: str, column: str, place: Place) -> None:
    row = first_row(mask)
    if row is not None:
        raise BadInput(what, where=place.at(column, row=row), hint=hint)
