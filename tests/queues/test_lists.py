"""Lists of pending links and review items: complete, filtered as asked, paged through while others work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from idlab import Interaction, MemoryStore, Resolver
from idlab.errors import BadInput, UnknownReference
from idlab.model import Action, customer_id_of, microseconds
from idlab.queues import PendingWork, answer_link, assign, pending, reviews
from idlab.queues.naming import link_id_called, review_id_called
from idlab.queues.pages import LOOKED_AT, Page, page_of, whole_moments
from idlab.queues.pending import score_of
from idlab.stores.base import LinkState
from idlab.testing.logs import Namer
from idlab.testing.worlds import DrawnWorld, worlds
from tests.queues.families import START, ann, bob, customer, link_of, move_in


def whole_list(resolver: Resolver, limit: int = 50, **wanted: Any) -> list[PendingWork]:
    """All pages of a list, each in a reading of its own."""
    found: list[PendingWork] = []
    after: int | None = 0
    while after is not None:
        with resolver.store.reading() as rows:
            page = pending(rows, after=after, limit=limit, **wanted)
        assert len(page.items) <= limit
        found += page.items
        after = page.after
    return found


def test_a_link_comes_with_what_one_chooses_by(resolver: Resolver) -> None:
    move_in(resolver, [1])
    for day in (1, 2):
        again = Interaction(f"again-{day}", START + timedelta(days=day), "email", email=ann(1).email)
        resolver.resolve(again)
    assign(resolver, link_of(1), "eve")
    (work,) = whole_list(resolver)
    assert work.link_id == link_of(1) and work.state == "open" and work.assignee == "eve"
    assert work.customers == (customer("bob", 1), customer("ann", 1))
    assert work.interactions == (1, 3)
    assert work.waiting_since == bob(1).occurred_at
    assert work.score is not None and 0.7 <= work.score < 0.9 and work.place == 1
    assert work.reasons == ("IN_BAND",) and work.consent is None


def test_the_score_is_that_of_the_other_side_and_of_nobody_else(resolver: Resolver) -> None:
    """Two people share a phone: a call without a name is linked with both, each with the score it had."""
    for number, who in enumerate(("Ann Lee", "Robert Miller")):
        moment = START + timedelta(hours=number)
        email = f"{who[:3]}.{number}@d{number}.example.com".lower()
        resolver.resolve(
            Interaction(f"chat-{number}", moment, "webchat", phone="+12025550777", email=email, full_name=who)
        )
    call = Interaction("call", START + timedelta(days=1), "voice", phone="+12025550777")
    decision = resolver.resolve(call)
    found = {
        work.customers[1]: work
        for work in whole_list(resolver)
        if work.link_id.startswith(decision.customer_id)
    }
    assert decision.outcome == "PENDING" and tuple(found) == decision.targets and len(found) == 2
    assert [work.place for work in found.values()] == [1, 2]
    assert [work.score for work in found.values()] == [decision.score, decision.runner_up_score]
    nobody = decision._replace(runner_up=None, targets=())
    assert score_of(nobody, "chat-0") is None


FILTERS: dict[str, tuple[dict[str, Any], Callable[[PendingWork], bool]]] = {
    "all": ({}, lambda work: True),
    "agent": ({"assigned_to": "eve"}, lambda work: work.assignee == "eve"),
    "unassigned": ({"unassigned": True}, lambda work: work.assignee is None),
    "older": (
        {"older_than": START + timedelta(hours=5)},
        lambda work: work.waiting_since < START + timedelta(hours=5),
    ),
    "newer": (
        {"newer_than": START + timedelta(hours=5)},
        lambda work: work.waiting_since > START + timedelta(hours=5),
    ),
    "score": ({"min_score": 0.9}, lambda work: False),
    "reason": ({"reason": "IN_BAND"}, lambda work: "IN_BAND" in work.reasons),
    "another reason": ({"reason": "RIVALS"}, lambda work: False),
    "customer": ({"customer": customer("ann", 3)}, lambda work: customer("ann", 3) in work.customers),
}


@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("state", ["open", "declined"])
def test_filters_find_what_a_look_at_everything_finds(
    name: str, state: str, limit: int, resolver: Resolver
) -> None:
    links = move_in(resolver, range(9))
    for link in links[::3]:
        resolver.act(Action.decline(link))
    for link in links[1::2]:
        assign(resolver, link, "eve")
    wanted, fits = FILTERS[name]
    everything = [work for one in ("open", "declined") for work in whole_list(resolver, state=one)]
    assert sorted(work.link_id for work in everything) == sorted(links)
    expected = [work for work in everything if work.state == state and fits(work)]
    assert whole_list(resolver, limit=limit, state=state, **wanted) == expected


def test_what_stays_is_listed_once_while_others_open_and_close(resolver: Resolver) -> None:
    chance = Random(4)
    stay, coming = list(range(0, 20, 2)), iter(range(1, 40, 2))
    move_in(resolver, range(0, 20, 2))
    gone = [link_of(family) for family in islice(coming, 10)]
    move_in(resolver, [int(link_number) for link_number in range(1, 21, 2)])
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        with resolver.store.reading() as rows:
            page = pending(rows, after=after, limit=3)
        seen += [work.link_id for work in page.items]
        after = page.after
        for _ in range(2):
            family = next(coming, None)
            if family is not None and family > 20:
                move_in(resolver, [family])
        answer_link(resolver, gone.pop(chance.randrange(len(gone))), "decline") if gone else None
    assert len(seen) == len(set(seen))
    assert {link_of(family) for family in stay} <= set(seen)


def test_a_page_is_bounded_however_little_of_it_is_wanted() -> None:
    looked_at = 0

    def read(after: int, limit: int) -> list[LinkState]:
        nonlocal looked_at
        looked_at += limit
        return [LinkState(("a", "b"), "open", number) for number in range(after + 1, after + 1 + limit)]

    page: Page[int] = page_of(read, lambda state: None, 0, 5)
    assert page.items == [] and page.after == looked_at == 5 * LOOKED_AT
    page = page_of(read, lambda state: state.opened if state.opened % 7 == 0 else None, 0, 5)
    assert page.items == [7, 14, 21, 28, 35] and page.after is not None and 35 <= page.after < 42
    assert page_of(lambda after, limit: [], lambda state: 1, 0, 5) == Page([], None)


@given(
    st.lists(st.integers(1, 6), max_size=30).map(sorted),
    st.integers(1, 8),
    st.sets(st.integers(0, 29)),
)
def test_pages_of_what_is_due_at_one_moment_hold_everything_once(
    moments: list[int], limit: int, unwanted: set[int]
) -> None:
    due = [LinkState((str(number), ""), "open", moment) for number, moment in enumerate(moments)]

    def work_of(state: LinkState) -> str | None:
        return None if int(state.name[0]) in unwanted else state.name[0]

    read = whole_moments(lambda after, limit: [one for one in due if one.opened > after][:limit])
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page: Page[str] = page_of(read, work_of, after, limit)
        room = len(page.items) - limit
        assert room < max((moments.count(one) for one in moments), default=1)
        seen += page.items
        after = page.after
    assert seen == [str(number) for number in range(len(moments)) if number not in unwanted]


@given(worlds(60))
@settings(max_examples=40, deadline=None)
def test_lists_of_any_world_hold_what_the_store_holds(world: DrawnWorld) -> None:
    resolver = Resolver(world.config, MemoryStore())
    store = resolver.store
    namer = Namer(store.links, store.reviews, store.identity_of)
    for number, move in enumerate(world.moves):
        entry = namer.entry(number, move)
        try:
            resolver.resolve(entry) if isinstance(entry, Interaction) else resolver.act(entry)
        except BadInput:
            continue
    with store.reading() as rows:
        for state in ("open", "accepted", "declined", "expired", "superseded"):
            listed = pending(rows, state=state, limit=1000).items
            assert [one.link_id for one in listed] == [
                one.link_id for one in store.links() if one.state == state
            ]
            for work in listed:
                assert (
                    link_id_called(rows, str(work.opened))
                    == work.link_id
                    == link_id_called(rows, work.link_id)
                )
                mine = pending(rows, state=state, customer=work.customers[0], limit=1000).items
                assert work in mine
        for state in ("open", "keep_flag", "clear", "split", "superseded", "erased"):
            items = reviews(rows, state=state, limit=1000).items
            expected = [one for one in store.reviews() if one.state == state]
            assert [one.review_id for one in items] == [one.review_id for one in expected]
            assert [one.turned_away for one in items] == [len(one.records) for one in expected]
            for item in items:
                assert review_id_called(rows, str(item.opened)) == item.review_id
                assert item in reviews(rows, state=state, customer=item.customer, limit=1000).items


def test_a_review_item_says_why_it_is_there(resolver: Resolver) -> None:
    crowd(resolver)
    with resolver.store.reading() as rows:
        (item,) = reviews(rows).items
        assert reviews(rows, assigned_to="eve").items == []
    assert item.customer == customer_id_of("crowd-0") and item.names > 6
    assert item.why["NOW_FLAGGED"] == 1 and item.assignee is None
    assign(resolver, item.review_id, "eve")
    with resolver.store.reading() as rows:
        assert [one.assignee for one in reviews(rows, assigned_to="eve").items] == ["eve"]
        assert reviews(rows, unassigned=True).items == []
        assert microseconds(item.waiting_since) > 0


def test_review_items_are_listed_under_the_conditions_of_links(resolver: Resolver) -> None:
    crowd(resolver)
    with resolver.store.reading() as rows:
        (item,) = reviews(rows).items
    assign(resolver, item.review_id, "eve")
    before, after = (item.waiting_since + timedelta(seconds=step) for step in (-1, 1))
    cases: list[tuple[dict[str, Any], bool]] = [
        ({"state": "clear"}, False),
        ({"assigned_to": "eve"}, True),
        ({"assigned_to": "ann"}, False),
        ({"unassigned": True}, False),
        ({"older_than": after}, True),
        ({"older_than": item.waiting_since}, False),
        ({"newer_than": before}, True),
        ({"newer_than": item.waiting_since}, False),
        ({"older_than": after, "newer_than": before, "assigned_to": "eve"}, True),
    ]
    with resolver.store.reading() as rows:
        found = [reviews(rows, **wanted).items for wanted, _ in cases]
    assert [bool(page) for page in found] == [listed for _, listed in cases]


def crowd(resolver: Resolver) -> None:
    """One cookie and mail address with names too many, so that a review item opens."""
    for number, name in enumerate(["Ada", "Ben", "Cleo", "Dov", "Eli", "Fay", "Gus", "Hal"]):
        resolver.resolve(
            Interaction(
                f"crowd-{number}",
                START + timedelta(days=number),
                "webchat",
                email="crowd@example.com",
                phone="+12025550999",
                cookie_id="c-crowd",
                full_name=f"{name} Mc{name}son",
                conversation_id="talk",
                participant_id="one",
            )
        )


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"state": "lost"}, "no link is 'lost'; valid are open, accepted"),
        ({"reason": "LUCK"}, "'LUCK' is no reason; valid are NO_CANDIDATE"),
        ({"limit": 0}, "a page of 0 is none; ask for 1 to 1000"),
    ],
)
def test_what_cannot_be_listed_is_refused(wanted: dict[str, Any], said: str, resolver: Resolver) -> None:
    with resolver.store.reading() as rows, pytest.raises(BadInput) as refused:
        pending(rows, **wanted)
    assert said in str(refused.value)


def test_ids_that_were_never_handed_out_are_refused(resolver: Resolver) -> None:
    move_in(resolver, [1])
    with resolver.store.reading() as rows:
        for call in (
            lambda: pending(rows, customer="nobody"),
            lambda: link_id_called(rows, "999999"),
            lambda: link_id_called(rows, "none+none"),
            lambda: review_id_called(rows, "7"),
            lambda: review_id_called(rows, f"{customer('ann', 1)}#1"),
        ):
            with pytest.raises(UnknownReference):
                call()
