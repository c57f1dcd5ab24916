"""Structured logs: one record of the standard library's ``logging`` for each decision, action, conflict and failure.

The records go to the logger ``idlab`` and carry what they tell in their attribute ``details``, for ``JsonLines`` or for any
formatter of the application's own. Decisions and actions are told at the level INFO, what a user got wrong at WARNING,
failures at ERROR, and conflicts, which are no trouble as long as they are few, at DEBUG.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any, TextIO

from idlab.errors import BadInput, Conflict, IdlabError
from idlab.model import Action, Decision, Interaction
from idlab.observe.correlation import correlation
from idlab.observe.lines import DETAILS, JsonLines
from idlab.observe.sink import Origin
from idlab.resolver import Resolver
from idlab.version import __version__

LOGGER = "idlab"


class Logs:
    """Tells what a resolver does in records of a logger.

    Args:
        logger: Where to; the logger ``idlab`` by default.

    Example:
        >>> from pathlib import Path
        >>> from idlab import MemoryStore, ScoringConfig
        >>> from idlab.observe import Observed
        >>> resolver = Resolver(ScoringConfig.load(Path("configs/default.json")), MemoryStore())
        >>> with logs_to(sys.stdout):
        ...     watched = Observed(resolver, Logs())
        {"time":...,"level":"INFO","event":"opened","version":...,"config":...,"store":"memory"}
    """

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self._logger = logger or logging.getLogger(LOGGER)

    def opened(self, origin: Origin, resolver: Resolver) -> None:  # noqa: ARG002 - the origin says it
        """A resolver is observed from now on."""
        self._tell(logging.INFO, "opened", origin, version=__version__)

    def decided(self, origin: Origin, decision: Decision, seconds: float) -> None:
        """An interaction was answered."""
        if self._logger.isEnabledFor(logging.INFO):
            self._tell(
                logging.INFO,
                "decided",
                origin,
                interaction_id=decision.interaction_id,
                customer_id=decision.customer_id,
                outcome=decision.outcome.value,
                reasons=decision.reasons,
                ms=_ms(seconds),
            )

    def acted(self, origin: Origin, action: Action, answer: str, seconds: float) -> None:
        """An action was carried out."""
        if self._logger.isEnabledFor(logging.INFO):
            self._tell(logging.INFO, "acted", origin, **_named(action), answer=answer, ms=_ms(seconds))

    def retried(self, origin: Origin, conflict: Conflict) -> None:
        """A step is done again."""
        self._tell(logging.DEBUG, "retried", origin, **_told(conflict))

    def failed(self, origin: Origin, entry: Interaction | Action, failure: Exception, seconds: float) -> None:
        """An interaction or action came to nothing."""
        named = _named(entry) if isinstance(entry, Action) else {"interaction_id": entry.interaction_id}
        level = logging.WARNING if isinstance(failure, BadInput) else logging.ERROR
        self._tell(level, "failed", origin, **named, **_told(failure), ms=_ms(seconds))

    def _tell(self, level: int, event: str, origin: Origin, **details: Any) -> None:
        if self._logger.isEnabledFor(level):
            about = {"correlation": correlation()} if correlation() else {}
            whole = {**about, **details, "config": origin.config, "store": origin.store}
            self._logger.log(level, event, extra={DETAILS: whole})


@contextmanager
def logs_to(target: Path | TextIO, level: int = logging.DEBUG) -> Iterator[None]:
    """Write idlab's log to a file or stream while the block lasts, a line of JSON for each record.

    Args:
        target: A file, to the end of which lines are added (anew once it was moved away, as by logrotate), or an open stream.
        level: The least level that is written.

    Raises:
        OSError: If the file cannot be opened.
    """
    logger = logging.getLogger(LOGGER)
    handler: logging.Handler = _ToFile(target) if isinstance(target, Path) else _ToStream(target)
    handler.setFormatter(JsonLines())
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
        handler.close()


class _SaysOnce(logging.Handler):
    """Says once, in one line, that lines are lost; decisions go on."""

    said = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the name is logging's
        """Where logging would print a traceback for each line."""
        if not self.said:
            self.said = True
            name = type(sys.exc_info()[1]).__name__
            sys.stderr.write(f"idlab: lines of the log are lost ({name}); decisions go on\n")


class _ToFile(_SaysOnce, WatchedFileHandler):
    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="ascii")


class _ToStream(_SaysOnce, logging.StreamHandler[TextIO]):
    pass


def _named(action: Action) -> dict[str, Any]:
    """What an action is and what it names, all by ids."""
    about = {
        "action": action.kind,
        "link": action.link,
        "review": action.review,
        "verdict": action.verdict,
        "customers": action.customers,
        "interactions": action.interactions,
    }
    return {name: value for name, value in about.items() if value}


def _told(failure: Exception) -> dict[str, str]:
    """A failure by its class; and by its message only if that is idlab's own, for others' may hold data."""
    told = {"failure": type(failure).__name__}
    return told | {"message": str(failure)} if isinstance(failure, IdlabError) else told


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
