"""A list of work, a page at a time: bounded reading a page, and a cursor that stays right while others work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from idlab.errors import BadInput

LOOKED_AT = 20
"""How many things are looked at for each one that a page has room for, before the page is handed over as it is."""

MOST = 1000
"""The largest page."""


class Opened(Protocol):
    """What has a number in the order of opening: one of its own, or the moment at which it is due, as others may be too."""

    @property
    def opened(self) -> int:
        """The number."""
        ...


_State = TypeVar("_State", bound=Opened)
_Work = TypeVar("_Work")


class Page(NamedTuple, Generic[_Work]):
    """Some work, in the order opened.

    Args:
        items: The work; there may be less of it than was asked for, also where more follows, and more where what is due at
            one moment would be parted.
        after: Where the next page begins; None if this is the last one.
    """

    items: Sequence[_Work]
    after: int | None


def page_of(
    read: Callable[[int, int], Sequence[_State]],
    work_of: Callable[[_State], _Work | None],
    after: int,
    limit: int,
) -> Page[_Work]:
    """Gather a page.

    What stays in the queue while it is paged through comes exactly once. What is opened meanwhile comes in this round if it has
    a larger number than the page before ended with, else in the next.

    Args:
        read: The next things that were opened after a number: so many, fewer only if there are no more. Where several have
            one number they come together, see ``whole_moments``.
        work_of: What is to be told of one; None if it is not wanted.
        after: Where the page begins.
        limit: How much it has room for.

    Returns:
        The page.

    Raises:
        BadInput: If there is no room for anything, or for too much.
    """
    if not 1 <= limit <= MOST:
        raise BadInput(f"a page of {limit} is none", where="limit", hint=f"ask for 1 to {MOST}")
    found: list[_Work] = []
    looked_at = 0
    while looked_at < limit * LOOKED_AT:
        states = read(after, limit)
        for state in states:
            if len(found) >= limit and state.opened > after:
                return Page(found, after)
            after = state.opened
            work = work_of(state)
            if work is not None:
                found.append(work)
        looked_at += len(states)
        if len(states) < limit:
            return Page(found, None)
    return Page(found, after)


def whole_moments(
    read: Callable[[int, int], Sequence[_State]],
) -> Callable[[int, int], Sequence[_State]]:
    """A way to read in which things of one number come together, since the next page begins after that number.

    Args:
        read: The next things after a number, at most so many.

    Returns:
        The same, with as many more as belong to the last moment.

    Example:
        >>> from collections import namedtuple
        >>> Due = namedtuple("Due", "opened")
        >>> due = [Due(1), Due(2), Due(2), Due(2), Due(3)]
        >>> read = whole_moments(lambda after, limit: [one for one in due if one.opened > after][:limit])
        >>> [one.opened for one in read(0, 2)]
        [1, 2, 2, 2]
    """

    def read_whole(after: int, limit: int) -> Sequence[_State]:
        most = limit
        while True:
            found = read(after, most + 1)
            if len(found) <= most:
                return found
            whole = [one for one in found if one.opened < found[-1].opened]
            if len(whole) >= limit:
                return whole
            most *= 2

    return read_whole
