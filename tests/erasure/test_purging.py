"""Whoever nobody has heard of for long is erased, and nobody else."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idlab import MemoryStore, Resolver, open_store
from idlab.erasure import purge, purging
from idlab.erasure.purging import old_customers
from idlab.model import microseconds
from tests.erasure.people import START, config, contact, contacts, fill

LATER = START + timedelta(days=900)


def last_heard(resolver: Resolver) -> dict[str, datetime]:
    """When each customer's last interaction was: worked out plainly."""
    found: dict[str, datetime] = defaultdict(lambda: START)
    for one in contacts():
        customer = resolver.store.identity_of(one.interaction_id)
        assert customer is not None
        found[customer] = max(found[customer], one.occurred_at)
    return found


@given(hours=st.integers(0, 130), page=st.integers(1, 60), batch=st.integers(1, 30))
@settings(max_examples=15, deadline=None)
def test_just_those_are_erased_whose_last_contact_is_older(hours: int, page: int, batch: int) -> None:
    resolver = Resolver(config(), MemoryStore())
    fill(resolver, contacts())
    before = START + timedelta(hours=hours)
    expected = {customer for customer, heard in last_heard(resolver).items() if heard < before}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(purging, "_LOOKED_AT", page)
        patch.setattr(purging, "BATCH", batch)
        assert {one.customer_id for one in old_customers(resolver, microseconds(before))} == expected
        certificate = purge(resolver, before=before, by="clock", at=LATER)
        assert (certificate is None) == (not expected)
        assert set(certificate.customers if certificate else ()) == expected
        assert purge(resolver, before=before, by="clock", at=LATER) is None
    with resolver.store.reading() as rows:
        for one in contacts():
            root = rows.holder(one.interaction_id) or ""
            assert rows.identity(root).erased == (resolver.store.identity_of(one.interaction_id) in expected)


def test_a_purge_that_was_broken_off_goes_on_and_has_one_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'id.db'}")
    resolver = Resolver(config(), store)
    fill(resolver, contacts())
    before = START + timedelta(hours=70)
    expected = {customer for customer, heard in last_heard(resolver).items() if heard < before}
    monkeypatch.setattr(purging, "BATCH", 2)
    with pytest.raises(KeyboardInterrupt):
        purge(resolver, before=before, by="clock", at=LATER, progress=_after(4))
    certificate = purge(Resolver(config(), store), before=before, by="clock", at=LATER)
    assert certificate is not None and len(expected) > 4
    assert set(certificate.customers) == expected
    (written,) = tmp_path.glob("*.erasure-*.json")
    assert json.loads(written.read_text(encoding="utf-8")) == certificate.document
    store.close()


def _after(count: int) -> Callable[[int], None]:
    def stop(done: int) -> None:
        if done >= count:
            raise KeyboardInterrupt

    return stop


def test_a_contact_with_nothing_in_it_counts_as_one() -> None:
    """It leaves no trace in the profile, and still somebody was there."""
    resolver = Resolver(config(), MemoryStore())
    resolver.resolve(contact("a", 0, phone="+1 415 736 2899"))
    resolver.resolve(contact("b", 500, phone="+1 415 736 2899"))
    assert resolver.store.identity_of("a") == resolver.store.identity_of("b")
    early, late = (START + timedelta(hours=hours) for hours in (400, 600))
    assert list(old_customers(resolver, microseconds(early))) == []
    assert [one.records for one in old_customers(resolver, microseconds(late))] == [2]
