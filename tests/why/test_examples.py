"""Why, on small logs whose answers a person can work out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from idlab import Action, BadInput, Interaction, ScoringConfig
from idlab.model import link_id_of
from idlab.replay import Replay, encode_entries, replay
from idlab.why import Cause, why
from tests.oracle.worlds import START, family_config, textbook_config
from tests.parity.directed import LOGS

PHONE, EMAIL = "+1 202 555 0143", "ann.lee@example.com"


def call(interaction_id: str, hour: int, **identifiers: Any) -> Interaction:
    return Interaction(interaction_id, START + timedelta(hours=hour), "voice", **identifiers)


def replayed(config: ScoringConfig, *entries: Interaction | Action) -> Replay:
    return replay(encode_entries(entries, config), config)


def test_a_way_over_a_third_one() -> None:
    done = replayed(
        family_config(),
        call("a", 1, phone=PHONE),
        call("b", 2, email=EMAIL),
        call("c", 3, phone=PHONE, email=EMAIL),
    )
    answer = why(done, "b", "a")
    assert (answer.earlier, answer.later, answer.same, answer.cause) == ("a", "b", True, Cause.BRIDGED)
    assert [(step.by, step.to) for step in answer.path] == [(("phone.e164",), "c"), (("email.address",), "b")]
    assert answer.outcome == "MERGE" and "BRIDGED" in answer.reasons
    assert [one.weight for one in answer.comparisons] == pytest.approx([5.2, 6.9])


def test_no_key_in_common_but_a_form() -> None:
    done = replayed(
        family_config(), call("a", 1, full_name="Ann Lee", phone=PHONE), call("b", 2, full_name="Ann Lee")
    )
    answer = why(done, "a", "b")
    assert answer.cause is Cause.NO_SHARED_KEY and not answer.same
    assert "full_name.full" in answer.other_forms
    assert [str(key) for key in answer.keys] == [
        "phone.e164: missing in the later one",
        "email.address: missing in both",
    ]
    (comparison,) = answer.comparisons  # how they would have compared
    assert comparison.weight == pytest.approx(-8.0 + 6.0)


def test_kept_out_of_the_union() -> None:
    done = replayed(
        family_config(decide={"margin": 0.5}),
        call("ann", 1, phone=PHONE, full_name="Ann Lee"),
        call("bob", 2, email=EMAIL, full_name="Bob Ray"),
        call("c", 3, phone=PHONE, email=EMAIL),
    )
    assert why(done, "bob", "c").cause is Cause.JOINED
    answer = why(done, "ann", "c")
    assert answer.cause is Cause.NOT_UNITED and "CONTRADICTION" in answer.told


def test_a_key_that_is_not_kept() -> None:
    done = replayed(
        textbook_config(keep={"phone": "latest"}, decide={"merge_at": 0.4, "pending_at": 0.4}),
        call("a", 1, phone=PHONE, email=EMAIL),
        call("b", 2, phone="+1 202 555 0199", email=EMAIL),
        call("c", 3, phone=PHONE),
    )
    assert why(done, "a", "b").same
    assert why(done, "a", "c").cause is Cause.KEY_NOT_KEPT


def test_a_hub() -> None:
    entries = [
        call(f"n{number}", number, phone=PHONE, full_name=name)
        for number, name in enumerate(("Ann", "Bob", "Cy"))
    ]
    done = replayed(family_config(max_fanout=1), *entries)
    answer = why(done, "n0", "n2")
    assert answer.cause is Cause.HUB and answer.keys[0].hub


def test_links_and_splits() -> None:
    twins = (call("a", 1, phone=PHONE, full_name="Ann Lee"), call("b", 2, phone=PHONE, full_name="Ann"))
    link = link_id_of("b", "a")
    waiting = replayed(family_config(), *twins)
    assert why(waiting, "a", "b").cause is Cause.PENDING
    assert [one.link_id for one in why(waiting, "a", "b").links] == [link]
    closed = why(replayed(family_config(), *twins, Action.decline(link)), "a", "b")
    assert closed.cause is Cause.CLOSED and "declined" in closed.told
    accepted = replayed(family_config(), *twins, Action.accept(link))
    assert why(accepted, "a", "b").cause is Cause.ACCEPTED
    customer = accepted.customer_ids(accepted.identity)[0]
    assert customer is not None
    split = replayed(family_config(), *twins, Action.accept(link), Action.split(customer, ("b",)))
    assert why(split, "a", "b").cause is Cause.SPLIT


def test_lines_of_a_plain_merge() -> None:
    done = replayed(family_config(), call("a", 1, phone=PHONE), call("b", 2, phone=PHONE))
    customer = done.customer_ids(done.identity)[0]
    assert why(done, "a", "b").lines() == [
        f"a and b are one customer, {customer}.",
        "The decision about b put it into the identity that held a.",
        "decision: MERGE (STRONG_MATCH)",
        "path: a --[phone.e164]-- b",
        "",
        "values:",
        "  phone: both ***43",
        "  email: missing in both",
        "  full_name: missing in both",
        "",
        "keys:",
        "  phone.e164: in common",
        "  email.address: missing in both",
        "  in common, but no key: phone.national",
        "",
        f"evidence of b against {customer}, then 1 interaction:",
        "  prior         -8.00",
        "  phone        +13.20  exact",
        "  email      not compared",
        "  full_name  not compared",
        "  weight        +5.20  bits, score 0.9735",
        "",
        "merge from 4.25 on, pending from 3.17 on",
    ]


def test_questions_that_have_no_answer() -> None:
    done = replayed(family_config(), call("a", 1, phone=PHONE), call("b", 2, email=EMAIL))
    with pytest.raises(BadInput, match="there is no interaction 'x'"):
        why(done, "a", "x")
    with pytest.raises(BadInput, match="asked about twice"):
        why(done, "a", "a")


def test_a_record_turned_away_waits_for_a_reviewer():
    config, log = LOGS["a_record_in_the_item_of_its_own_identity_is_erased"]
    answer = why(replay(encode_entries(log[:2], config), config), "i0", "i1")
    assert (answer.same, answer.cause) == (False, Cause.REVIEW)
    assert answer.outcome == "REVIEW" and "NAME_TOO_MANY" in answer.reasons
