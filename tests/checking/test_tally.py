"""Counts that are told apart by digests are those of a dictionary."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from idlab.checking.tally import Tally
from idlab.stores.documents import digest_key

NAMES = st.integers(0, 9).map(str)


@given(found=st.lists(NAMES, max_size=60), said=st.dictionaries(NAMES, st.integers(-1, 9) | st.just(2**70)))
def test_as_many_differ_as_by_a_dictionary(found: list[str], said: dict[str, int]) -> None:
    tally, counted = Tally(), Counter(found)
    for name in found:
        tally.found(digest_key(name))
    for name, times in said.items():
        tally.said(digest_key(name), times)
    names = {*found, *said}
    assert tally.differing() == sum(counted[name] != said.get(name, 0) for name in names)
