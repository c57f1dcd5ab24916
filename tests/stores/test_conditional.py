"""A store in a table of items: the contract over a fake table, and what one step sees of another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest

from idlab.errors import BadInput, Conflict
from idlab.stores.base import (
    Changes,
    IdentifierState,
    KeyState,
    LinkState,
    ReviewState,
    Store,
    Transaction,
    in_a_step,
)
from idlab.stores.conditional import ConditionalStore
from idlab.stores.items import HEAD, Item, Place, identity_place
from idlab.testing.states import KEY, decision, handled, holders, identity, members, put, record
from idlab.testing.store_contract import StoreContract
from tests.stores.interleaved import CRAMPED, ROOMY, FakeTable, Killed, hurried


class TestOverAFakeTable(StoreContract):
    @pytest.fixture(params=[ROOMY, CRAMPED])
    def store(self, request: pytest.FixtureRequest) -> Store:
        return ConditionalStore(FakeTable(request.param))

    def opened_again(self, store: Store) -> Store:
        assert isinstance(store, ConditionalStore)
        return ConditionalStore(store._table)


def two_on_one(most: int = ROOMY) -> tuple[ConditionalStore, ConditionalStore]:
    """Two stores on one table, as two processes have them, with identities a and b, the latter of two records."""
    table = FakeTable(most)
    slow, quick = ConditionalStore(table), ConditionalStore(table)
    put(slow, handled("a", "b"))
    put(
        slow,
        Changes(records=[(record("c", 3), "b")], identities=[identity("b", 2)], decisions=[decision("c")]),
    )
    put(slow, Changes(reviews=[ReviewState(("a", 1), "open", 4)], turned=[("c", ("a", 1))]))
    return slow, quick


MEANWHILE: dict[str, tuple[Callable[[Transaction], object], Changes]] = {
    "an identity": (lambda t: t.identity("a"), Changes(identities=[identity("a", 1)._replace(names=7)])),
    "who holds a record": (
        lambda t: t.holder("c"),
        Changes(absorbed=[("b", "a")], identities=[identity("a", 1)]),
    ),
    "the members of an identity": (lambda t: t.members("a"), Changes(records=[(record("d", 5), "a")])),
    "a decision": (lambda t: t.decision("c"), Changes(decisions=[decision("c")._replace(evidence=())])),
    "a record": (lambda t: t.record("c"), Changes(records=[(record("c", 3)._replace(values=()), "b")])),
    "how many items a root anchored": (lambda t: t.items_opened("a"), Changes(items_opened=[("a", 1)])),
    "the records of a review item": (lambda t: t.turned_into(("a", 1)), Changes(turned=[("b", ("a", 1))])),
    "a record's leaving a review item": (
        lambda t: t.turned_into(("a", 1)),
        Changes(released=[("c", ("a", 1))]),
    ),
    "an item's taking over another's records": (
        lambda t: t.turned_into(("b", 1)),
        Changes(reviews=[ReviewState(("b", 1), "open", 5), ReviewState(("a", 1), "superseded", 4, ("b", 1))]),
    ),
    "a handled interaction": (lambda t: t.decision("d"), handled("d")),
    "a key": (lambda t: t.key(KEY), Changes(keys=[(KEY, KeyState(("a",), 1))])),
    "an identifier": (
        lambda t: t.identifier(("phone", "x")),
        Changes(identifiers=[(("phone", "x"), IdentifierState(1))]),
    ),
    "a link": (lambda t: t.link(("b", "a")), Changes(links=[LinkState(("b", "a"), "open", 5)])),
    "a review item": (lambda t: t.review(("a", 1)), Changes(reviews=[ReviewState(("a", 1), "kept", 4)])),
}
"""What a step reads, and what another one changes of it before the first draws its number."""


@pytest.mark.parametrize("most", [ROOMY, CRAMPED])
@pytest.mark.parametrize("writes", [True, False], ids=["then writes", "only reads"])
@pytest.mark.parametrize("what", MEANWHILE)
def test_a_step_that_looked_too_early_gives_up(what: str, writes: bool, most: int) -> None:
    slow, quick = two_on_one(most)
    read, changes = MEANWHILE[what]

    def look_then_write() -> None:
        with slow.step([]) as transaction:
            read(transaction)
            put(quick, changes)
            if writes:
                transaction.draw()
                transaction.put(Changes(keys=[(("x", "y"), KeyState(("a",), 1))]))

    with pytest.raises(Conflict):
        look_then_write()
    with quick.step() as transaction:
        assert transaction.key(("x", "y")) is None


def test_an_error_over_what_no_longer_holds_is_a_conflict() -> None:
    slow, quick = two_on_one()

    def look_twice() -> None:
        with slow.step([]) as transaction:
            assert transaction.holder("b") == "b"
            put(quick, Changes(absorbed=[("b", "a")], identities=[identity("a", 1)]))
            raise BadInput("b is an identity")

    with pytest.raises(Conflict):
        look_twice()


def test_an_error_over_what_holds_goes_through() -> None:
    slow, _ = two_on_one()
    with pytest.raises(KeyError), slow.step([]) as transaction:
        transaction.identity("nobody")


@pytest.mark.parametrize("what", MEANWHILE)
def test_a_commit_checks_every_item_that_was_read(what: str) -> None:
    """Of its own, which shows where the head is not checked and the step reads after it drew."""
    slow, quick = two_on_one()
    slow._table.not_checked.add(HEAD)
    read, changes = MEANWHILE[what]

    def draw_then_look() -> None:
        with slow.step([]) as transaction:
            transaction.draw()
            read(transaction)
            put(quick, changes)
            transaction.put(Changes(keys=[(("x", "y"), KeyState(("a",), 1))]))

    with pytest.raises(Conflict):
        draw_then_look()


def test_nobody_draws_beside_a_step_that_runs_alone() -> None:
    slow, quick = two_on_one()

    def draw_beside() -> None:
        with slow.step() as alone:
            alone.holder("a")
            with quick.step([]) as other:
                assert other.holder("a") == "a"  # to read is allowed
            with quick.step([]) as other:
                other.draw()

    with pytest.raises(Conflict, match="runs alone"):
        draw_beside()


@pytest.mark.parametrize("size", [2, 40])
def test_a_union_writes_four_items_however_many_records_it_unites(size: int) -> None:
    """The two identities, the pointer to the absorbed one, and the head of the store."""
    table = FakeTable()
    store = ConditionalStore(table)
    names = [f"n{number}" for number in range(size)]
    put(store, handled("a", *names))
    put(store, Changes(absorbed=[(one, names[0]) for one in names[1:]], identities=[identity(names[0], 2)]))
    before = dict(table.items)
    put(store, Changes(absorbed=[(names[0], "a")], identities=[identity("a", 1)]))
    assert len([place for place, item in table.items.items() if before.get(place) != item]) == 4
    assert members(store, "a") == ["a", *names]


def test_a_path_that_was_followed_is_cut_short() -> None:
    table = FakeTable()
    store = ConditionalStore(table)
    put(store, handled("a", "b", "c", "d"))
    for gone, kept in (("d", "c"), ("c", "b"), ("b", "a")):
        put(store, Changes(absorbed=[(gone, kept)], identities=[identity(kept, 1)]))
    with store.step([]) as transaction:
        assert transaction.holder("d") == "a"
        transaction.put(Changes(keys=[(KEY, KeyState(("d",), 1))]))
    onward = {name: table.items[identity_place(name)]["into"] for name in "bcd"}
    assert onward == dict.fromkeys("bcd", '"a"')
    assert holders(store, "abcd") == ["a"] * 4


SPLIT = Changes(
    moved=[("a", "a"), ("b", "b"), ("c", "b"), ("d", "a"), ("e", "b")],
    identities=[identity("a", 1)._replace(names=5), identity("b", 2)._replace(names=6)],
)
"""More than a cramped table takes at once."""


def united() -> FakeTable:
    """A cramped table with one identity that holds a to e."""
    table = FakeTable(CRAMPED)
    store = ConditionalStore(table)
    put(store, handled("a", "b", "c", "d", "e"))
    absorbed = [(name, "a") for name in "bcde"]
    put(store, Changes(absorbed=absorbed, identities=[identity("a", 1)]))
    return table


def look_around(store: ConditionalStore) -> None:
    """All that the split changes is seen as it was before, or as it is after, or is a conflict."""
    found = []
    with suppress(Conflict), store.step([]) as transaction:
        for name in "ace":
            root = transaction.holder(name)
            assert root is not None
            listed = [one.interaction_id for one in transaction.members(root)]
            found.append((transaction.identity(root).names, listed))
        transaction.look_again()
        assert found in ([(1, list("abcde"))] * 3, [(5, ["a", "d"]), *[(6, ["b", "c", "e"])] * 2])


@pytest.mark.parametrize("moment", range(40))
@pytest.mark.parametrize("most", [ROOMY, CRAMPED])
@pytest.mark.parametrize("who", ["the reader", "the writer"])
def test_a_split_is_seen_wholly_or_not_at_all(who: str, most: int, moment: int) -> None:
    """Whenever in the midst of one's requests the other does all of his."""
    table, requests = united(), count()
    table.most = table.most_together = most
    reader, writer = ConditionalStore(table), ConditionalStore(table)

    def read() -> None:
        look_around(reader)

    def write() -> None:
        put(writer, SPLIT)

    one, other = (read, write) if who == "the reader" else (write, read)
    table.turn = lambda: other() if next(requests) == moment else None
    one()


@pytest.mark.parametrize("killed_at", range(16))
def test_who_is_killed_over_a_journal_leaves_all_or_nothing(killed_at: int) -> None:
    table, writes = united(), count()
    before = _apart_from_head(table)

    def die() -> None:
        if next(writes) >= killed_at:
            raise Killed

    table.writing = die
    with suppress(Killed):
        put(ConditionalStore(table), SPLIT)
    table.writing = lambda: None
    is_committed = "journal" in table.items[HEAD] or "alone" not in table.items[HEAD]
    reader = ConditionalStore(table)
    with hurried(count().__next__):
        found = in_a_step(reader, (), lambda t: (t.identity("a").names, [t.holder(name) for name in "abcde"]))
        put(reader, Changes())
    assert not [place for place in table.items if place[0].startswith("journal#")]
    if killed_at == 0 or not is_committed:
        assert found == (1, ["a"] * 5)
        assert _apart_from_head(table) == before
    else:
        assert found == (5, list("abbab"))
        assert (members(reader, "a"), members(reader, "b")) == (["a", "d"], ["b", "c", "e"])


def _apart_from_head(table: FakeTable) -> dict[Place, Item]:
    return {place: item for place, item in table.items.items() if place != HEAD}
