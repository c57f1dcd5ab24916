"""Whoever was erased is nowhere: raw bytes are looked through for every form of every value that nobody else holds."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from idlab import Outcome, Resolver
from idlab.erasure import erase
from idlab.model import REDACTED
from tests.erasure.conftest import Server
from tests.erasure.people import (
    ANNA,
    START,
    WITOLD,
    config,
    contact,
    contacts,
    customers,
    fill,
    held_by,
    needles,
    outcome_again,
)
from tests.erasure.searching import search, told
from tests.erasure.stores import InDynamoDB, InMemory, InPostgres, InSQLite, Kept

LATER = START + timedelta(days=90)


@pytest.fixture(
    params=[
        "memory",
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.slow),
        pytest.param("dynamodb", marks=pytest.mark.slow),
    ]
)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    """A store of each kind."""
    return made(request.param, request, tmp_path)


def made(kind: str, request: pytest.FixtureRequest, folder: Path) -> Kept:
    if kind == "postgres":
        server: Server = request.getfixturevalue("open_server")
        kept: Kept = InPostgres(server.url, server.folder)
    elif kind == "dynamodb":
        kept = InDynamoDB(request.getfixturevalue("dynamodb"), f"t{uuid4().hex}")
    else:
        kept = InMemory() if kind == "memory" else InSQLite(folder)
    request.addfinalizer(kept.store.close)
    return kept


def test_no_byte_is_left_and_they_start_afresh(kept: Kept) -> None:
    resolver = Resolver(config(), kept.store)
    fill(resolver, contacts())
    ids = customers(resolver)
    gone = held_by(resolver, ids)
    wanted = needles(resolver, gone)
    kept.age()
    _everything_is_there(kept)

    before = search(kept.places(), wanted)
    print(f"\n{len(ids)} customers with {len(gone)} interactions, {len(wanted)} forms of their values")  # noqa: T201 - what pytest -s is to show
    print(told("before erasure", before))  # noqa: T201 - what pytest -s is to show
    for name in kept.must_hold:
        assert set(before[name].found) >= {
            "phone",
            "email",
            "full_name",
            "cookie_id",
            "ip_address",
            "conversation",
        }

    (certificate,) = erase(resolver, ids, by="officer", at=LATER)
    after = search(kept.places(), wanted)
    print(told("after erasure", after))  # noqa: T201 - what pytest -s is to show
    assert not any(one.found for one in after.values())
    assert set(certificate.customers) == set(ids)
    removed = certificate.document["removed"]
    assert removed["records"] == len(gone)
    assert min(removed[what] for what in ("keys", "identifiers", "links_expired", "reviews_closed")) > 0
    assert removed["requests_cancelled"] == 1
    assert not any(value in certificate.to_json().encode() for value in wanted)

    _they_start_afresh(resolver, kept, ids)


def _everything_is_there(kept: Kept) -> None:
    """Links and review items of every kind, actions and papers: else not much was proven."""
    assert {link.state for link in kept.store.links()} >= {"open", "declined", "expired"}
    assert {item.state for item in kept.store.reviews()} >= {"open"}
    with kept.store.reading() as rows:
        assert {entry.kind for entry in rows.logged()} >= {"decline", "expire", "split", "do_not_link"}
        assert rows.papers("consent")


def _they_start_afresh(resolver: Resolver, kept: Kept, ids: list[str]) -> None:
    state = kept.state()
    for name in ("anna-0", "witold-2", "long-1", "brunhild-0"):
        assert outcome_again(resolver, name) == (Outcome.ERASED, kept.store.identity_of(name))
    assert kept.state() == state, "an interaction that was erased and is delivered again writes nothing"

    links = {link.link_id for link in kept.store.links()}
    for name, raw in (("anna", ANNA), ("witold", WITOLD)):
        later = resolver.resolve(contact(f"{name}-later", 5000, **raw))
        assert later.outcome == Outcome.NEW
        assert later.score is None and later.customer_id not in ids
        again = resolver.resolve(contact(f"{name}-once more", 5001, **raw))
        assert again.outcome == Outcome.MERGE and again.customer_id == later.customer_id
    assert {link.link_id for link in kept.store.links()} == links


def test_what_must_stay_stays(kept: Kept) -> None:
    resolver = Resolver(config(), kept.store)
    fill(resolver, contacts())
    ids = customers(resolver)
    gone = held_by(resolver, ids)
    with kept.store.reading() as rows:
        others = {one.interaction_id: rows.record(one.interaction_id) for one in contacts()}
        decided = {name: rows.decision(name) for name in others}
    erase(resolver, ids, by="", at=LATER)
    assert REDACTED not in ids
    with kept.store.reading() as rows:
        for name, record in others.items():
            now, decision, then = rows.record(name), rows.decision(name), decided[name]
            assert decision is not None and then is not None
            if name in gone:
                assert now == record._replace(values=(None,) * len(record.values))
                kept_of_it = (then.outcome, then.customer_id, then.score, then.reasons)
                assert (
                    decision.outcome,
                    decision.customer_id,
                    decision.score,
                    decision.reasons,
                ) == kept_of_it
                assert (decision.evidence, decision.runner_up) == ((), None)
            else:
                assert (now, decision) == (record, then)
    assert gc.collect() >= 0


Break = Callable[[pytest.MonkeyPatch], None]


def _nothing_is_cleaned(patch: pytest.MonkeyPatch) -> None:
    from idlab.stores.cleaned import Cleaned
    from idlab.stores.sqlite import SQLiteStore

    patch.setattr(SQLiteStore, "clean", lambda _: Cleaned())


def _not_written_anew(patch: pytest.MonkeyPatch) -> None:
    """No vacuum, and what is deleted is not overwritten either."""
    from idlab.stores import sqlite

    run = sqlite._patiently
    settings = tuple(one.replace("secure_delete = ON", "secure_delete = OFF") for one in sqlite._SETTINGS)
    patch.setattr(sqlite, "_SETTINGS", settings)
    patch.setattr(sqlite, "_patiently", lambda one, what: run(one, "SELECT 1" if what == "VACUUM" else what))


def _the_log_is_not_cut(patch: pytest.MonkeyPatch) -> None:
    from idlab.stores import sqlite

    patch.setattr(sqlite, "_empty_write_ahead_log", lambda _: True)


def _a_table_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Keys without holders stay where they are."""
    from idlab.stores import documents

    of_marks = documents._of_marks
    patch.setattr(
        documents,
        "_of_marks",
        lambda table, changed: (
            iter(()) if table == "keys" and _all_gone(changed) else of_marks(table, changed)
        ),
    )


def _all_gone(changed: object) -> bool:
    return bool(changed) and any(state is None for _, state in changed)  # type: ignore[attr-defined]


def _profiles_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    from idlab.core import act

    patch.setattr(act, "empty", lambda world, identity: None)


def _vacuum_leaves_holes(patch: pytest.MonkeyPatch) -> None:
    from idlab.stores import wiping_postgres as wiping

    patch.setattr(wiping, "_REWRITE", tuple(one.replace("(FULL) ", "") for one in wiping._REWRITE))
    patch.setattr(wiping, "_FILES", "SELECT random(), %s")


def _statistics_stay(patch: pytest.MonkeyPatch) -> None:
    from idlab.stores import wiping_postgres as wiping
    from idlab.stores.cleaned import Cleaned

    patch.setattr(wiping, "_wipe_statistics", lambda _: Cleaned())


def _the_log_goes_on(patch: pytest.MonkeyPatch) -> None:
    from idlab.stores import wiping_postgres as wiping
    from idlab.stores.cleaned import Cleaned

    patch.setattr(wiping, "_wipe_write_ahead_log", lambda _: Cleaned())


def _segments_are_used_again(patch: pytest.MonkeyPatch) -> None:
    from idlab.stores import wiping_postgres as wiping

    patch.setattr(wiping, "_MOST_SEGMENTS", 0)


PLANTED: dict[str, tuple[str, str, Break]] = {
    "nothing is cleaned": ("sqlite", "database file, -wal", _nothing_is_cleaned),
    "not written anew": ("sqlite", "database file", _not_written_anew),
    "the log is not cut": ("sqlite", "database file, -wal", _the_log_is_not_cut),
    "a table is forgotten": ("sqlite", "database file", _a_table_is_forgotten),
    "profiles are forgotten": ("memory", "the dictionaries", _profiles_are_forgotten),
    "vacuum leaves holes": ("postgres", "tables and indexes", _vacuum_leaves_holes),
    "statistics stay": ("postgres", "tables and indexes", _statistics_stay),
    "the log goes on": ("postgres", "write-ahead log", _the_log_goes_on),
    "segments are used again": ("postgres", "write-ahead log", _segments_are_used_again),
}


@pytest.mark.parametrize(
    "bug",
    [
        pytest.param(one, marks=pytest.mark.slow if kind == "postgres" else ())
        for one, (kind, _, _) in PLANTED.items()
    ],
)
def test_a_planted_bug_leaves_something_that_is_found(
    bug: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, place, plant = PLANTED[bug]
    plant(monkeypatch)
    kept = made(kind, request, tmp_path)
    resolver = Resolver(config(), kept.store)
    fill(resolver, contacts())
    ids = customers(resolver)
    wanted = needles(resolver, held_by(resolver, ids))
    kept.age()
    erase(resolver, ids, by="", at=LATER)
    after = search(kept.places(), wanted)
    print(told(bug, after))  # noqa: T201 - what pytest -s is to show
    assert after[place].found
