"""The packed store in memory is the plain one, entry for entry; its numbers are those of a dictionary."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.stores.documents import customer_key, digest_key
from idlab.stores.memory import MemoryStore
from idlab.stores.numbers import Numbers
from idlab.stores.packed import PackedStore
from idlab.testing.worlds import draw_world
from tests.checking.filled import fill

_IDS = st.integers(0, 40).map(lambda one: digest_key(str(one)))
_ALIKE = st.lists(st.sampled_from(b"\0\1"), min_size=16, max_size=16).map(bytes)
_ODD = st.binary(max_size=20)


@given(st.lists(_IDS | _ALIKE | _ODD, max_size=200))
def test_numbers_are_those_of_a_dictionary(keys: list[bytes]) -> None:
    numbers, plain = Numbers(), dict[bytes, int]()
    for key in keys:
        assert numbers.find(key) == plain.get(key, -1)
        assert numbers.of(key) == plain.setdefault(key, len(plain))
    assert len(numbers) == len(plain)
    assert dict(numbers.items()) == plain


@pytest.mark.parametrize("seed", range(30))
def test_what_is_held_is_the_same(seed: int) -> None:
    world = draw_world(Random(seed), 60)
    plain, packed = MemoryStore(), PackedStore()
    entries = fill(plain, world)
    assert fill(packed, world) == entries
    assert packed.links() == plain.links()
    assert packed.reviews() == plain.reviews()
    for record in plain.records():
        name = record.interaction_id
        root = plain.holder(name)
        assert root is not None
        assert (packed.holder(name), packed.record(name)) == (root, record)
        assert packed.identity(root) == plain.identity(root)
        assert packed.members(root) == plain.members(root)
        decided, known = plain.decision(name), packed.decision(name)
        assert decided is not None
        assert known is not None
        assert known.outcome == decided.outcome
        customer = packed.identity_of(name)
        assert customer is not None
        assert packed.interaction_of(customer) == root
    assert packed.interaction_of(customer_key("nobody").hex()) is None
    for held, states in ((packed._keys, plain._keys), (packed._identifiers, plain._identifiers)):
        for key in states:
            assert held.get(key) == states.get(key)  # type: ignore[call-overload]
