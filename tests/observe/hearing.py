"""Everything that a run lets out: logs, screens, warnings, exceptions to the last cause, metrics."""

from __future__ import annotations

import io
import logging
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import generate_latest

from idlab.errors import IdlabError
from idlab.observe import Logs, logs_to
from idlab.observe.metrics import Metrics


class Heard:
    """What was let out so far."""

    def __init__(self) -> None:
        self.logs, self.metrics = Logs(), Metrics(hold=0.0)
        self.lines, self.others = io.StringIO(), io.StringIO()
        self.failures: list[BaseException] = []
        self._told: list[str] = []

    @contextmanager
    def failing(self, *kinds: type[Exception]) -> Iterator[None]:
        """Go on after a failure, and keep its text; without one, when some kind of failure is named, it is a test's mistake."""
        try:
            yield
        except Exception as failure:
            if kinds and not isinstance(failure, kinds):
                raise
            self.note(failure)
        else:
            assert not kinds, f"nothing failed; expected {kinds}"

    def note(self, failure: BaseException) -> None:
        """Keep what an exception tells, and those that it came from even where they are not shown."""
        self.failures.append(failure)
        self._told += traceback.format_exception(failure)
        waiting, seen = [failure], set[int]()
        while waiting:
            one = waiting.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            self._told += [str(one), repr(one), repr(one.args), *getattr(one, "__notes__", [])]
            if isinstance(one, IdlabError):
                self._told.append(repr(vars(one)))
            waiting += [other for other in (one.__cause__, one.__context__) if other is not None]

    def say(self, text: str) -> None:
        """Keep what else was let out, as what a command wrote."""
        self._told.append(text)

    @property
    def text(self) -> str:
        """All of it."""
        counted = generate_latest(self.metrics.registry).decode()
        return "\n".join([self.lines.getvalue(), self.others.getvalue(), counted, *self._told])


@contextmanager
def hearing() -> Iterator[Heard]:
    """Listen to idlab's log, to every other logger as chatty as it goes, and to warnings."""
    heard = Heard()
    root, handler = logging.getLogger(), logging.StreamHandler(heard.others)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with logs_to(heard.lines), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield heard
        for one in warned:
            heard.say(str(one.message))
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        heard.metrics.close()
