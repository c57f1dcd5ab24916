"""Durations as people write them: 90m, 12h, 30d, 2w."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from idlab.errors import BadInput

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str, where: str) -> timedelta:
    """A duration.

    Args:
        text: A whole number and a unit.
        where: The option that it was given with.

    Raises:
        BadInput: If it is none, or not longer than nothing.

    Example:
        >>> duration("36h", "--older-than")
        datetime.timedelta(days=1, seconds=43200)
    """
    found = re.fullmatch(r"([0-9]{1,6})([mhdw])", text.strip())
    if found is None or int(found[1]) == 0:
        hint = "write a number and m, h, d or w (minutes, hours, days, weeks), as in 30d"
        raise BadInput(f"{text!r} is no duration", where=where, hint=hint)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def ago(text: str | None, where: str) -> datetime | None:
    """The time that was so long ago; None if none is named.

    Raises:
        BadInput: As of ``duration``, or if it was before all time.
    """
    if text is None:
        return None
    try:
        return datetime.now(UTC) - duration(text, where)
    except OverflowError:
        raise BadInput(f"{text!r} is longer than time goes back", where=where) from None
