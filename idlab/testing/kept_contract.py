"""The part of a store's contract about what it keeps beside identities: its config, queues, papers and the log of actions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, suppress
from functools import partial
from random import Random

import pytest

from idlab.config import ScoringConfig
from idlab.errors import BadInput, ConfigSwitched, IdlabError
from idlab.model import customer_id_of
from idlab.resolver import Resolver
from idlab.serving import note
from idlab.stores.base import Changes, LinkState, ReviewState, Store, Transaction, in_a_step
from idlab.stores.kept import LogEntry, Paper, Settings, broken_links
from idlab.testing.configs import draw_config
from idlab.testing.logs import contact, draw_moves
from idlab.testing.states import BrokenOff, handled, identity, put, put_and_break_off, record

ANY_TEXT = ["a", 'it\'s 100 % \\ "quoted"', "日本-\U0001f600", "e\u0301", "x" * 300, "a+b#1"]


def some_config(seed: int) -> ScoringConfig:
    """A config; another seed, another config."""
    return draw_config(Random(seed))  # noqa: S311 - for worlds, not for secrets


def paper(name: str, opened: int, state: str = "open") -> Paper:
    """A paper with something of every kind in it."""
    return Paper("assignment", name, opened, state, {"of": [name, None, 0.1 + 0.2, True], "für": {"a": 1}})


def entry_of(serial: int) -> LogEntry:
    """An entry of the log that is not chained to another."""
    about = {"link": "a+b", "interactions": ["a", "日本"]}
    return LogEntry(serial, 1_767_603_600_000_001, "Ann", "accept", about).after("")


def noted(store: Store, *kinds: str) -> None:
    """Note what was done, each with a paper that tells of it."""
    for number, kind in enumerate(kinds, start=1):
        in_a_step(store, None, partial(_note, told=paper(kind, number)))


def _note(transaction: Transaction, told: Paper) -> LogEntry:
    return note(transaction, 7, "Ann", told.name, {"link": "a+b"}, told)


def log_of(store: Store, after: int = 0) -> list[LogEntry]:
    """The entries of the log."""
    with store.reading() as rows:
        return list(rows.logged(after))


class KeptContract:
    """Tests of what a store keeps beside identities; a part of ``StoreContract``."""

    def opened_again(self, store: Store) -> Store:
        """The same store as a later process opens it; one in memory is gone with its process, and stays as it is."""
        return store

    # -- which config it serves

    def test_an_empty_store_serves_no_config_and_keeps_nothing(self, store: Store) -> None:
        """Everything that may be absent is None or empty."""
        with store.reading() as rows:
            assert rows.settings() is None
            assert rows.paper("assignment", "a") is None
            assert rows.papers("assignment") == []
            assert rows.links_in("open") == []
            assert rows.reviews_in("open") == []
            assert list(rows.logged()) == []
            assert list(rows.records()) == []

    def test_a_store_serves_the_config_it_was_first_opened_with(self, store: Store) -> None:
        """And no other."""
        config = some_config(1)
        Resolver(config, store)
        Resolver(config, store)
        with store.step([]) as transaction:
            assert transaction.settings() == Settings(config.to_json(), config.digest)
        with pytest.raises(BadInput, match="migrate-config"):
            Resolver(some_config(2), store)
        with store.reading() as rows:
            assert rows.settings() == Settings(config.to_json(), config.digest)

    def test_a_config_that_was_switched_decides_no_more(self, store: Store) -> None:
        """A resolver that was at work gives up before it writes."""
        config = some_config(1)
        resolver = Resolver(config, store)
        one, other = (contact(number, move.picks) for number, move in enumerate(draw_moves(Random(1))[:2]))  # noqa: S311
        resolver.resolve(one)
        with store.step() as transaction:
            transaction.put(Changes(settings=Settings(config.to_json(), config.digest, successor=1)))
        for interaction in (one, other):
            with pytest.raises(ConfigSwitched):
                resolver.resolve(interaction)
        with pytest.raises(ConfigSwitched):
            Resolver(config, store)
        assert store.identity_of(other.interaction_id) is None

    # -- papers

    @pytest.mark.parametrize("name", ANY_TEXT)
    def test_a_paper_is_found_by_its_name(self, name: str, store: Store) -> None:
        """Whatever text that is; its body comes back as it was, floats bit for bit."""
        put(store, Changes(papers=[paper(name, 1)]))
        with store.reading() as rows:
            assert rows.paper("assignment", name) == paper(name, 1)
            assert rows.paper("assignment", name + " ") is None
            assert rows.paper("consent", name) is None
            assert rows.papers("consent") == []

    def test_a_later_paper_takes_the_place_of_an_earlier_one(self, store: Store) -> None:
        """In the lists too, and only one of its kind."""
        other = paper("a", 1)._replace(kind="consent")
        put(store, Changes(papers=[paper("a", 1), other]))
        put(store, Changes(papers=[paper("a", 2, "done")._replace(body={})]))
        with store.reading() as rows:
            assert rows.paper("assignment", "a") == Paper("assignment", "a", 2, "done", {})
            assert rows.papers("assignment", state="open") == []
            assert rows.papers("assignment") == [Paper("assignment", "a", 2, "done", {})]
            assert rows.papers("consent") == [other]

    def test_papers_come_page_by_page(self, store: Store) -> None:
        """In the order opened, of one state or of all."""
        put(store, Changes(papers=[paper("d", 9), paper("a", 4), paper("c", 7, "done"), paper("b", 5)]))
        with store.reading() as rows:
            assert [one.name for one in rows.papers("assignment")] == ["a", "b", "c", "d"]
            assert [one.name for one in rows.papers("assignment", state="open")] == ["a", "b", "d"]
            assert [one.name for one in rows.papers("assignment", limit=2)] == ["a", "b"]
            assert [one.name for one in rows.papers("assignment", after=5, limit=1)] == ["c"]
            assert [one.name for one in rows.papers("assignment", state="open", after=5)] == ["d"]
            assert rows.papers("assignment", after=9) == []
            assert rows.papers("assignment", state="none") == []

    # -- queues

    def test_links_come_page_by_page(self, store: Store) -> None:
        """Of one state, in the order opened; a link that is closed leaves its list."""
        put(store, handled("a", "b", "c", "d"))
        opened = [LinkState((name, "a"), "open", number) for name, number in (("d", 12), ("b", 7), ("c", 9))]
        put(store, Changes(links=opened))
        with store.reading() as rows:
            assert rows.links_in("open") == [opened[1], opened[2], opened[0]]
            assert rows.links_in("open", limit=2) == [opened[1], opened[2]]
            assert rows.links_in("open", after=7, limit=1) == [opened[2]]
            assert rows.links_in("open", after=12) == []
            assert rows.links_in("declined") == []
        put(store, Changes(links=[opened[2]._replace(state="declined")]))
        with store.reading() as rows:
            assert rows.links_in("open") == [opened[1], opened[0]]
            assert rows.links_in("declined") == [opened[2]._replace(state="declined")]

    def test_review_items_come_page_by_page(self, store: Store) -> None:
        """Of one state, in the order opened; an item that is closed leaves its list."""
        put(store, handled("a", "b", "c", "d"))
        opened = [ReviewState((name, 1), "open", number) for name, number in (("d", 12), ("b", 7), ("c", 9))]
        put(store, Changes(reviews=opened))
        with store.reading() as rows:
            assert rows.reviews_in("open") == [opened[1], opened[2], opened[0]]
            assert rows.reviews_in("open", limit=2) == [opened[1], opened[2]]
            assert rows.reviews_in("open", after=7, limit=1) == [opened[2]]
            assert rows.reviews_in("clear") == []
        gone = opened[2]._replace(state="superseded", into=("b", 1))
        put(store, Changes(reviews=[gone]))
        with store.reading() as rows:
            assert rows.reviews_in("open") == [opened[1], opened[0]]
            assert rows.reviews_in("superseded") == [gone]

    def test_records_come_in_the_order_handled(self, store: Store) -> None:
        """All of them, or those after a number."""
        put(store, handled("d", "b"))
        put(store, Changes(records=[(record("a", 9), "b")], identities=[identity("b", 2)]))
        with store.reading() as rows:
            assert list(rows.records()) == [record("d", 1), record("b", 2), record("a", 9)]
            assert list(rows.records(1)) == [record("b", 2), record("a", 9)]
            assert list(rows.records(9)) == []

    # -- the log

    def test_the_log_comes_in_order_and_hangs_together(self, store: Store) -> None:
        """Each entry has a larger number than the one before, and continues its chain."""
        noted(store, "accept", "decline", "expire")
        entries = log_of(store)
        assert [one.kind for one in entries] == ["accept", "decline", "expire"]
        assert [one.serial for one in entries] == sorted({one.serial for one in entries})
        assert entries[0] == LogEntry(entries[0].serial, 7, "Ann", "accept", {"link": "a+b"}).after("")
        assert broken_links(entries) == 0
        assert broken_links([entries[0], entries[2]]) == 1
        assert log_of(store, entries[0].serial) == entries[1:]
        assert log_of(store, entries[2].serial) == []
        with store.reading() as rows:
            assert [one.name for one in rows.papers("assignment")] == ["accept", "decline", "expire"]

    def test_an_entry_of_the_log_is_never_written_again(self, store: Store) -> None:
        """A second one of its number is refused, with all that was put beside it."""
        put(store, Changes(logged=[entry_of(5)]))
        with pytest.raises(IdlabError):
            put(store, Changes(logged=[entry_of(5)._replace(by="Bob")], papers=[paper("a", 1)]))
        assert log_of(store) == [entry_of(5)]
        with store.reading() as rows:
            assert rows.paper("assignment", "a") is None
        put(store, Changes(logged=[entry_of(6)]))
        assert log_of(store) == [entry_of(5), entry_of(6)]

    def test_a_step_broken_off_after_its_note_leaves_nothing(self, store: Store) -> None:
        """Neither an entry nor a paper, and the next one continues the chain."""

        def note_and_break_off(transaction: Transaction) -> None:
            note(transaction, 7, "Ann", "decline", {"link": "a+b"}, paper("decline", 1))
            raise BrokenOff

        noted(store, "accept")
        with suppress(BrokenOff):
            in_a_step(store, None, note_and_break_off)
        with pytest.raises(BrokenOff):
            put_and_break_off(store, Changes(settings=Settings("{}", "5f3a"), papers=[paper("b", 2)]))
        with store.reading() as rows:
            assert [one.kind for one in rows.logged()] == ["accept"]
            assert [one.name for one in rows.papers("assignment")] == ["accept"]
            assert rows.settings() is None
        noted(store, "expire")
        assert broken_links(log_of(store)) == 0

    # -- readings

    def test_a_reading_sees_one_moment(self, store: Store) -> None:
        """What is written meanwhile waits, or is not seen."""
        put(store, handled("a"))
        put(store, Changes(papers=[paper("a", 1)], links=[LinkState(("a", "b"), "open", 2)]))
        later = handled("a", "b")
        later.identities, later.absorbed = [identity("b", 2)], [("a", "b")]
        later.papers = [paper("a", 1, "done"), paper("b", 2)]
        later.links, later.logged = [LinkState(("a", "b"), "accepted", 2)], [entry_of(9)]
        with ThreadPoolExecutor(1) as pool:
            with store.reading() as rows:
                assert rows.papers("assignment") == [paper("a", 1)]
                writing = pool.submit(put, store, later)
                wait([writing], timeout=0.3)
                assert rows.papers("assignment") == [paper("a", 1)]
                assert rows.paper("assignment", "b") is None
                assert rows.links_in("open") == [LinkState(("a", "b"), "open", 2)]
                assert list(rows.records()) == [record("a", 1)]
                assert list(rows.logged()) == []
                assert rows.holder("a") == "a"
            writing.result()
        with store.reading() as rows:
            assert rows.papers("assignment") == [paper("a", 1, "done"), paper("b", 2)]
            assert rows.holder("a") == "b"

    def test_a_store_that_is_opened_again_has_kept_everything(self, store: Store) -> None:
        """Its config, papers, queues, records and the log, which goes on."""
        config = some_config(1)
        Resolver(config, store)
        put(store, handled("a", "b"))
        put(
            store,
            Changes(links=[LinkState(("b", "a"), "open", 3)], reviews=[ReviewState(("a", 1), "open", 4)]),
        )
        noted(store, "accept", "decline")
        before = log_of(store)
        with closing(self.opened_again(store)) as again:
            with again.reading() as rows:
                assert rows.settings() == Settings(config.to_json(), config.digest)
                assert rows.papers("assignment") == [paper("accept", 1), paper("decline", 2)]
                assert rows.links_in("open") == [LinkState(("b", "a"), "open", 3)]
                assert rows.reviews_in("open") == [ReviewState(("a", 1), "open", 4)]
                assert list(rows.records()) == [record("a", 1), record("b", 2)]
                assert rows.interaction_of(customer_id_of("b")) == "b"
            assert log_of(again) == before
            noted(again, "expire")
            assert broken_links(log_of(again)) == 0
            assert log_of(again)[-1].serial > before[-1].serial
