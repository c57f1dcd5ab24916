"""What an erasure leaves unknown: which entries can no longer be decided again, since they met somebody who was erased.

Two entries have met if they share a key value, a counted identifier or an identity, if a link, a review item or an action joins
them, or if a decision points from one to the other; and so have all that are joined over others. Entries that have not met never
mattered to each other. An erased record has no values left to be joined by, but every key and identifier of it that somebody
else still holds says that it is bereft.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator

from idlab.checking.marks import Marks
from idlab.checking.references import customers_in, named_in
from idlab.model import Decision
from idlab.stores.base import IdentityState, ReviewState
from idlab.stores.documents import (
    customer_key,
    decision_from,
    digest_key,
    from_text,
    identifier_from,
    identity_from,
    key_from,
    link_from,
    record_from,
    review_from,
)
from idlab.stores.numbers import Numbers
from idlab.stores.reading import Reading

IsTouched = Callable[[bytes], bool]
"""Whether what stands under a customer_id, or under the digest of a key or identifier, has met somebody who was erased."""


class Components:
    """Who has met whom; keys and counted identifiers stand among them by their digests.

    Example:
        >>> met = Components()
        >>> met.join([b"ann", b"bob"])
        >>> met.join([b"bob", b"cid"])
        >>> met.touch(b"ann")
        >>> list(map(met.touched(), [b"cid", b"dan"]))
        [True, False]
    """

    def __init__(self) -> None:
        self._numbers = Numbers()
        self._above = array("q")
        self._touched: set[int] = set()

    def join(self, names: Iterable[bytes]) -> None:
        """These have met."""
        above, first = self._above, -1
        for name in names:
            root = self._root(self._number_of(name))
            if first < 0:
                first = root
            elif root != first:
                above[root] = first

    def touch(self, name: bytes) -> None:
        """This one was erased, or is bereft."""
        self._touched.add(self._number_of(name))

    def touched(self) -> IsTouched:
        """Tells whom somebody who was erased has met; nothing else is kept."""
        is_touched = bytearray(len(self._above))
        for number in self._touched:
            is_touched[self._root(number)] = 1
        for number in range(len(is_touched)):
            is_touched[number] = is_touched[self._root(number)]
        find = self._numbers.find
        return lambda name: (number := find(name)) >= 0 and is_touched[number] == 1

    def _number_of(self, name: bytes) -> int:
        number = self._numbers.of(name)
        if number == len(self._above):
            self._above.append(number)
        return number

    def _root(self, number: int) -> int:
        above = self._above
        while above[number] != number:
            above[number] = number = above[above[number]]
        return number


def touched_in(rows: Reading, marks: Marks) -> IsTouched:
    """Finds who has met somebody who was erased, in memory that grows with the number of interactions and values.

    Args:
        rows: A store whose rows can all be read.
        marks: Works keys and identifiers out again.
    """
    met = Components()
    for key, text, holder, decision in rows.every("interactions", "record, holder, decision"):
        record = record_from(text)
        met.join([key, *_pointed_at(decision_from(decision)), customer_key(from_text(holder))])
        keys, identifiers = marks(record.values)
        met.join([key, *map(digest_key, keys), *map(digest_key, identifiers)])
    for key, text in rows.every("identities", "document"):
        state = identity_from(text)
        met.join([key, *_met_by(state)])
        if state.erased:
            met.touch(key)
    for key, text in rows.every("keys", "document"):
        _, known = key_from(text)
        met.join([key, *map(customer_key, known.posted)])
        if known.bereft:
            met.touch(key)
    for key, text in rows.every("identifiers", "document"):
        if identifier_from(text)[1].bereft:
            met.touch(key)
    for _, text in rows.every("links", "document"):
        met.join(map(customer_key, link_from(text).name))
    for key, text in rows.every("reviews", "document"):
        met.join([key, *_anchors(review_from(text))])
    for key, review in rows.every("turned", "review"):
        met.join([key, review])
    for entry in rows.logged():
        met.join(customer for named in named_in(entry.about) for customer in customers_in(named))
    return met.touched()


def _pointed_at(decision: Decision) -> Iterator[bytes]:
    """The customers that a decision names."""
    yield from customers_in(decision.customer_id)
    for customer in (*decision.targets, *([decision.runner_up] if decision.runner_up else ())):
        yield from customers_in(customer)


def _met_by(state: IdentityState) -> Iterator[bytes]:
    """The interactions and review items that an identity knows of."""
    for pair in (*state.links, *state.cannot):
        yield from map(customer_key, pair)
    for name, item in state.turned:
        yield customer_key(name)
        yield digest_key(item)
    if state.review is not None:
        yield digest_key(state.review)


def _anchors(item: ReviewState) -> Iterator[bytes]:
    """The anchor of a review item, and the item that took its records over."""
    yield customer_key(item.name[0])
    if item.into is not None:
        yield digest_key(item.into)
