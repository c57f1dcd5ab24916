"""Evidence: what the decision said, what the core says now by the same rules, and nobody's identifiers in clear."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from idlab import Interaction, MemoryStore, Resolver
from idlab.cli.queue_shown import document, link_lines, review_lines
from idlab.errors import BadInput
from idlab.model import link_id_of
from idlab.queues import ask, link_evidence, review_evidence, reviews
from idlab.queues.comparing import compared_now
from idlab.queues.pending import place_among_targets
from idlab.testing.logs import Namer
from idlab.testing.worlds import DrawnWorld, draw_world
from tests.queues.families import START, ann, customer, email_of, link_of, move_in, no_identifier_in, phone_of
from tests.queues.test_lists import crowd


def test_compared_at_once_both_sides_are_what_the_decision_said() -> None:
    """The comparison of now is the core's own: right after a decision it gives that decision's evidence, to the bit."""
    assert sum(compared_in(draw_world(Random(seed))) for seed in range(80)) > 200


def compared_in(world: DrawnWorld) -> int:
    """How many links of a world were compared as soon as they were open; all must say what the decision said."""
    resolver, compared = Resolver(world.config, MemoryStore()), 0
    store = resolver.store
    namer = Namer(store.links, store.reviews, store.identity_of)
    for number, move in enumerate(world.moves):
        entry = namer.entry(number, move)
        if not isinstance(entry, Interaction):
            with suppress(BadInput):
                resolver.act(entry)
            continue
        opened = len(store.links())
        decision = resolver.resolve(entry)
        with store.reading() as rows:
            for link in store.links()[opened:]:
                if decision.outcome != "PENDING" or place_among_targets(decision, link.right) != 1:
                    continue
                found = compared_now(rows, resolver, (link.left, link.right))
                assert found is not None
                assert (found.score, found.weight) == (decision.score, decision.weight)
                assert tuple(found.evidence) == decision.evidence
                compared += 1
    return compared


def test_both_sides_stand_beside_each_other(resolver: Resolver) -> None:
    (link,) = move_in(resolver, [1])
    later = Interaction(
        "later", START + timedelta(days=3), "email", email=ann(1).email, full_name="Ann Novak"
    )
    resolver.resolve(later)
    with resolver.store.reading() as rows:
        found = link_evidence(rows, resolver, link)
    assert found.decision is not None and found.now is not None
    assert (found.decision.interaction_id, found.decision.outcome) == ("bob-1", "PENDING")
    levels = {one.field: one.level for one in found.decision.evidence}
    assert levels["phone"] == "exact" and levels["full_name"] == "same last name" and levels["email"] is None
    assert found.at_hand.customer == customer("bob", 1) and found.at_hand.provisional
    assert found.other.customer == customer("ann", 1) and found.other.interactions == 2
    assert found.other.last == later.occurred_at
    (phone,) = next(one for one in found.other.fields if one.field == "phone").values
    assert phone.value == "***01" and phone.also_theirs and phone.first == ann(1).occurred_at
    (email,) = next(one for one in found.other.fields if one.field == "email").values
    assert not email.also_theirs and email.count == 2
    assert found.now.score == found.decision.score


def test_identifiers_are_masked_unless_they_are_asked_for(resolver: Resolver) -> None:
    (link,) = move_in(resolver, [1])
    crowd(resolver)
    ask(resolver, link)
    with resolver.store.reading() as rows:
        (item,) = reviews(rows).items
        hidden, shown = (
            (
                link_evidence(rows, resolver, link, show_identifiers=clear),
                review_evidence(rows, resolver, item.review_id, show_identifiers=clear),
            )
            for clear in (False, True)
        )
    for of_link, of_item in (hidden, shown):
        text = json.dumps([document(of_link), document(of_item)])
        text += "\n".join([*link_lines(of_link), *review_lines(of_item)])
        if of_link is hidden[0]:
            no_identifier_in(text, [1])
            for value in ("crowd@", "+1202", "c-crowd", "mcadason", "cleo"):
                assert value not in text
        else:
            for value in (phone_of(1), email_of(1), "robert novak", "c-crowd", "crowd@example.com"):
                assert value in text


@pytest.mark.parametrize("how", ["accept", "erase"])
def test_where_nothing_is_left_nothing_is_compared(how: str, resolver: Resolver) -> None:
    from idlab.model import Action

    (link,) = move_in(resolver, [1])
    resolver.act(Action.accept(link) if how == "accept" else Action.erase(customer("ann", 1)))
    with resolver.store.reading() as rows:
        found = link_evidence(rows, resolver, link, show_identifiers=True)
    assert found.now is None
    assert "nothing is left to compare" in "\n".join(link_lines(found))
    if how == "erase":
        assert found.other.erased and found.other.fields == []
        assert email_of(1) not in json.dumps(document(found))


def test_other_links_of_a_side_are_named(resolver: Resolver) -> None:
    move_in(resolver, [1])
    third = Interaction(
        "cleo-1", START + timedelta(days=2), "email", email=email_of(1), full_name="Cleo Novak"
    )
    decision = resolver.resolve(third)
    assert customer("ann", 1) in decision.targets
    with resolver.store.reading() as rows:
        found = link_evidence(rows, resolver, link_of(1))
    assert link_id_of("cleo-1", "ann-1") in {one.link_id for one in found.other.other_links}
    assert link_of(1) not in {one.link_id for one in found.other.other_links}


def test_a_reviewer_sees_whose_each_interaction_may_be(resolver: Resolver) -> None:
    crowd(resolver)
    with resolver.store.reading() as rows:
        (item,) = reviews(rows).items
        found = review_evidence(rows, resolver, item.review_id, show_identifiers=True)
        names = {one.interaction_id: one.values["full_name"] for one in found.records}
        turned = rows.turned_into((("crowd-0"), 1))
    assert len(names) == item.interactions and names["crowd-2"] == "cleo mccleoson"
    assert [one.interaction_id for one in found.turned_away] == list(turned)
    assert [one.interaction_id for one in found.decisions] == list(turned) and found.more == 0
    assert {*names, *turned} <= {f"crowd-{number}" for number in range(8)}
