"""The contract of a store, as tests: what every backend must do, whatever it stands on.

A backend's tests inherit them and say how a store is made::

    class TestMyStore(StoreContract):
        @pytest.fixture
        def store(self):
            store = MyStore()
            yield store
            store.close()

        def opened_again(self, store):
            store.close()
            return MyStore()
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from idlab.errors import BadInput
from idlab.model import Action, Interaction, Link, ReviewItem, customer_id_of
from idlab.resolver import Resolver
from idlab.stores import MemoryStore
from idlab.stores.base import (
    AtHand,
    Changes,
    IdentifierState,
    IdentityState,
    KeyState,
    LinkState,
    ReviewState,
    Store,
    Transaction,
    in_a_step,
)
from idlab.testing.kept_contract import KeptContract
from idlab.testing.logs import Namer
from idlab.testing.states import (
    KEY,
    BrokenOff,
    decision,
    entry,
    handled,
    holders,
    identity,
    members,
    put,
    put_and_break_off,
    record,
)
from idlab.testing.worlds import DrawnWorld, draw_world


class StoreContract(KeptContract):
    """Tests that a store must pass.

    A subclass supplies the fixture ``store``, an empty store for every test, and ``opened_again`` where it outlives its process.
    """

    # -- reading what was written

    def test_an_empty_store_knows_nobody(self, store: Store) -> None:
        """Everything that may be absent is None, empty or 0."""
        with store.step([KEY]) as transaction:
            assert transaction.decision("a") is None
            assert transaction.holder("a") is None
            assert transaction.key(KEY) is None
            assert transaction.identifier(("phone", "+12025550143")) is None
            assert transaction.link(("a", "b")) is None
            assert transaction.review(("a", 1)) is None
            assert transaction.interaction_of(customer_id_of("a")) is None
            assert transaction.items_opened("a") == 0
            assert list(transaction.turned_into(("a", 1))) == []
        assert store.identity_of("a") is None
        assert store.links() == []
        assert store.reviews() == []

    def test_what_is_put_is_read_again(self, store: Store) -> None:
        """Every state comes back equal, floats bit for bit."""
        whole = IdentityState(
            "a",
            1,
            ((entry("x", 1), entry("y", 2)), (), ()),
            names=2,
            allowance=3,
            objected=True,
            provisional=True,
            erased=False,
            review=("a", 1),
            links=(("b", "a"),),
            cannot=(("a", "c"),),
            turned=(("a", ("d", 2)),),
        )
        changes = handled("a", "b")
        changes.identities = (whole, identity("b", 2))
        changes.keys = ((KEY, KeyState(("a", "b"), 2, hub=True)),)
        changes.identifiers = ((("phone", "x"), IdentifierState(2, shared=True, names=(("o'neil", 2),))),)
        changes.links = (LinkState(("b", "a"), "open", 7),)
        changes.reviews = (ReviewState(("a", 1), "open", 8),)
        changes.items_opened = (("a", 1),)
        put(store, changes)
        with store.step() as transaction:
            assert transaction.identity("a") == whole
            assert transaction.identity("b") == identity("b", 2)
            assert transaction.record("b") == record("b", 2)
            assert transaction.decision("a") == decision("a")
            assert transaction.key(KEY) == KeyState(("a", "b"), 2, hub=True)
            expected = IdentifierState(2, shared=True, names=(("o'neil", 2),))
            assert transaction.identifier(("phone", "x")) == expected
            assert transaction.link(("b", "a")) == LinkState(("b", "a"), "open", 7)
            assert transaction.review(("a", 1)) == ReviewState(("a", 1), "open", 8)
            assert transaction.items_opened("a") == 1

    def test_what_a_step_is_told_of_beforehand_changes_nothing_that_it_reads(self, store: Store) -> None:
        """All of it is found, and what leads on from there, and what is not there is not there."""
        identifier = ("phone", "+12025550143")
        near = identity("a", 1)._replace(links=(("c", "a"),), cannot=(("a", "b"),))
        changes = handled("a", "b", "c")
        changes.identities = (near, identity("b", 2), identity("c", 3))
        changes.records = [(record(name, serial), name) for serial, name in enumerate("abc", start=1)]
        changes.links = (LinkState(("c", "a"), "open", 7),)
        changes.keys = ((KEY, KeyState(("a",), 1)),)
        changes.identifiers = ((identifier, IdentifierState(1)),)
        put(store, changes)
        for name, known in (("a", decision("a")), ("d", None)):
            with store.step([KEY], AtHand(name, [identifier, ("phone", "+12025550144")])) as transaction:
                assert transaction.decision(name) == known
                assert transaction.key(KEY) == KeyState(("a",), 1)
                assert transaction.identifier(identifier) == IdentifierState(1)
                assert transaction.identifier(("phone", "+12025550144")) is None
                assert transaction.identity("a") == near
                assert transaction.link(("c", "a")) == LinkState(("c", "a"), "open", 7)
                assert [transaction.holder(one) for one in "abcd"] == ["a", "b", "c", None]
                assert transaction.record("c") == record("c", 3)
                assert transaction.draw() > 0
                transaction.put(Changes(identities=[near]))

    def test_a_later_state_takes_the_place_of_an_earlier_one(self, store: Store) -> None:
        """Nothing of the earlier state shines through."""
        put(store, handled("a"))
        later = Changes(
            identities=[IdentityState("a", 1, ((), (), ()), erased=True)],
            records=[(record("a", 1)._replace(values=(None, None, None)), "a")],
            decisions=[decision("a")._replace(evidence=(), runner_up=None, runner_up_score=None)],
        )
        put(store, later)
        with store.step() as transaction:
            assert transaction.identity("a") == later.identities[0]
            assert transaction.record("a").values == (None, None, None)
            assert transaction.decision("a") == later.decisions[0]
            assert transaction.holder("a") == "a"

    @pytest.mark.parametrize(
        "name", ["a", 'it\'s 100 % \\ "quoted"', "日本-\U0001f600", "e\u0301", "x" * 300]
    )
    def test_any_text_may_be_an_interaction_id(self, name: str, store: Store) -> None:
        """Ids are compared as they are."""
        put(store, handled(name))
        assert holders(store, [name, name.upper() + "?", name + " "]) == [name, None, None]
        assert store.identity_of(name) == customer_id_of(name)

    # -- transactions

    def test_a_step_that_breaks_off_before_it_puts_changes_nothing(self, store: Store) -> None:
        """An exception goes through, and the store works on."""
        with pytest.raises(BrokenOff), store.step([KEY]):
            raise BrokenOff
        put(store, handled("a"))
        assert holders(store, ["a"]) == ["a"]

    def test_a_step_that_breaks_off_after_it_put_changes_nothing(self, store: Store) -> None:
        """A put counts once its step has ended well."""
        put(store, handled("a"))
        changes = Changes(
            records=[(record("b", 2), "b")],
            identities=[identity("b", 2), identity("a", 1)._replace(names=9)],
            decisions=[decision("b")],
            links=[LinkState(("b", "a"), "open", 3)],
            keys=[(KEY, KeyState(("b",), 1))],
            identifiers=[(("phone", "x"), IdentifierState(1))],
        )
        with pytest.raises(BrokenOff):
            put_and_break_off(store, changes)
        assert holders(store, ["a", "b"]) == ["a", None]
        assert store.links() == []
        with store.step() as transaction:
            assert transaction.identity("a") == identity("a", 1)
            assert transaction.decision("b") is None
            assert transaction.key(KEY) is None
            assert transaction.identifier(("phone", "x")) is None
            assert transaction.interaction_of(customer_id_of("b")) is None

    def test_numbers_drawn_only_grow(self, store: Store) -> None:
        """Within a step, from step to step, and past one that broke off."""
        drawn: list[int] = []
        for _ in range(3):
            with store.step() as transaction:
                drawn += [transaction.draw(), transaction.draw()]
        with pytest.raises(BrokenOff):
            put_and_break_off(store, Changes())
        with store.step() as transaction:
            drawn.append(transaction.draw())
        assert drawn == sorted(set(drawn))
        assert drawn[0] > 0

    def test_steps_on_one_key_run_one_after_the_other(self, store: Store) -> None:
        """What one read and wrote, the next has read: no update is lost."""

        def count(_: int) -> int:
            with store.step([KEY]) as transaction:
                known = transaction.key(KEY) or KeyState()
                transaction.put(Changes(keys=[(KEY, known._replace(holders=known.holders + 1))]))
                return transaction.draw()

        with ThreadPoolExecutor(4) as pool:
            drawn = list(pool.map(count, range(40)))
        assert len(set(drawn)) == len(drawn)
        with store.step([KEY]) as transaction:
            assert transaction.key(KEY) == KeyState(holders=40)

    def test_a_record_without_keys_is_handled_once(self, store: Store) -> None:
        """However many have it at hand at once."""

        def handle(name: str) -> bool:
            def unless_known(transaction: Transaction) -> bool:
                if transaction.decision(name) is not None:
                    return False
                serial = transaction.draw()
                changes = Changes(records=[(record(name, serial), name)], decisions=[decision(name)])
                changes.identities = [identity(name, serial)]
                transaction.put(changes)
                return True

            return in_a_step(store, (), unless_known, at_hand=AtHand(name, ()))

        names = [f"i{number}" for number in range(12)]
        with ThreadPoolExecutor(4) as pool:
            handled_now = list(pool.map(handle, [name for name in names for _ in range(4)]))
        assert sum(handled_now) == len(names)

    # -- who holds what

    def test_a_record_taken_in_is_held_by_the_identity(self, store: Store) -> None:
        """And its id leads to whoever holds it."""
        put(store, handled("a"))
        put(store, Changes(records=[(record("b", 2), "a")], identities=[identity("a", 1)]))
        assert holders(store, ["a", "b"]) == ["a", "a"]
        assert members(store, "a") == ["a", "b"]
        assert store.identity_of("b") == customer_id_of("a")

    def test_unions_hang_together(self, store: Store) -> None:
        """Unions of unions: everybody has the one root, and members stand in the order handled."""
        put(store, handled("a", "b", "c", "d"))
        put(store, Changes(absorbed=[("d", "b")], identities=[identity("b", 2)]))
        put(store, Changes(absorbed=[("c", "b")], identities=[identity("b", 2)]))
        put(store, Changes(absorbed=[("b", "a")], identities=[identity("a", 1)]))
        assert holders(store, "abcd") == ["a"] * 4
        assert members(store, "a") == ["a", "b", "c", "d"]

    def test_a_union_and_its_record_in_one_put(self, store: Store) -> None:
        """A record that unites two identities is held by what they became."""
        put(store, handled("a", "b"))
        changes = Changes(
            records=[(record("c", 3), "a")], absorbed=[("b", "a")], identities=[identity("a", 1)]
        )
        put(store, changes)
        assert holders(store, "abc") == ["a", "a", "a"]
        assert members(store, "a") == ["a", "b", "c"]

    def test_a_split_moves_its_members(self, store: Store) -> None:
        """Both parts know their own, ids lead to the right one, and a later union finds them."""
        put(store, handled("a", "b", "c", "d"))
        absorbed = [("b", "a"), ("c", "a"), ("d", "a")]
        put(store, Changes(absorbed=absorbed, identities=[identity("a", 1)]))
        moved = [("a", "a"), ("b", "b"), ("c", "a"), ("d", "b")]
        put(store, Changes(moved=moved, identities=[identity("a", 1), identity("b", 2)]))
        assert holders(store, "abcd") == ["a", "b", "a", "b"]
        assert (members(store, "a"), members(store, "b")) == (["a", "c"], ["b", "d"])
        put(store, Changes(absorbed=[("b", "a")], identities=[identity("a", 1)]))
        assert holders(store, "abcd") == ["a"] * 4
        assert members(store, "a") == ["a", "b", "c", "d"]

    def test_the_root_itself_may_leave(self, store: Store) -> None:
        """Then the part that stays has another root."""
        put(store, handled("a", "b", "c"))
        put(store, Changes(absorbed=[("b", "a"), ("c", "a")], identities=[identity("a", 1)]))
        moved = [("a", "a"), ("b", "b"), ("c", "b")]
        put(store, Changes(moved=moved, identities=[identity("a", 1), identity("b", 2)]))
        assert holders(store, "abc") == ["a", "b", "b"]
        assert members(store, "b") == ["b", "c"]

    def test_every_customer_id_handed_out_is_known_for_ever(self, store: Store) -> None:
        """It names the interaction it was made of, whoever holds that now."""
        put(store, handled("a", "b"))
        put(store, Changes(absorbed=[("b", "a")], identities=[identity("a", 1)]))
        with store.step() as transaction:
            assert transaction.interaction_of(customer_id_of("b")) == "b"
            assert transaction.interaction_of("nobody") is None
            assert transaction.interaction_of("") is None

    # -- keys and identifiers

    def test_a_key_and_an_identifier_without_a_state_are_gone(self, store: Store) -> None:
        """None deletes; deleting what is not there does nothing."""
        phone, other = ("phone", "+12025550143"), ("email", "+12025550143")
        put(
            store,
            Changes(
                keys=[(KEY, KeyState(("a",), 1)), (KEY[:2], KeyState(("b",), 1))],
                identifiers=[(phone, IdentifierState(1)), (other, IdentifierState(2))],
            ),
        )
        put(
            store,
            Changes(keys=[(KEY, None), (("x",), None)], identifiers=[(phone, None), (("x", "y"), None)]),
        )
        with store.step() as transaction:
            assert transaction.key(KEY) is None
            assert transaction.key(KEY[:2]) == KeyState(("b",), 1)
            assert transaction.identifier(phone) is None
            assert transaction.identifier(other) == IdentifierState(2)

    def test_the_records_under_a_key_stay_in_the_order_put(self, store: Store) -> None:
        """Candidates are found in this order."""
        posted = ("c", "a", "d", "b")
        put(store, Changes(keys=[(KEY, KeyState(posted, 4))]))
        with store.step() as transaction:
            found = transaction.key(KEY)
        assert found is not None
        assert tuple(found.posted) == posted

    # -- links and review items

    def test_links_come_in_the_order_opened(self, store: Store) -> None:
        """Whenever they were put, and whatever became of them."""
        put(store, handled("a", "b", "c"))
        put(store, Changes(links=[LinkState(("c", "a"), "open", 9), LinkState(("b", "a"), "open", 4)]))
        put(store, Changes(links=[LinkState(("c", "b"), "open", 10)]))
        put(store, Changes(links=[LinkState(("b", "a"), "declined", 4)]))
        expected = [Link("b", "a", "declined"), Link("c", "a", "open"), Link("c", "b", "open")]
        assert store.links() == expected

    def test_review_items_come_in_the_order_opened(self, store: Store) -> None:
        """With the records turned away in the order handled."""
        put(store, handled("a", "b", "c", "d"))
        put(store, Changes(reviews=[ReviewState(("b", 1), "open", 6)], turned=[("d", ("b", 1))]))
        put(store, Changes(reviews=[ReviewState(("a", 2), "open", 5)], turned=[("c", ("b", 1))]))
        assert store.reviews() == [ReviewItem("a", 2, "open"), ReviewItem("b", 1, "open", ("c", "d"))]
        with store.step() as transaction:
            assert list(transaction.turned_into(("b", 1))) == ["c", "d"]

    def test_an_item_that_is_superseded_hands_its_records_over(self, store: Store) -> None:
        """And says which item has them."""
        put(store, handled("a", "b", "c", "d"))
        reviews = [ReviewState(("a", 1), "open", 5), ReviewState(("b", 1), "open", 6)]
        put(store, Changes(reviews=reviews, turned=[("d", ("a", 1)), ("c", ("b", 1))]))
        put(store, Changes(reviews=[ReviewState(("b", 1), "superseded", 6, ("a", 1))]))
        assert store.reviews() == [ReviewItem("a", 1, "open", ("c", "d")), ReviewItem("b", 1, "superseded")]
        with store.step() as transaction:
            superseded = transaction.review(("b", 1))
        assert superseded is not None
        assert superseded.into == ("a", 1)

    def test_a_record_leaves_its_item(self, store: Store) -> None:
        """As erasure asks."""
        put(store, handled("a", "b", "c"))
        put(
            store,
            Changes(reviews=[ReviewState(("a", 1), "open", 5)], turned=[("b", ("a", 1)), ("c", ("a", 1))]),
        )
        put(store, Changes(released=[("b", ("a", 1))]))
        assert store.reviews() == [ReviewItem("a", 1, "open", ("c",))]

    # -- under a resolver

    @pytest.mark.parametrize("seed", range(8))
    def test_a_log_is_decided_as_over_memory(self, seed: int, store: Store) -> None:
        """Interactions and actions of a drawn world: every decision, answer and state."""
        world = draw_world(Random(seed))  # noqa: S311 - for worlds, not for secrets
        expected, got = _decide(world, MemoryStore()), _decide(world, store)
        for one, other in zip(expected, got, strict=True):
            assert one == other


def _decide(world: DrawnWorld, store: Store) -> list[object]:
    """Everything that a resolver over a store makes of a world, entry for entry, then the state at the end."""
    resolver, made = Resolver(world.config, store), list[object]()
    namer = Namer(store.links, store.reviews, store.identity_of)
    names: dict[str, None] = {}
    for number, move in enumerate(world.moves):
        one = namer.entry(number, move)
        if isinstance(one, Interaction):
            names[one.interaction_id] = None
            made.append(resolver.resolve(one))
        else:
            made.append(_answer(resolver, one))
    return [*made, [store.identity_of(name) for name in names], store.links(), store.reviews()]


def _answer(resolver: Resolver, action: Action) -> str:
    try:
        return resolver.act(action)
    except BadInput as refused:
        return str(refused)
