"""Generations of a store: which one is opened, what is left of those that were removed."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from idlab import Resolver, ScoringConfig
from idlab.errors import BadInput, ConfigSwitched, StoreFailure
from idlab.stores import open_store
from idlab.stores.base import in_a_step
from idlab.stores.generations import forget, generations, hand_over, new_number, open_serving
from idlab.stores.kinds import is_there, opened, remove
from idlab.stores.urls import parted, url_of
from idlab.testing.configs import draw_config
from idlab.testing.logs import contact, draw_moves
from tests.switch.held import filled_by

CONFIG, OTHER = draw_config(Random(1)), draw_config(Random(2))


def serve(url: str, config: ScoringConfig = CONFIG) -> None:
    """Let a store serve a config, and hold somebody."""
    store = opened(url)
    filled_by(store, config, draw_moves(Random(3), most=12))
    store.close()


def switched(url: str, former: int, successor: int) -> None:
    """Let another generation take over."""
    store = opened(url_of(url, former))
    in_a_step(store, None, lambda alone: hand_over(alone, successor))
    store.close()


def serving(url: str) -> int:
    number, store = open_serving(url)
    store.close()
    return number


def test_the_generation_that_took_over_is_opened(url: str) -> None:
    serve(url)
    assert [(one.number, one.serves) for one in generations(url)] == [(1, True)]
    assert new_number(url) == 2
    serve(url_of(url, 2), OTHER)
    assert serving(url) == 1
    switched(url, 1, 2)
    assert serving(url) == 2
    assert [(one.number, one.serves) for one in generations(url)] == [(1, False), (2, True)]
    store = open_store(url)
    Resolver(OTHER, store)
    store.close()
    store = open_store(url_of(url, 1))
    with pytest.raises(ConfigSwitched):
        Resolver(CONFIG, store)
    store.close()


def test_whoever_went_back_and_was_broken_off_is_followed(url: str) -> None:
    serve(url)
    serve(url_of(url, new_number(url)), OTHER)
    switched(url, 1, 2)
    switched(url, 2, 1)  # and the first was not told yet
    assert serving(url) == 1
    store = open_store(url)
    Resolver(CONFIG, store)
    store.close()
    assert serving(url) == 1


def test_numbers_are_never_given_twice(url: str) -> None:
    serve(url)
    assert [new_number(url) for _ in range(3)] == [2, 3, 4]
    serve(url_of(url, 4), OTHER)
    switched(url, 1, 4)
    assert forget(url, keep=()) == [1]
    assert new_number(url) == 5
    assert serving(url) == 4


def test_nothing_is_left_of_a_generation_that_was_removed(url: str) -> None:
    serve(url)
    for number in (2, 3):
        assert new_number(url) == number
        serve(url_of(url, number), OTHER)
        switched(url, number - 1, number)
    assert forget(url, keep=(2,)) == [1]
    assert serving(url) == 3
    store = opened(url_of(url, 1))
    with store.reading() as rows:
        assert list(rows.records()) == []
        assert list(rows.logged()) == []
        assert rows.interaction_of("i0") is None
    store.close()
    assert forget(url, keep=()) == [1, 2]
    assert not is_there(url_of(url, 2))
    assert serving(url) == 3
    assert [one.number for one in generations(url)] == [1, 3]


def test_a_successor_that_is_gone_is_no_empty_store(url: str) -> None:
    serve(url)
    serve(url_of(url, new_number(url)), OTHER)
    switched(url, 1, 2)
    remove(url_of(url, 2))
    with pytest.raises(StoreFailure, match="generation 2, which took over, is gone"):
        open_store(url)


def test_of_a_file_no_byte_is_left(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'id.db'}"
    serve(url)
    held = [value for value in ("+12025550143", "ann@example.com") if value.encode() in everything(tmp_path)]
    assert held
    serve(url_of(url, new_number(url)), OTHER)
    switched(url, 1, 2)
    remove(url_of(url, 2))
    store = opened(url_of(url, 1))
    store.empty()  # type: ignore[attr-defined]
    store.close()
    assert not [value for value in held if value.encode() in everything(tmp_path)]


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_nobody_waits_for_whoever_reads_what_is_settled(url: str) -> None:
    serve(url)
    store, beside = opened(url), opened(url)
    with store.settled() as rows:
        before = [one.interaction_id for one in rows.records()]
        Resolver(CONFIG, beside).resolve(contact(900, (0,) * 12))
        assert [one.interaction_id for one in rows.records()][: len(before)] == before
    assert beside.identity_of("i900") is not None
    store.close()
    beside.close()


def test_urls_of_generations() -> None:
    for base in ("sqlite:///id.db", "postgresql://h/db?sslmode=require", "dynamodb://t?region=r&endpoint=e"):
        assert parted(base) == (base, None)
        assert parted(url_of(base, 7)) == (base, 7)
        assert url_of(url_of(base, 7), 8) == url_of(base, 8)
    with pytest.raises(BadInput, match="numbered from 1"):
        parted("sqlite:///id.db?generation=0")
