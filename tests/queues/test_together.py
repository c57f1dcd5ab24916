"""Several agents, senders and customers at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain

import pytest

from idlab import Resolver, ScoringConfig
from idlab.errors import BadInput
from idlab.queues import answer, answer_link, ask, assign, fetch
from idlab.queues.asked import request_about
from idlab.stores import open_store
from idlab.stores.kept import broken_links
from tests.queues.families import START, keys, link_of, move_in, sender

NOW = START + timedelta(days=30)
FAMILIES = range(1, 7)


def all_at_once(resolver: Resolver) -> None:
    """Everybody does everything at once; what must be done once is done once."""
    links = move_in(resolver, FAMILIES)
    with ThreadPoolExecutor(6) as pool:
        asked = list(pool.map(lambda link: ask(resolver, link, at=NOW), links * 3))
        assert Counter(one.is_new for one in asked)[True] == len(links)
        fetched = list(pool.map(lambda _: fetch(resolver, sender(), limit=3, at=NOW), range(8)))
        messages = list(chain.from_iterable(fetched))
        assert len(messages) == len({one.id for one in messages}) == 2 * len(links)

        def say(number: int) -> str:
            said = "yes" if number < 2 * len(messages) else "no"  # too late
            message = messages[number % len(messages)]
            try:
                return answer(resolver, keys(), message.token, said, at=NOW)
            except BadInput as refused:
                return str(refused)

        list(pool.map(say, range(2 * len(messages))))
        late = list(pool.map(say, range(2 * len(messages), 3 * len(messages))))
        assert all("already answered" in one for one in late)
    with resolver.store.reading() as rows:
        log = list(rows.logged())
        assert {request_about(rows, link).state for link in links} == {"accepted"}  # type: ignore[union-attr]
    assert broken_links(log) == 0
    assert Counter(one.kind for one in log) == {"ask": 6, "answer": 12, "accept": 6}
    assert all(one.state == "accepted" for one in resolver.store.links())


def disputed(resolver: Resolver) -> None:
    """One link, and agents and customers who want different things: the first one has it."""
    (link,) = move_in(resolver, [9])
    ask(resolver, link, at=NOW)
    messages = fetch(resolver, sender(), at=NOW)

    def take(agent: str) -> bool:
        try:
            return assign(resolver, link, agent, by=agent) == "open"
        except BadInput:
            return False

    def close(number: int) -> None:
        try:
            if number % 3 == 2:
                answer_link(resolver, link, "decline", by="eve")
            else:
                answer(resolver, keys(), messages[number % 3].token, "yes", at=NOW)
        except BadInput:
            return

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(take, "abcdef")) == 1
        list(pool.map(close, range(12)))
    with resolver.store.reading() as rows:
        kinds = Counter(one.kind for one in rows.logged() if one.about.get("link") == link)
        request = request_about(rows, link)
        assert request is not None
        (state,) = (one.state for one in rows.links_in("accepted") + rows.links_in("declined"))
    assert kinds["accept"] + kinds["decline"] == 1 and kinds["assign"] == 1
    assert request.state == ("accepted" if state == "accepted" else "cancelled")
    assert link == link_of(9)


@pytest.mark.parametrize("work", [all_at_once, disputed])
def test_in_one_process(work: Callable[[Resolver], None], resolver: Resolver) -> None:
    work(resolver)


@pytest.mark.slow
@pytest.mark.parametrize("work", [all_at_once, disputed])
def test_on_a_server(
    work: Callable[[Resolver], None], empty: Callable[[], str], handmade: ScoringConfig
) -> None:
    store = open_store(empty())
    work(Resolver(handmade, store))
    store.close()
