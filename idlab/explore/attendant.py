"""An attendant that answers the newest request at once, and takes its time once no other one comes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from threading import Condition, Thread
from typing import Generic, TypeVar

Request = TypeVar("Request")


class Attendant(Generic[Request]):
    """A thread that answers the newest of the requests made.

    Requests that came while an earlier one was answered are passed over, all but the newest. Once none has
    come for a while, the newest is worked on further in steps; a new request ends that before its next step.

    Args:
        at_once: Answers a request.
        at_rest: What is done when the hand rests, as steps.
        failed: Told of what ``at_once`` or ``at_rest`` raised; the attendant goes on.
        pause: How long no request must have come for the hand to rest, seconds.
    """

    def __init__(
        self,
        at_once: Callable[[Request], None],
        at_rest: Callable[[Request], Generator[None, None, None]],
        failed: Callable[[Exception], None],
        *,
        pause: float = 0.15,
    ) -> None:
        self._at_once, self._at_rest, self._failed, self._pause = at_once, at_rest, failed, pause
        self._changed = Condition()
        self._waiting: list[Request] = []
        self._busy = self._closed = False
        self._thread = Thread(target=self._attend, name="idlab-explorer", daemon=True)
        self._thread.start()

    def ask(self, request: Request) -> None:
        """Make a request; it takes the place of one that waits."""
        with self._changed:
            self._waiting = [request]
            self._changed.notify_all()

    def finished(self, timeout: float | None = None) -> bool:
        """Wait until everything asked for is done, rest included; False if that took longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._busy or self._waiting), timeout)

    def close(self) -> None:
        """End the thread after the step that it is at."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _attend(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting) or self._closed)
                if self._closed:
                    return
                request = self._taken()
            try:
                self._answer(request)
            except Exception as error:  # noqa: BLE001 - shown by whoever asked; the next request counts
                self._failed(error)
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _answer(self, request: Request) -> None:
        self._at_once(request)
        with self._changed:
            if self._changed.wait_for(self._is_called, self._pause):
                return
        with closing(self._at_rest(request)) as steps:
            for _ in steps:
                if self._is_called():
                    return

    def _is_called(self) -> bool:
        return bool(self._waiting) or self._closed

    def _taken(self) -> Request:
        self._busy = True
        return self._waiting.pop()
