"""The contract of a store notices stores that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from idlab import MemoryStore
from idlab.stores.base import AtHand, Changes, Key, RecordState, Store
from idlab.testing.store_contract import StoreContract


class KeepsNothing(MemoryStore):
    def put(self, changes: Changes) -> None:
        pass


class LosesSplits(MemoryStore):
    def put(self, changes: Changes) -> None:
        changes.moved = []
        super().put(changes)


class KeepsDeadKeys(MemoryStore):
    def put(self, changes: Changes) -> None:
        changes.keys = [(key, state) for key, state in changes.keys if state is not None]
        super().put(changes)


class ForgetsNumbers(MemoryStore):
    @contextmanager
    def step(self, locks: Iterable[Key] | None = (), at_hand: AtHand | None = None) -> Iterator[MemoryStore]:
        self._drawn = 0
        with super().step(locks, at_hand) as transaction:
            yield transaction


class MixesMembers(MemoryStore):
    def members(self, root: str) -> Sequence[RecordState]:
        return list(reversed(super().members(root)))


class DropsSuperseded(MemoryStore):
    def put(self, changes: Changes) -> None:
        changes.reviews = [review for review in changes.reviews if review.into is None]
        super().put(changes)


BROKEN: dict[type[MemoryStore], Callable[[StoreContract, Store], None]] = {
    KeepsNothing: StoreContract.test_what_is_put_is_read_again,
    LosesSplits: StoreContract.test_a_split_moves_its_members,
    KeepsDeadKeys: StoreContract.test_a_key_and_an_identifier_without_a_state_are_gone,
    ForgetsNumbers: StoreContract.test_numbers_drawn_only_grow,
    MixesMembers: StoreContract.test_unions_hang_together,
    DropsSuperseded: StoreContract.test_an_item_that_is_superseded_hands_its_records_over,
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_a_broken_store_is_noticed(broken: type[MemoryStore]) -> None:
    with pytest.raises((AssertionError, KeyError)):
        BROKEN[broken](StoreContract(), broken())
