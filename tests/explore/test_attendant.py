"""The attendant: the newest request counts, a new one ends what is done at rest, a failure ends nothing."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from threading import Event

import pytest

from idlab.explore.attendant import Attendant

PATIENCE = 30.0


class Desk:
    """Notes what the attendant does; ``hold`` keeps it at its first answer, ``step`` lets one step at rest go on."""

    def __init__(self, pause: float = 0.0) -> None:
        self.answered: list[int] = []
        self.rested: list[tuple[int, int]] = []
        self.failures: list[str] = []
        self.hold, self.began, self.at_rest = Event(), Event(), Event()
        self.attendant: Attendant[int] = Attendant(self._answer, self._rest, self._fail, pause=pause)

    def _answer(self, request: int) -> None:
        self.began.set()
        assert self.hold.wait(PATIENCE)
        if request < 0:
            raise ValueError(f"cannot do {request}")
        self.answered.append(request)

    def _rest(self, request: int) -> Generator[None, None, None]:
        for step in range(3):
            self.rested.append((request, step))
            self.at_rest.set()
            yield

    def _fail(self, error: Exception) -> None:
        self.failures.append(str(error))


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.hold.set()
    made.attendant.close()


def test_of_requests_that_wait_the_newest_is_answered(desk: Desk) -> None:
    desk.attendant.ask(1)
    assert desk.began.wait(PATIENCE)
    for request in (2, 3, 4):
        desk.attendant.ask(request)
    desk.hold.set()
    assert desk.attendant.finished(PATIENCE)
    assert desk.answered == [1, 4]
    assert desk.rested == [(4, 0), (4, 1), (4, 2)]


def test_a_new_request_ends_what_is_done_at_rest(desk: Desk) -> None:
    desk.hold.set()
    slow = Event()

    def rest(request: int) -> Generator[None, None, None]:
        desk.rested.append((request, 0))
        desk.at_rest.set()
        assert slow.wait(PATIENCE)
        yield
        desk.rested.append((request, 1))
        yield

    desk.attendant._at_rest = rest
    desk.attendant.ask(1)
    assert desk.at_rest.wait(PATIENCE)
    desk.attendant.ask(2)
    slow.set()
    assert desk.attendant.finished(PATIENCE)
    assert desk.rested == [(1, 0), (2, 0), (2, 1)]


def test_it_waits_for_the_hand_to_rest() -> None:
    desk = Desk(pause=PATIENCE)
    desk.hold.set()
    desk.attendant.ask(1)
    assert not desk.attendant.finished(0.05)
    assert desk.rested == []
    desk.attendant.close()


def test_a_failure_is_told_and_the_next_request_answered(desk: Desk) -> None:
    desk.hold.set()
    desk.attendant.ask(-1)
    assert desk.attendant.finished(PATIENCE)
    desk.attendant.ask(5)
    assert desk.attendant.finished(PATIENCE)
    assert desk.failures == ["cannot do -1"] and desk.answered == [5]
