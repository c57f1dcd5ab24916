"""A backup that is put back learns who was erased since, before it decides anything."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from idlab import MemoryStore, Outcome, Resolver, Store, open_store
from idlab.erasure import erase, finish
from idlab.errors import BadInput
from idlab.missed import catch_up
from idlab.model import Action, customer_id_of
from idlab.stores.erasure_log import ErasureLog
from tests.erasure.conftest import Server
from tests.erasure.people import (
    ANNA,
    START,
    ZDENKA,
    config,
    contact,
    contacts,
    customers,
    fill,
    held_by,
    needles,
)
from tests.erasure.searching import files, search
from tests.erasure.stores import InPostgres

LATER = START + timedelta(days=90)


def opened(folder: Path) -> Store:
    return open_store(f"sqlite:///{folder / 'id.db'}")


def erased_of(store: Store, names: set[str]) -> dict[str, bool]:
    with store.reading() as rows:
        return {name: rows.identity(rows.holder(name) or "").erased for name in names}


def back_up(folder: Path) -> Path:
    """A copy of the database, whose write-ahead log was written back into it."""
    copy = folder / "backup"
    copy.mkdir()
    shutil.copy(folder / "id.db", copy / "id.db")
    return copy / "id.db"


def put_back(folder: Path, backup: Path) -> None:
    for end in ("-wal", "-shm"):
        (folder / f"id.db{end}").unlink(missing_ok=True)
    shutil.copy(backup, folder / "id.db")


def test_a_backup_that_is_put_back_forgets_them_before_the_first_decision(tmp_path: Path) -> None:
    store = opened(tmp_path)
    resolver = Resolver(config(), store)
    fill(resolver, contacts())
    ids = customers(resolver)
    gone = held_by(resolver, ids)
    wanted = needles(resolver, gone)
    store.close()
    backup = back_up(tmp_path)

    store = opened(tmp_path)
    (certificate,) = erase(Resolver(config(), store), ids, by="officer", at=LATER)
    store.close()
    put_back(tmp_path, backup)
    assert any(one.found for one in search({"": files([tmp_path / "id.db"])}, wanted).values())

    store = opened(tmp_path)
    resolver = Resolver(config(), store)
    assert all(erased_of(store, gone).values())
    assert resolver.resolve(contact("anna-0", 0, **ANNA)).outcome == Outcome.ERASED
    with store.reading() as rows:
        (paper,) = rows.papers("erasure")
        assert (paper.name, paper.state) == (certificate.erasure_id, "erased")
    finish(resolver, at=LATER)
    store.close()
    assert not any(one.found for one in search({"": files(tmp_path.glob("id.db*"))}, wanted).values())


def test_what_was_two_identities_in_the_backup_is_erased_as_a_whole(tmp_path: Path) -> None:
    store = opened(tmp_path)
    resolver = Resolver(config(), store)
    for interaction in contacts():
        resolver.resolve(interaction)
    store.close()
    backup = back_up(tmp_path)
    store = opened(tmp_path)
    resolver = Resolver(config(), store)
    (link,) = [one for one in store.links() if one.left == "milos-0"]
    resolver.act(Action.accept(link.link_id))
    milos = store.identity_of("milos-0")
    assert milos == store.identity_of("zdenka-0")
    erase(resolver, [milos or ""], by="", at=LATER)
    store.close()
    put_back(tmp_path, backup)
    store = opened(tmp_path)
    Resolver(config(), store)
    assert store.identity_of("milos-0") != store.identity_of("zdenka-0")
    assert erased_of(store, {"milos-0", "zdenka-0", "anna-0"}) == {
        "milos-0": True,
        "zdenka-0": True,
        "anna-0": False,
    }
    store.close()


def test_whoever_comes_back_with_old_interactions_is_erased_at_the_next_opening(tmp_path: Path) -> None:
    """The backup is older than the customer; what came after it is delivered once more."""
    store = opened(tmp_path)
    resolver = Resolver(config(), store)
    resolver.resolve(contact("aunt-0", 0, phone="+1 415 736 2899"))
    store.close()
    backup = back_up(tmp_path)
    store = opened(tmp_path)
    resolver = Resolver(config(), store)
    late = resolver.resolve(contact("anna-0", 1, **ANNA))
    erase(resolver, [late.customer_id], by="", at=LATER)
    store.close()
    put_back(tmp_path, backup)

    store = opened(tmp_path)
    resolver = Resolver(config(), store)
    assert resolver.resolve(contact("anna-0", 1, **ANNA)).outcome == Outcome.NEW
    assert finish(resolver, at=LATER) != []
    assert resolver.resolve(contact("anna-0", 1, **ANNA)).outcome == Outcome.ERASED
    assert catch_up(resolver.act, store, resolver.ready.field_names) == 0
    store.close()


def test_opening_costs_nothing_where_nothing_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(tmp_path)
    resolver = Resolver(config(), store)
    zdenka = resolver.resolve(contact("zdenka-0", 0, **ZDENKA))
    erase(resolver, [zdenka.customer_id], by="", at=LATER)

    def read(_: ErasureLog) -> Any:
        raise AssertionError("the whole log is read")

    monkeypatch.setattr(ErasureLog, "entries", read)
    Resolver(config(), store)
    store.close()


def test_the_log_of_another_store_is_refused(tmp_path: Path) -> None:
    names = []
    for folder in (tmp_path / "one", tmp_path / "other"):
        folder.mkdir()
        store = opened(folder)
        resolver = Resolver(config(), store)
        names.append(resolver.resolve(contact(folder.name, 0, **ZDENKA)).customer_id)
        erase(resolver, names[-1:], by="", at=LATER)
        store.close()
    shutil.copy(tmp_path / "one" / "id.db.erasures", tmp_path / "other" / "id.db.erasures")
    store = opened(tmp_path / "other")
    with pytest.raises(BadInput, match="not the erasure log of the store"):
        Resolver(config(), store)
    store.close()


def test_nobody_is_erased_where_the_log_is_lost(tmp_path: Path) -> None:
    store = opened(tmp_path)
    resolver = Resolver(config(), store)
    first = resolver.resolve(contact("anna-0", 0, **ANNA)).customer_id
    other = resolver.resolve(contact("zdenka-0", 0, **ZDENKA)).customer_id
    erase(resolver, [first], by="", at=LATER)
    assert store.erasure_log is not None
    store.erasure_log.unlink()
    with pytest.raises(BadInput, match="shorter than the 1 erasures"):
        erase(resolver, [other], by="", at=LATER)
    assert erased_of(store, {"zdenka-0"}) == {"zdenka-0": False}
    store.close()


def test_a_store_without_a_log_erases_all_the_same() -> None:
    store = MemoryStore()
    resolver = Resolver(config(), store)
    first = resolver.resolve(contact("anna-0", 0, **ANNA)).customer_id
    (certificate,) = erase(resolver, [first, customer_id_of("anna-0")], by="", at=LATER)
    assert certificate.customers == (first,)
    assert erase(resolver, [first], by="later", at=LATER + timedelta(days=1)) == [certificate]


@pytest.mark.slow
def test_a_server_that_is_put_back_learns_of_it_by_the_log_that_the_environment_names(
    open_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was filled again stands for what a backup brings back: it knows nothing of the log."""
    for turn in range(2):
        monkeypatch.delenv("IDLAB_ERASURE_LOG", raising=False)
        kept = InPostgres(open_server.url, open_server.folder)
        resolver = Resolver(config(), kept.store)
        fill(resolver, contacts())
        ids = customers(resolver)
        gone = held_by(resolver, ids)
        kept.store.close()
        monkeypatch.setenv("IDLAB_ERASURE_LOG", str(tmp_path / "erasures"))
        store = open_store(open_server.url)
        resolver = Resolver(config(), store)
        assert set(erased_of(store, gone).values()) == {turn == 1}
        if turn == 0:
            erase(resolver, ids, by="", at=LATER)
        store.close()
