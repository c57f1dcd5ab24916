"""One line of JSON for each record of a log, with nothing in it that idlab did not mean to tell."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from json import JSONEncoder
from typing import Any

DETAILS = "details"
"""The attribute of a log record that holds what idlab tells, as plain JSON by name."""

_as_text = JSONEncoder(
    ensure_ascii=True, separators=(",", ":"), default=lambda one: type(one).__name__
).encode


class JsonLines(logging.Formatter):
    """Writes idlab's records as JSON: time, level, event, and what the event is about.

    A record of somebody else's may hold anything, an exception's text may, and so may its traceback: of these no more is
    written than which logger and line they are from, and the exception's class.

    Example:
        >>> record = logging.LogRecord("idlab", logging.INFO, "", 0, "decided", (), None)
        >>> record.created, record.details = 0.0, {"outcome": "NEW"}
        >>> JsonLines().format(record)
        '{"time":"1970-01-01T00:00:00.000000Z","level":"INFO","event":"decided","outcome":"NEW"}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, in ASCII and without its end."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "level": record.levelname,
        }
        details: dict[str, Any] | None = getattr(record, DETAILS, None)
        if details is None:
            line |= {"event": "log", "logger": record.name, "at": f"{record.module}:{record.lineno}"}
        else:
            line |= {"event": record.msg, **details}
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
        return _as_text(line)
