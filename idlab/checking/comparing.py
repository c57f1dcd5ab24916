"""Whether a store holds what came of deciding its log again, table by table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

from idlab.checking.again import Decided
from idlab.checking.components import IsTouched
from idlab.checking.invariants import Failures
from idlab.model import customer_id_of
from idlab.stores.base import ReviewName, ReviewState
from idlab.stores.documents import (
    Row,
    customer_key,
    digest_key,
    from_text,
    identifier_from,
    identity_from,
    key_from,
    link_from,
    review_from,
)
from idlab.stores.reading import Reading
from idlab.telling import EVERY, Telling


class Comparing:
    """Compares a store with one in memory.

    Args:
        rows: The store, whose rows can all be read and hang together.
        decided: What came of deciding its log again.
        is_left_out: Whom to leave out.
        failures: Counts what differs.
        telling: Told how many rows are compared.
    """

    def __init__(
        self, rows: Reading, decided: Decided, is_left_out: IsTouched, failures: Failures, telling: Telling
    ) -> None:
        self._rows, self._again, self._serials = rows, decided.store, decided.serials
        self._is_left_out, self._failures, self._telling = is_left_out, failures, telling

    def compare_all(self) -> None:
        """Compare everything; numbers of links and review items by the order that they make, among all entries."""
        self._compare_interactions()
        self._compare_identities()
        self._compare_marks()
        self._compare_links()
        self._compare_reviews()

    def _compare_interactions(self) -> None:
        must, again = self._failures.must, self._again
        for key, name, holder, opened in self._every("interactions", "name, holder, opened"):
            if not self._is_left_out(key):
                interaction_id = from_text(name)
                shown = customer_id_of(interaction_id)
                same = again.decided_the_same(key)
                must(same, "decisions are those that the log gives", shown)
                held = from_text(holder) == again.holder(interaction_id)
                must(held, "every interaction is held by whom the log gives", shown)
                counted = opened == again.items_opened(interaction_id)
                must(counted, "review items are those that the log gives", shown)

    def _compare_identities(self) -> None:
        for key, text in self._every("identities", "document"):
            if not self._is_left_out(key):
                state = identity_from(text)
                there = self._again.holder(state.root) == state.root
                same = there and state == self._again.identity(state.root)
                self._failures.must(
                    same, "identities are those that the log gives", customer_id_of(state.root)
                )

    def _compare_marks(self) -> None:
        for key, text in self._every("keys", "document"):
            if not self._is_left_out(key):
                key_name, key_state = key_from(text)
                same = self._again.key(key_name) == key_state
                self._failures.must(same, "keys are those that the log gives")
        for key, text in self._every("identifiers", "document"):
            if not self._is_left_out(key):
                identifier, state = identifier_from(text)
                same = self._again.identifier(identifier) == state
                self._failures.must(same, "marks of identifiers are those that the log gives")

    def _compare_links(self) -> None:
        held = {}
        for _, text in self._every("links", "document"):
            link = link_from(text)
            if not self._is_left_out(customer_key(link.name[0])):
                held[link.name] = link.opened, (link.state, self._place(link.opened))
        given = {}
        for one in self._again.links():
            state = self._again.link((one.left, one.right))
            assert state is not None
            given[state.name] = state.opened, (state.state, self._place(state.opened))
        self._compare_work(held, given, "links are those that the log gives")

    def _compare_reviews(self) -> None:
        invariant, again = "review items are those that the log gives", self._again
        held, item_of = {}, {}
        for key, text in self._every("reviews", "document"):
            item = review_from(text)
            item_of[key] = item
            if not self._is_left_out(customer_key(item.name[0])):
                held[item.name] = item.opened, (item.state, item.into, self._place(item.opened))
        items = again.reviews()
        given = {}
        for one in items:
            state = again.review((one.anchor, one.number))
            assert state is not None
            given[state.name] = state.opened, (state.state, state.into, self._place(state.opened))
        self._compare_work(held, given, invariant)
        expected = {(customer_key(name), (one.anchor, one.number)) for one in items for name in one.records}
        found = set()
        for key, review in self._every("turned", "review"):
            if not self._is_left_out(key):
                found.add((key, _last_of(item_of, item_of.get(review))))
        for _ in found ^ expected:
            self._failures.must(holds=False, invariant=invariant)

    def _every(self, table: str, columns: str) -> Iterator[Row]:
        """The rows of a table; tells how far it is."""
        for number, row in enumerate(self._rows.every(table, columns), 1):
            if number % EVERY == 0:
                self._telling(f"comparing {table}", number, 0)
            yield row

    def _place(self, opened: int) -> int:
        """Which entry opened something."""
        return bisect_right(self._serials, opened)

    def _compare_work(
        self,
        held: Mapping[Any, tuple[int, Any]],
        given: Mapping[Any, tuple[int, Any]],
        invariant: str,
    ) -> None:
        """Compare what is queued: states, and the order of opening."""
        for name in held.keys() | given.keys():
            same = name in held and name in given and held[name][1] == given[name][1]
            self._failures.must(same, invariant, customer_id_of(name[0]))
        if held.keys() == given.keys():
            self._failures.must(_in_order(held) == _in_order(given), invariant)


def _in_order(work: Mapping[Any, tuple[int, Any]]) -> list[Any]:
    return sorted(work, key=lambda name: work[name][0])


def _last_of(item_of: Mapping[bytes, ReviewState], item: ReviewState | None) -> ReviewName | None:
    """The name of the review item that has the records of another one now; None if it is not there."""
    while item is not None and item.into is not None:
        item = item_of.get(digest_key(item.into))
    return None if item is None else item.name
