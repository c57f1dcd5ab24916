"""An observed resolver decides as the resolver does, and tells of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from idlab import Action, MemoryStore, Resolver
from idlab.errors import IdlabError
from idlab.observe import Observed, carried, correlated, correlation
from idlab.testing.worlds import draw_world
from tests.observe.hearing import hearing
from tests.parity.engines import run_online, run_oracle


@pytest.mark.parametrize("seed", range(10))
def test_it_decides_as_the_resolver_does(seed: int) -> None:
    world = draw_world(Random(seed))
    entries, _, _ = run_oracle(world.config, world.moves)
    expected, store = run_online(world.config, entries), MemoryStore()
    bare, plain = MemoryStore(), Resolver(world.config, MemoryStore())
    with hearing() as heard:
        watched = Observed(Resolver(world.config, store), heard.logs, heard.metrics)
        alone = Observed(Resolver(world.config, bare))
        for entry in entries:
            answers = []
            for resolver in (watched, alone, plain):
                try:
                    act = resolver.act if isinstance(entry, Action) else resolver.resolve
                    answers.append(repr(act(entry)))  # type: ignore[operator] - one or the other
                except IdlabError as failure:
                    answers.append(repr(failure))
            assert len(set(answers)) == 1
    assert (store.links(), store.reviews()) == (expected.links, expected.reviews)
    assert {name: store.identity_of(name) for name in expected.identities} == expected.identities


def test_it_has_the_resolvers_face() -> None:
    world = draw_world(Random(1))
    resolver = Resolver(world.config, MemoryStore())
    watched = Observed(resolver)
    assert (watched.config, watched.store, watched.ready) == (
        resolver.config,
        resolver.store,
        resolver.ready,
    )


def test_a_thread_knows_no_correlation_id_unless_it_is_carried_there() -> None:
    with correlated("request-7"), ThreadPoolExecutor(4) as pool:
        assert pool.submit(correlation).result() is None
        assert [one.result() for one in [pool.submit(carried(correlation)) for _ in range(20)]] == [
            "request-7"
        ] * 20
        assert pool.submit(correlation).result() is None  # and it does not stay


def test_correlation_ids_nest_and_end() -> None:
    assert correlation() is None
    with correlated("outer"):
        with correlated("inner"):
            assert correlation() == "inner"
        with correlated():
            assert correlation() == "outer"
    assert correlation() is None
    with correlated() as first:
        pass
    with correlated() as second:
        pass
    assert first != second and len(first) == 16
