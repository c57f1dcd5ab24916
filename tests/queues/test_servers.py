"""The same over servers: one pass over PostgreSQL, and one over DynamoDB."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from idlab import Resolver, ScoringConfig
from idlab.queues import (
    answer,
    answer_link,
    ask,
    assign,
    close_review,
    fetch,
    history,
    link_evidence,
    pending,
    reviews,
    sent,
    split,
)
from idlab.queues.naming import link_id_called
from idlab.stores import open_store
from idlab.stores.base import Store
from idlab.stores.kept import broken_links
from tests.queues.families import START, customer, everything_written, keys, move_in, no_identifier_in, sender
from tests.queues.test_lists import crowd

NOW = START + timedelta(days=30)


def one_pass(store: Store, config: ScoringConfig) -> None:
    """A link accepted by its customers, one declined, one split again, an item closed; paged, logged, nameless."""
    resolver = Resolver(config, store)
    links = move_in(resolver, range(1, 5))
    crowd(resolver)
    with store.reading() as rows:
        first = pending(rows, limit=3)
        assert first.after is not None
        assert [one.link_id for one in first.items] == links[:3]
        assert [one.link_id for one in pending(rows, after=first.after).items] == links[3:]
        (item,) = reviews(rows).items
        assert link_id_called(rows, str(first.items[1].opened)) == links[1]
        assert link_evidence(rows, resolver, links[0]).now is not None
    assign(resolver, links[1], "eve", by="boss")
    with store.reading() as rows:
        assert [one.link_id for one in pending(rows, assigned_to="eve").items] == [links[1]]
    assert answer_link(resolver, links[1], "decline", by="eve").was_open
    ask(resolver, links[0], by="eve", at=NOW)
    messages = fetch(resolver, sender(), at=NOW)
    assert len(messages) == 2 and fetch(resolver, sender(), at=NOW) == []
    again = fetch(resolver, sender(), at=NOW + timedelta(minutes=5))
    assert {one.token for one in again} == {one.token for one in messages}
    for one in messages:
        sent(resolver, one.id, by="mailer", at=NOW)
    said = [answer(resolver, keys(), one.token, "yes", at=NOW) for one in messages]
    assert said == ["sent", "accepted"]
    assert split(resolver, customer("ann", 1), ["bob-1"]) == (customer("ann", 1), customer("bob", 1))
    assert close_review(resolver, item.review_id, "clear", by="eve").was_open
    with store.reading() as rows:
        told = [event.kind for event in history(rows, customer("bob", 1))]
        assert broken_links(rows.logged()) == 0
        no_identifier_in(everything_written(rows), range(1, 5), messages)
    assert told == [
        "interaction",
        "link opened",
        "ask",
        "ask_sent",
        "ask_sent",
        "answer",
        "answer",
        "accept",
        "split",
    ]


@pytest.mark.slow
def test_postgres(empty: Callable[[], str], handmade: ScoringConfig) -> None:
    store = open_store(empty())
    one_pass(store, handmade)
    store.close()


@pytest.mark.slow
def test_dynamodb(dynamodb: str, handmade: ScoringConfig) -> None:
    store = open_store(f"dynamodb://idlab-queues?region=eu-west-1&endpoint={dynamodb}")
    one_pass(store, handmade)
    store.close()


def test_without_a_server(store: Store, handmade: ScoringConfig) -> None:
    one_pass(store, handmade)
