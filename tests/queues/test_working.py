"""Answering links, closing items, assigning, splitting: everything is in the log, and a second time changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from idlab import Interaction, Resolver
from idlab.errors import BadInput, UnknownReference
from idlab.model import customer_id_of
from idlab.queues import (
    answer_link,
    ask,
    assign,
    close_review,
    do_not_link,
    expire_links,
    history,
    pending,
    reviews,
    split,
    unassign,
)
from idlab.queues.asked import consent_state
from idlab.stores.kept import LogEntry, broken_links
from tests.queues.families import (
    START,
    ann,
    bob,
    customer,
    everything_written,
    link_of,
    move_in,
    no_identifier_in,
)
from tests.queues.test_lists import crowd


def log_of(resolver: Resolver) -> list[LogEntry]:
    with resolver.store.reading() as rows:
        entries = list(rows.logged())
    assert broken_links(entries) == 0
    return entries


@pytest.mark.parametrize(
    ("how", "state", "left"),
    [("accept", "accepted", 1), ("decline", "declined", 2), ("expire", "expired", 2)],
)
def test_an_answer_is_taken_once_and_logged(how: str, state: str, left: int, resolver: Resolver) -> None:
    (link,) = move_in(resolver, [1])
    assign(resolver, link, "eve", by="boss")
    done = answer_link(resolver, link, how, by="eve")
    assert (done.state, done.was_open, len(done.customers)) == (state, True, left)
    for other in ("accept", "decline", "expire"):
        again = answer_link(resolver, link, other, by="mallory")
        assert (again.state, again.was_open, again.customers) == (state, False, done.customers)
    assert [(one.kind, one.by) for one in log_of(resolver)] == [("assign", "boss"), (how, "eve")]
    with resolver.store.reading() as rows:
        assert pending(rows, state=state, assigned_to="eve").items == []


def test_what_is_not_there_cannot_be_answered(resolver: Resolver) -> None:
    move_in(resolver, [1])
    with pytest.raises(UnknownReference):
        answer_link(resolver, "none+none", "accept")
    with pytest.raises(BadInput, match="'merge' is no answer; valid are accept, decline, expire"):
        answer_link(resolver, link_of(1), "merge")


def test_links_that_wait_too_long_expire(resolver: Resolver) -> None:
    links = move_in(resolver, range(8))
    answer_link(resolver, links[0], "decline")
    told: list[int] = []
    count = expire_links(resolver, START + timedelta(hours=5), by="night", progress=told.append)
    assert count == 4 and told == [1, 2, 3, 4]
    assert [one.state for one in resolver.store.links()] == ["declined"] + ["expired"] * 4 + ["open"] * 3
    assert expire_links(resolver, START + timedelta(hours=5)) == 0


def test_one_agent_at_a_time(resolver: Resolver) -> None:
    (link,) = move_in(resolver, [1])
    assert assign(resolver, link, "eve", by="eve") == "open"
    assert assign(resolver, link, "eve", by="eve") == "open"
    with pytest.raises(BadInput, match="'eve' works on it already; take it over"):
        assign(resolver, link, "max", by="max")
    assert assign(resolver, link, "max", by="max", take_over=True) == "open"
    assert unassign(resolver, link, by="max") == "open"
    assert unassign(resolver, link, by="max") == "open"
    kinds = [(one.kind, one.about["from"], one.about["to"]) for one in log_of(resolver)]
    assert kinds == [("assign", "", "eve"), ("assign", "eve", "max"), ("unassign", "max", "")]
    answer_link(resolver, link, "decline")
    assert assign(resolver, link, "eve") == "declined"
    for nameless in ("", "  ", "a\nb"):
        with pytest.raises(BadInput, match="the agent has no name"):
            assign(resolver, link, nameless)


@pytest.mark.parametrize("verdict", ["keep_flag", "clear", "split"])
def test_a_review_item_is_closed(verdict: str, resolver: Resolver) -> None:
    crowd(resolver)
    with resolver.store.reading() as rows:
        (item,) = reviews(rows).items
    assign(resolver, item.review_id, "eve")
    some = ["crowd-3", "crowd-4"] if verdict == "split" else []
    done = close_review(resolver, item.review_id, verdict, some, by="eve")
    assert (done.state, done.was_open) == (verdict, True)
    assert len(done.customers) == (2 if verdict == "split" else 1)
    again = close_review(resolver, item.review_id, "clear", by="eve")
    assert (again.state, again.was_open) == (verdict, False)
    assert [one.kind for one in log_of(resolver)] == ["assign", "close"]
    with resolver.store.reading() as rows:
        assert item.review_id not in {one.review_id for one in reviews(rows).items}


def test_a_split_names_its_interactions_and_nothing_else_does(resolver: Resolver) -> None:
    crowd(resolver)
    with resolver.store.reading() as rows:
        (item,) = reviews(rows).items
    for verdict, some in (("split", []), ("clear", ["crowd-1"])):
        with pytest.raises(BadInput, match="name the interactions to be split off with split"):
            close_review(resolver, item.review_id, verdict, some)
    everything = [f"crowd-{number}" for number in range(8)]
    with pytest.raises(BadInput, match="not a proper part"):
        close_review(resolver, item.review_id, "split", everything)


def test_after_unions_and_splits_every_id_leads_somewhere_and_both_tell_of_the_split(
    resolver: Resolver,
) -> None:
    (link,) = move_in(resolver, [1])
    for day in (1, 2, 3):
        resolver.resolve(Interaction(f"mail-{day}", START + timedelta(days=day), "email", email=ann(1).email))
    answer_link(resolver, link, "accept", by="eve")
    ids = [customer_id_of(one) for one in ("ann-1", "bob-1", "mail-1", "mail-2", "mail-3")]
    stays, named = split(resolver, customer("bob", 1), ["ann-1", "mail-2"], by="eve")
    assert {stays, named} == {customer("ann", 1), customer("bob", 1)}
    assert named == customer("ann", 1)
    with resolver.store.reading() as rows:
        holders = {one: history(rows, one) for one in ids}
        assert all(holders.values())
        for one in (stays, named):
            told = history(rows, one)
            numbers = [event.number for event in told]
            assert numbers == sorted(numbers) and len(numbers) == len(set(numbers))
            kinds = [event.kind for event in told]
            assert kinds[-2:] == ["accept", "split"] and "link opened" in kinds
            held = {event.about["interaction"] for event in told if event.kind == "interaction"}
            assert held == ({"ann-1", "mail-2"} if one == named else {"bob-1", "mail-1", "mail-3"})
    with pytest.raises(BadInput, match="not a proper part"):
        split(resolver, named, ["bob-1"])


def test_a_history_is_of_one_customer(resolver: Resolver) -> None:
    links = move_in(resolver, [1, 2])
    answer_link(resolver, links[0], "decline", by="eve")
    ask(resolver, links[1], by="max")
    do_not_link(resolver, customer("bob", 2), by="max")
    with resolver.store.reading() as rows:
        first = [event.kind for event in history(rows, customer("ann", 1))]
        second = [event.kind for event in history(rows, customer("ann", 2))]
        with pytest.raises(UnknownReference):
            history(rows, "nobody")
    assert first == ["interaction", "link opened", "decline"]
    assert second == ["interaction", "link opened", "ask", "ask_ended"]


def test_an_objection_stands_and_nobody_is_asked(resolver: Resolver) -> None:
    links = move_in(resolver, [1, 2])
    ask(resolver, links[0])
    assert do_not_link(resolver, customer("ann", 1), by="ann") == "done"
    with resolver.store.reading() as rows:
        assert consent_state(rows, links[0]) == "cancelled"
    with pytest.raises(BadInput, match="objected to being linked"):
        ask(resolver, links[0])
    later = Interaction("later", bob(1).occurred_at + timedelta(days=1), "email", email=ann(1).email)
    assert resolver.resolve(later).outcome == "NEW"


def test_nothing_written_names_a_person(resolver: Resolver) -> None:
    links = move_in(resolver, range(4))
    assign(resolver, links[0], "eve")
    ask(resolver, links[1])
    answer_link(resolver, links[2], "accept")
    split(resolver, customer("bob", 2), ["ann-2"])
    with resolver.store.reading() as rows:
        no_identifier_in(everything_written(rows), range(4))
