"""One test or more for every row of the truth table; ``desk.oracle.rows`` says that the row was met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from idlab.config import ScoringConfig
from idlab.model import Action, Decision, Outcome, link_id_of, review_id_of
from tests.oracle.worlds import EMAIL, FAMILY_PHONE, NAME, PHONE, Desk, family_config, textbook_config, whose

JANE = "jane@example.com"
JOHN = "john@example.com"


def family(config: ScoringConfig | None = None) -> Desk:
    """Jane (``jane``) and Karl (``karl``), two identities on one phone."""
    desk = Desk(config or family_config())
    desk.take("jane", phone=FAMILY_PHONE, full_name="Jane Doe")
    desk.take("karl", phone=FAMILY_PHONE, full_name="Karl Roth")
    assert not desk.together("jane", "karl")
    return desk


def crowd(**guards: Any) -> Desk:
    """One phone of a textbook world on which Ann and then Bob called: flagged under a limit of one name."""
    desk = Desk(textbook_config(guards={"max_distinct_names": 1} | guards))
    desk.take("ann", phone=FAMILY_PHONE, full_name="Ann Lee")
    desk.take("bob", phone=FAMILY_PHONE, full_name="Bob Ray")
    return desk


def states(desk: Desk) -> list[str]:
    return [item.state for item in desk.oracle.reviews()]


def link_states(desk: Desk) -> list[str]:
    return [link.state for link in desk.oracle.links()]


# before the decision


def test_p1_a_repeated_interaction_returns_the_decision_made_then() -> None:
    desk = family()
    first = desk.take("call", phone=FAMILY_PHONE)
    desk.act(Action.accept(link_id_of("call", "jane")))
    assert desk.take("call", email=JANE) == first
    assert desk.oracle.rows["P1"] == 1
    assert len(desk.oracle.identities()) == 3


def test_p2_a_repeated_interaction_of_an_erased_identity_is_erased() -> None:
    desk = family()
    desk.act(Action.erase(whose("jane")))
    digest = desk.oracle.config.digest
    expected = Decision("jane", Outcome.ERASED, whose("jane"), config_digest=digest)
    assert desk.take("jane", phone=FAMILY_PHONE) == expected
    assert desk.oracle.rows["P2"] == 1


def test_p3_an_identifier_with_too_many_names_is_shared_the_record_at_hand_included() -> None:
    shared = {"name": "shared", "when": {"shared": "e164"}, "weight": 1.0}
    phone = PHONE | {"levels": [shared, *PHONE["levels"]]}
    guards = {"count_names_on": ["phone"], "max_names_per_identifier": 1}
    desk = Desk(family_config(fields=(phone, EMAIL, NAME), guards=guards))
    assert desk.take("jane", phone=FAMILY_PHONE, full_name="Jane Doe").reasons == ("NO_CANDIDATE",)
    assert "SHARED" not in desk.take("part", phone=FAMILY_PHONE, full_name="Jane").reasons
    karl = desk.take("karl", phone=FAMILY_PHONE, full_name="Karl Roth")
    assert "SHARED" in karl.reasons
    assert karl.evidence[0].level == "shared"
    assert desk.oracle.shared() == {("phone", "+12025550143")}


def test_p3_known_shared_and_blocked_values_are_normalised_first() -> None:
    phone = PHONE | {"known_shared": ["(202) 555-0143"], "blocked": ["202.555.0199"]}
    guards = {"count_names_on": ["phone"]}
    desk = Desk(family_config(fields=(phone, EMAIL, NAME), guards=guards))
    assert "SHARED" in desk.take("one", phone=FAMILY_PHONE).reasons
    desk.take("two", phone="+1 202 555 0199")
    assert desk.take("three", phone="+1 202 555 0199").reasons == ("NO_CANDIDATE",)


def test_p4_a_key_with_too_many_identities_is_a_hub_at_once_and_for_good() -> None:
    desk = family(family_config(max_fanout=1))
    call = desk.take("call", phone=FAMILY_PHONE)
    assert call.reasons == ("NO_CANDIDATE", "HUB")
    desk.act(Action.erase(whose("karl")))
    assert "HUB" in desk.take("again", phone=FAMILY_PHONE).reasons
    assert desk.oracle.hubs() == {(0, ("+12025550143",))}


def test_p4_provisional_identities_do_not_make_a_hub() -> None:
    desk = family(family_config(max_fanout=2))
    for turn in range(3):
        assert "HUB" not in desk.take(f"call-{turn}", phone=FAMILY_PHONE).reasons


def test_p4_a_key_lives_while_its_values_are_kept() -> None:
    desk = Desk(textbook_config(keep={"phone": "latest"}, decide={"pending_at": 0.4}))
    desk.take("old", phone=FAMILY_PHONE, email=JANE)
    desk.take("new", phone="+1 202 555 0177", email=JANE)
    desk.act(Action.accept(link_id_of("new", "old")))
    assert desk.take("late", phone=FAMILY_PHONE).reasons == ("NO_CANDIDATE",)
    assert desk.take("later", phone="+1 202 555 0177").customer_id == whose("old")


def test_a_key_that_is_switched_off_finds_nobody() -> None:
    config = family_config()
    off = config.model_copy(update={"keys": (config.keys[0].model_copy(update={"enabled": False}),)})
    desk = Desk(off)
    desk.take("one", phone=FAMILY_PHONE)
    assert desk.take("two", phone=FAMILY_PHONE).reasons == ("NO_CANDIDATE",)


def test_p5_one_who_objected_is_silently_no_candidate_but_counts_for_hubs() -> None:
    desk = Desk(family_config())
    desk.take("jane", phone=FAMILY_PHONE)
    assert desk.act(Action.do_not_link(whose("jane"))) == "done"
    call = desk.take("call", phone=FAMILY_PHONE)
    assert (call.outcome, call.reasons, call.runner_up) == (Outcome.NEW, ("NO_CANDIDATE",), None)
    assert desk.oracle.rows["P5"] == 1
    narrow = family(family_config(max_fanout=1))
    narrow.act(Action.do_not_link(whose("jane")))
    assert "HUB" in narrow.take("call", phone=FAMILY_PHONE).reasons


def test_p6_after_the_record_too_many_is_taken_in_and_the_next_one_turned_away() -> None:
    desk = crowd()
    assert desk.together("ann", "bob")
    assert "NOW_FLAGGED" in desk.oracle.decisions["bob"].reasons
    assert desk.oracle.flagged() == {whose("ann")}
    assert desk.take("call", phone=FAMILY_PHONE).reasons == ("FLAGGED",)
    assert desk.oracle.rows["P6"] == 1


def test_p6_before_the_record_too_many_is_turned_away_and_nothing_is_flagged() -> None:
    desk = crowd(guard_when="before")
    bob = desk.oracle.decisions["bob"]
    assert (bob.outcome, bob.reasons) == (Outcome.REVIEW, ("NAME_TOO_MANY",))
    assert desk.oracle.flagged() == set()
    assert desk.take("known", phone=FAMILY_PHONE, full_name="Ann Lee").outcome is Outcome.MERGE


def test_p6_a_name_seen_too_seldom_is_not_counted() -> None:
    desk = crowd(name_min_count=2)
    desk.take("ann again", phone=FAMILY_PHONE, full_name="Ann Lee")
    assert desk.oracle.flagged() == set()
    desk.take("bob again", phone=FAMILY_PHONE, full_name="Bob Ray")
    assert desk.oracle.flagged() == {whose("ann")}


# the decision


@pytest.mark.parametrize(("flagged", "outcome"), [("top_wins", Outcome.REVIEW), ("set_aside", Outcome.MERGE)])
def test_r1_a_flagged_best_wins_only_where_the_config_says_so(flagged: str, outcome: Outcome) -> None:
    guards = {"max_distinct_names": 1}
    desk = Desk(textbook_config(decide={"flagged": flagged}, guards=guards))
    desk.take("ann", phone=FAMILY_PHONE, full_name="Ann Lee")
    desk.take("bob", phone=FAMILY_PHONE, full_name="Bob Ray")
    desk.take("other", email=JANE)
    call = desk.take("call", phone=FAMILY_PHONE, email=JANE)
    assert call.outcome is outcome
    assert desk.oracle.rows["R1"] == (flagged == "top_wins")
    assert (whose("ann") in call.targets) == (flagged == "top_wins")
    assert call.runner_up == (whose("other") if flagged == "top_wins" else whose("ann"))


def test_r2_without_candidates_everything_about_them_is_empty() -> None:
    first = Desk(family_config()).take("call", phone=FAMILY_PHONE)
    assert (first.outcome, first.score, first.weight, first.runner_up) == (Outcome.NEW, None, None, None)
    assert (first.reasons, first.evidence, first.targets) == (("NO_CANDIDATE",), (), ())


def test_r3_records_turned_away_gather_on_one_review_item_and_one_provisional_identity_each() -> None:
    desk = crowd()
    first = desk.take("first", phone=FAMILY_PHONE, full_name="Cy Fox")
    assert (first.outcome, first.targets) == (Outcome.REVIEW, (whose("ann"),))
    assert first.customer_id in desk.oracle.provisional()
    second = desk.take("second", phone=FAMILY_PHONE, full_name="Cy Fox")
    assert (second.outcome, second.customer_id) == (Outcome.MERGE, first.customer_id)
    [item] = desk.oracle.reviews()
    assert (item.review_id, item.records) == (review_id_of("ann", 1), ("first",))
    assert desk.oracle.rows["R3"] == 1


def test_r4_below_the_band_is_new_and_names_the_best() -> None:
    karl = family().oracle.decisions["karl"]
    assert (karl.outcome, karl.reasons) == (Outcome.NEW, ("BELOW_BAND",))
    assert karl.weight == -8.0 + 13.2 - 6.0
    assert karl.score == pytest.approx(1 / (1 + 2.0**0.8))
    assert [(one.field, one.level, one.contribution) for one in karl.evidence] == [
        ("phone", "exact", 13.2),
        ("email", None, 0.0),
        ("full_name", "else", -6.0),
    ]


def test_r5_a_strong_match_merges() -> None:
    desk = Desk(family_config())
    desk.take("one", phone=FAMILY_PHONE)
    two = desk.take("two", phone=FAMILY_PHONE)
    assert (two.outcome, two.customer_id, two.reasons) == (Outcome.MERGE, whose("one"), ("STRONG_MATCH",))
    assert desk.oracle.rows["R5"] == 1


def test_r6_the_oldest_of_rivals_takes_it_in_the_textbook() -> None:
    desk = Desk(textbook_config())
    desk.take("mail", email=JANE)
    desk.take("call", phone=FAMILY_PHONE)
    both = desk.take("both", phone=FAMILY_PHONE, email=JANE)
    assert (both.customer_id, both.reasons) == (whose("mail"), ("STRONG_MATCH", "OLDEST"))
    assert both.runner_up == whose("call")
    assert desk.oracle.rows["R6"] == 1


def test_r7_rivals_make_it_wait_and_the_links_go_to_all_of_them_in_rank_order() -> None:
    desk = family()
    call = desk.take("call", phone=FAMILY_PHONE)
    assert (call.outcome, call.reasons) == (Outcome.PENDING, ("RIVALS", "CONTRADICTION"))
    assert call.targets == (whose("jane"), whose("karl"))
    assert (call.customer_id, call.runner_up) == (whose("call"), whose("karl"))
    assert desk.open_links() == [("call", "jane"), ("call", "karl")]
    assert desk.oracle.provisional() == {whose("call")}


def test_r7_forty_nameless_calls_on_a_phone_of_two_make_one_identity_and_two_links() -> None:
    desk = family()
    calls = [desk.take(f"call-{turn}", phone=FAMILY_PHONE) for turn in range(40)]
    assert {call.customer_id for call in calls} == {whose("call-0")} == desk.oracle.provisional()
    assert {call.outcome for call in calls} == {Outcome.PENDING}
    assert all(call.reasons == ("RIVALS", "AMBIGUOUS", "CONTRADICTION", "JOINED") for call in calls[1:])
    assert desk.open_links() == [("call-0", "jane"), ("call-0", "karl")]
    assert desk.oracle.hubs() == set()
    assert len(set(desk.oracle.identities().values())) == 3


def test_r7_links_are_cut_to_the_best_ranked() -> None:
    desk = family(family_config(decide={"max_links": 1}))
    call = desk.take("call", phone=FAMILY_PHONE)
    assert "LINKS_CUT" in call.reasons
    assert call.targets == (whose("jane"),)
    assert desk.open_links() == [("call", "jane")]


def test_r8_in_the_band_one_link_waits() -> None:
    desk = Desk(family_config())
    desk.take("jane", phone=FAMILY_PHONE, full_name="Jane Doe")
    part = desk.take("part", phone=FAMILY_PHONE, full_name="Jane")
    assert (part.outcome, part.reasons, part.targets) == (Outcome.PENDING, ("IN_BAND",), (whose("jane"),))
    assert desk.oracle.rows["R8"] == 1


# bridging


def test_bridge_unites_the_phones_identity_and_the_emails() -> None:
    desk = Desk(family_config(fields=(_mild(PHONE), _mild(EMAIL), NAME)))
    desk.take("call", phone=FAMILY_PHONE)
    desk.take("mail", email=JOHN)
    both = desk.take("both", phone=FAMILY_PHONE, email=JOHN)
    assert both.reasons == ("STRONG_MATCH", "BRIDGED")
    assert desk.together("call", "mail", "both")
    assert (both.customer_id, both.runner_up) == (whose("call"), None)


def _mild(field: dict[str, Any]) -> dict[str, Any]:
    exact, other = field["levels"]
    return field | {"levels": [exact, other | {"weight": -0.5}]}


def test_bridge_never_crosses_a_cannot_link() -> None:
    desk = Desk(family_config(fields=(_mild(PHONE), _mild(EMAIL), NAME)))
    desk.take("call", phone=FAMILY_PHONE)
    desk.take("mail", email=JOHN)
    desk.take("both", phone=FAMILY_PHONE, email=JOHN)
    desk.act(Action.split(whose("call"), ("mail",)))
    again = desk.take("again", phone=FAMILY_PHONE, email=JOHN)
    assert "CANNOT_LINK" in again.reasons
    assert not desk.together("call", "mail")


def test_bridge_stops_at_too_many_names() -> None:
    mild_name = NAME | {"levels": [*NAME["levels"][:2], {"name": "else", "weight": -0.5}]}
    fields = (_mild(PHONE), _mild(EMAIL), mild_name)
    desk = Desk(family_config(fields=fields, guards={"max_distinct_names": 1}))
    desk.take("call", phone=FAMILY_PHONE, full_name="Ann Lee")
    desk.take("mail", email=JOHN, full_name="Bob Ray")
    both = desk.take("both", phone=FAMILY_PHONE, email=JOHN)
    assert "TOO_MANY_NAMES" in both.reasons
    assert not desk.together("call", "mail")


def three_under_one_record(**decide: Any) -> Desk:
    """Jane and Karl on one phone, Top with an e-mail, and a record of both phone and e-mail."""
    desk = Desk(
        family_config(
            fields=(_mild(PHONE), _mild(EMAIL), NAME),
            decide={"margin": 0} | decide,
            guards={"max_distinct_names": 1},
        )
    )
    desk.take("jane", phone=FAMILY_PHONE, full_name="Jane Doe")
    desk.take("karl", phone=FAMILY_PHONE, full_name="Karl Roth")
    desk.take("top", email=JOHN)
    return desk


def test_bridge_asks_every_member_for_contradictions() -> None:
    desk = three_under_one_record()
    both = desk.take("both", phone=FAMILY_PHONE, email=JOHN)
    assert both.reasons == ("STRONG_MATCH", "BRIDGED", "CONTRADICTION")
    assert desk.together("both", "top", "jane")
    assert not desk.together("both", "karl")


def test_bridge_counts_the_names_of_every_member() -> None:
    desk = three_under_one_record(bridge_at=-1000)
    both = desk.take("both", phone=FAMILY_PHONE, email=JOHN)
    assert both.reasons == ("STRONG_MATCH", "BRIDGED", "TOO_MANY_NAMES")
    assert not desk.together("both", "karl")


def test_bridge_asks_every_member_for_cannot_links() -> None:
    desk = Desk(family_config(fields=(_mild(PHONE), _mild(EMAIL), NAME), decide={"margin": 0}))
    desk.take("one", phone=FAMILY_PHONE)
    desk.take("two", phone=FAMILY_PHONE)
    desk.act(Action.split(whose("one"), ("two",)))
    desk.take("top", email=JOHN)
    both = desk.take("both", phone=FAMILY_PHONE, email=JOHN)
    assert both.reasons == ("STRONG_MATCH", "BRIDGED", "CANNOT_LINK")
    assert desk.together("both", "top", "one")


def test_bridge_takes_a_provisional_one_with_a_single_link() -> None:
    desk = Desk(family_config())
    desk.take("jane", phone=FAMILY_PHONE, full_name="Jane Doe")
    desk.take("part", phone=FAMILY_PHONE, full_name="Jane")
    assert desk.take("call", phone=FAMILY_PHONE).reasons == ("STRONG_MATCH", "BRIDGED")
    assert link_states(desk) == ["superseded"]
    assert desk.oracle.provisional() == set()


def test_bridge_leaves_an_ambiguous_top_alone() -> None:
    desk = family()
    desk.take("call", phone=FAMILY_PHONE, email=JOHN)
    again = desk.take("again", phone=FAMILY_PHONE, email=JOHN)
    assert (again.customer_id, again.reasons) == (whose("call"), ("STRONG_MATCH", "AMBIGUOUS"))
    assert not desk.together("call", "jane")


def test_l_joins_no_member_of_u() -> None:
    desk = family()
    desk.take("part", phone=FAMILY_PHONE, full_name="Jane")
    call = desk.take("call", phone=FAMILY_PHONE)
    assert call.reasons == ("RIVALS", "BRIDGED", "CONTRADICTION")
    assert call.customer_id == whose("call")
    assert call.targets == (whose("jane"), whose("karl"), whose("part"))
    assert call.runner_up == whose("karl")


def test_l_joins_nobody_who_is_set_aside() -> None:
    guards = {"max_distinct_names": 1, "guard_when": "before"}
    desk = Desk(textbook_config(decide={"on_rivals": "pending"}, guards=guards))
    desk.take("call", phone=FAMILY_PHONE)
    desk.take("mail", email=JANE)
    first = desk.take("first", phone=FAMILY_PHONE, email=JANE)
    ann = desk.take("ann", phone=FAMILY_PHONE, email=JANE, full_name="Ann Lee")
    bob = desk.take("bob", phone=FAMILY_PHONE, email=JANE, full_name="Bob Ray")
    assert (ann.customer_id, ann.reasons) == (first.customer_id, ("RIVALS", "JOINED"))
    assert (bob.customer_id, bob.reasons) == (whose("bob"), ("RIVALS",))


def test_l_joins_nobody_below_merge_at() -> None:
    exact, other = EMAIL["levels"]
    email = EMAIL | {"levels": [exact, other | {"weight": -1.5}]}
    desk = family(family_config(fields=(PHONE, email, NAME)))
    desk.take("call", phone=FAMILY_PHONE, email=JANE)
    assert desk.take("again", phone=FAMILY_PHONE, email=JOHN).customer_id == whose("again")


def test_a_threshold_is_reached_by_a_weight_that_equals_it() -> None:
    for decide, outcome in (
        ({"merge_at": 0.5 / 0.9, "pending_at": 0.1}, Outcome.MERGE),
        ({"merge_at": 0.9, "pending_at": 0.5 / 0.9}, Outcome.PENDING),
    ):
        desk = Desk(textbook_config(decide=decide))
        desk.take("one", phone=FAMILY_PHONE, email=JANE)
        assert desk.take("two", phone=FAMILY_PHONE, email="zz@other.example.com").outcome is outcome


def test_m_links_the_band_that_is_left_over_with_the_merged_identity() -> None:
    desk = Desk(family_config(decide={"link_on_merge": True, "margin": 0}))
    desk.take("full", phone=FAMILY_PHONE, full_name="Jane Doe")
    desk.take("karl", phone=FAMILY_PHONE, full_name="Karl Roth Doe")
    merged = desk.take("part", phone=FAMILY_PHONE, full_name="Jane Doe")
    assert merged.reasons == ("STRONG_MATCH",)
    near = desk.take("near", phone=FAMILY_PHONE, full_name="Karl Roth")
    assert near.reasons == ("IN_BAND",)
    again = desk.take("again", phone=FAMILY_PHONE, full_name="Karl Roth Doe")
    assert again.reasons == ("STRONG_MATCH",), "near has an open link with karl already"
    desk.act(Action.expire(link_id_of("near", "karl")))
    last = desk.take("last", phone=FAMILY_PHONE, full_name="Karl Roth Doe")
    assert last.reasons == ("STRONG_MATCH", "LINKED")
    assert desk.open_links() == [("last", "near")]


# identities, links, review items


def test_unite_keeps_the_first_opened_of_several_links_to_one_other() -> None:
    desk = Desk(family_config(decide={"link_on_merge": True, "on_rivals": "pending"}))
    desk.take("karl", phone=FAMILY_PHONE, full_name="Karl Roth")
    desk.take("near", phone=FAMILY_PHONE, full_name="Karl")
    desk.act(Action.expire(link_id_of("near", "karl")))
    desk.take("last", phone=FAMILY_PHONE, full_name="Karl Roth")
    desk.take("call", phone=FAMILY_PHONE)
    assert desk.open_links() == [("last", "near"), ("call", "karl"), ("call", "near")]
    assert desk.act(Action.accept(link_id_of("last", "near"))) == "accepted"
    assert link_states(desk) == ["expired", "accepted", "open", "superseded"]
    assert desk.act(Action.accept(link_id_of("call", "near"))) == "superseded"
    assert not desk.together("call", "karl")


def test_provisional_ends_with_the_last_link_and_for_good() -> None:
    desk = family()
    desk.take("call", phone=FAMILY_PHONE)
    desk.act(Action.expire(link_id_of("call", "jane")))
    assert desk.oracle.provisional() == {whose("call")}
    desk.act(Action.decline(link_id_of("call", "karl")))
    assert desk.oracle.provisional() == set()


def test_a_union_with_one_that_is_not_provisional_is_not_provisional() -> None:
    desk = family()
    desk.take("call", phone=FAMILY_PHONE)
    desk.act(Action.accept(link_id_of("call", "jane")))
    assert desk.open_links() == [("call", "karl")]
    assert desk.oracle.provisional() == set()


def one_name_at_most(**guards: Any) -> Desk:
    """Somebody with an e-mail and Ann with a phone."""
    desk = Desk(textbook_config(decide={"on_rivals": "pending"}, guards={"max_distinct_names": 1} | guards))
    desk.take("mail", email=JANE)
    desk.take("ann", phone=FAMILY_PHONE, full_name="Ann Lee")
    return desk


def test_a_union_has_the_larger_allowance() -> None:
    desk = one_name_at_most()
    desk.take("bob", phone=FAMILY_PHONE, full_name="Bob Ray")
    desk.act(Action.close(review_id_of("ann", 1), "clear"))
    desk.take("both", phone=FAMILY_PHONE, email=JANE)
    for other in ("ann", "mail"):
        desk.act(Action.accept(link_id_of("both", other)))
    assert desk.together("mail", "bob")
    assert desk.oracle.flagged() == set()


def test_p6_before_asks_only_whether_the_record_adds_a_name() -> None:
    desk = one_name_at_most(guard_when="before")
    desk.take("bob", email=JANE, full_name="Bob Ray")
    desk.take("both", phone=FAMILY_PHONE, email=JANE)
    for other in ("ann", "mail"):
        desk.act(Action.accept(link_id_of("both", other)))
    assert desk.together("ann", "bob")
    assert desk.take("known", phone=FAMILY_PHONE, full_name="Ann Lee").outcome is Outcome.MERGE
    assert desk.take("another", phone=FAMILY_PHONE, full_name="Cy Fox").reasons == ("NAME_TOO_MANY",)


def test_latest_keeps_the_value_that_was_handled_last() -> None:
    desk = Desk(textbook_config(keep={"phone": "latest", "full_name": "first"}))
    desk.take("one", email=JANE, phone=FAMILY_PHONE, full_name="Jane Doe")
    desk.take("two", email=JANE, full_name="Janet Doe")
    assert desk.together("one", "two")
    assert desk.take("three", email=JANE, phone="+1 202 555 0177").outcome is Outcome.NEW
    assert desk.take("four", phone=FAMILY_PHONE, full_name="Jane Doe").outcome is Outcome.MERGE


# actions


@pytest.mark.parametrize(
    "action",
    [
        Action.accept("nobody+nobody"),
        Action.close("nobody#1", "clear"),
        Action.split("nobody", ("jane",)),
        Action.split(whose("jane"), ("never handled",)),
        Action.do_not_link("nobody"),
        Action.erase(whose("jane"), "nobody"),
    ],
)
def test_a0_what_was_never_handed_out_is_refused_and_nothing_changes(action: Action) -> None:
    desk = family()
    before = _everything(desk)
    assert desk.act(action) == "unknown"
    assert _everything(desk) == before
    assert desk.oracle.rows["A0"] == 1


def _everything(desk: Desk) -> tuple[object, ...]:
    oracle = desk.oracle
    marks = (oracle.hubs(), oracle.shared(), oracle.flagged(), oracle.provisional())
    return (oracle.identities(), oracle.links(), oracle.reviews(), marks)


@pytest.mark.parametrize(
    ("make", "state"),
    [(Action.accept, "accepted"), (Action.decline, "declined"), (Action.expire, "expired")],
)
def test_a1_a_closed_link_returns_its_state(make: Callable[[str], Action], state: str) -> None:
    desk = family()
    desk.take("call", phone=FAMILY_PHONE)
    link = link_id_of("call", "karl")
    assert desk.act(make(link)) == state
    before = _everything(desk)
    for again in (Action.accept, Action.decline, Action.expire):
        assert desk.act(again(link)) == state
    assert _everything(desk) == before
    assert desk.oracle.rows["A1"] == 3


def test_a2_accept_unites_in_spite_of_a_cannot_link_and_reviews_what_is_flagged() -> None:
    desk = family(family_config(guards={"max_distinct_names": 1}))
    desk.take("call", phone=FAMILY_PHONE)
    desk.act(Action.accept(link_id_of("call", "karl")))
    assert desk.together("call", "karl")
    assert desk.act(Action.accept(link_id_of("call", "jane"))) == "accepted"
    assert desk.together("jane", "karl", "call")
    assert desk.oracle.flagged() == {whose("jane")}
    assert states(desk) == ["open"]
    assert desk.oracle.rows["A2"] == 2


def test_a2_accept_drops_the_cannot_link_between_the_sides() -> None:
    desk = Desk(family_config(fields=(_mild(PHONE), _mild(EMAIL), NAME), decide={"on_rivals": "pending"}))
    desk.take("call", phone=FAMILY_PHONE)
    desk.take("mail", email=JOHN)
    desk.take("both", phone=FAMILY_PHONE, email=JOHN)
    desk.act(Action.decline(link_id_of("both", "mail")))
    desk.act(Action.accept(link_id_of("both", "call")))
    assert not desk.together("call", "mail")
    assert desk.open_links() == []


def test_a3_decline_keeps_the_sides_apart() -> None:
    desk = Desk(family_config())
    desk.take("jane", phone=FAMILY_PHONE, full_name="Jane Doe")
    desk.take("part", phone=FAMILY_PHONE, full_name="Jane")
    assert desk.act(Action.decline(link_id_of("part", "jane"))) == "declined"
    call = desk.take("call", phone=FAMILY_PHONE)
    assert "CANNOT_LINK" in call.reasons
    assert desk.oracle.rows["A3"] == 1


def test_a4_expire_leaves_no_cannot_link() -> None:
    desk = Desk(family_config())
    desk.take("jane", phone=FAMILY_PHONE, full_name="Jane Doe")
    desk.take("part", phone=FAMILY_PHONE, full_name="Jane")
    assert desk.act(Action.expire(link_id_of("part", "jane"))) == "expired"
    assert "BRIDGED" in desk.take("call", phone=FAMILY_PHONE).reasons
    assert desk.oracle.rows["A4"] == 1


def test_a5_split_undoes_a_merge_and_closes_the_review() -> None:
    desk = crowd()
    desk.take("cy", phone=FAMILY_PHONE, full_name="Cy Fox")
    assert desk.act(Action.split(whose("bob"), ("bob",))) == "done"
    assert not desk.together("ann", "bob")
    assert states(desk) == ["split"]
    assert desk.oracle.flagged() == desk.oracle.provisional() == set()
    assert desk.oracle.identities()["bob"] == whose("bob")
    assert desk.oracle.rows["A5"] == 1


def test_a5_a_part_that_is_still_flagged_gets_a_new_review() -> None:
    desk = crowd()
    desk.act(Action.close(review_id_of("ann", 1), "clear"))
    desk.take("cy", phone=FAMILY_PHONE, full_name="Cy Fox")
    desk.act(Action.split(whose("ann"), ("cy",)))
    assert [(item.review_id, item.state) for item in desk.oracle.reviews()] == [
        (review_id_of("ann", 1), "clear"),
        (review_id_of("ann", 2), "split"),
        (review_id_of("ann", 3), "open"),
    ]


def test_a5_links_and_turned_away_records_go_with_their_interactions() -> None:
    desk = family()
    desk.take("call", phone=FAMILY_PHONE)
    desk.take("again", phone=FAMILY_PHONE)
    desk.act(Action.split(whose("call"), ("call",)))
    assert desk.oracle.provisional() == {whose("call")}
    assert desk.open_links() == [("call", "jane"), ("call", "karl")]


@pytest.mark.parametrize("interactions", [(), ("ann", "bob"), ("other",), ("bob", "other")])
def test_a6_what_is_no_proper_part_is_refused(interactions: tuple[str, ...]) -> None:
    desk = crowd()
    desk.take("other", email=JANE)
    before = _everything(desk)
    assert desk.act(Action.split(whose("ann"), interactions)) == "invalid"
    assert desk.act(Action.close(review_id_of("ann", 1), "split", interactions)) == "invalid"
    assert _everything(desk) == before
    assert desk.oracle.rows["A6"] == 2


def test_a6_a_tombstone_cannot_be_split() -> None:
    desk = crowd()
    desk.act(Action.erase(whose("ann")))
    assert desk.act(Action.split(whose("ann"), ("bob",))) == "invalid"


def test_a7_keep_flag_leaves_the_flag_and_the_next_one_opens_another_item() -> None:
    desk = crowd()
    assert desk.act(Action.close(review_id_of("ann", 1), "keep_flag")) == "keep_flag"
    assert desk.oracle.flagged() == {whose("ann")}
    desk.take("cy", phone=FAMILY_PHONE, full_name="Cy Fox")
    assert [(item.number, item.records) for item in desk.oracle.reviews()] == [(1, ()), (2, ("cy",))]
    assert desk.oracle.provisional() == {whose("cy")}
    desk.act(Action.close(review_id_of("ann", 2), "keep_flag"))
    assert desk.oracle.provisional() == set()
    assert desk.oracle.rows["A7"] == 2


def test_a8_clear_allows_the_present_names_and_no_more() -> None:
    desk = crowd()
    assert desk.act(Action.close(review_id_of("ann", 1), "clear")) == "clear"
    assert desk.oracle.flagged() == set()
    assert desk.take("call", phone=FAMILY_PHONE).outcome is Outcome.MERGE
    assert "NOW_FLAGGED" in desk.take("cy", phone=FAMILY_PHONE, full_name="Cy Fox").reasons
    assert desk.oracle.rows["A8"] == 1


def test_a9_close_with_split_parts_the_identity_of_the_item() -> None:
    desk = crowd()
    assert desk.act(Action.close(review_id_of("ann", 1), "split", ("bob",))) == "split"
    assert not desk.together("ann", "bob")
    assert desk.oracle.rows["A9"] == 1


def test_a10_a_closed_item_returns_its_state_whatever_the_verdict() -> None:
    desk = crowd()
    desk.act(Action.close(review_id_of("ann", 1), "keep_flag"))
    before = _everything(desk)
    for verdict in ("keep_flag", "clear", "split"):
        assert desk.act(Action.close(review_id_of("ann", 1), verdict)) == "keep_flag"
    assert _everything(desk) == before
    assert desk.oracle.rows["A10"] == 3


def test_a11_an_objection_is_inherited_by_a_union() -> None:
    desk = family()
    desk.take("call", phone=FAMILY_PHONE)
    assert desk.act(Action.do_not_link(whose("call"))) == "done"
    desk.act(Action.accept(link_id_of("call", "jane")))
    assert desk.take("jane again", phone=FAMILY_PHONE, full_name="Jane Doe").outcome is Outcome.NEW
    assert desk.oracle.rows["A11"] == 1


def test_a12_an_erased_identity_is_a_tombstone_without_keys_links_or_marks() -> None:
    desk = crowd()
    desk.take("cy", phone=FAMILY_PHONE, full_name="Cy Fox")
    assert desk.act(Action.erase(whose("bob"), whose("cy"))) == "done"
    assert [(item.state, item.records) for item in desk.oracle.reviews()] == [("erased", ())]
    assert desk.oracle.identities() == {"ann": whose("ann"), "bob": whose("ann"), "cy": whose("cy")}
    assert desk.take("late", phone=FAMILY_PHONE).reasons == ("NO_CANDIDATE",)
    assert desk.oracle.rows["A12"] == 1


def test_a12_links_expire_and_marks_go_with_the_last_holder() -> None:
    guards = {"count_names_on": ["phone"], "max_names_per_identifier": 1}
    desk = family(family_config(guards=guards, max_fanout=1))
    desk.take("call", phone=FAMILY_PHONE)
    assert desk.oracle.hubs()
    desk.act(Action.erase(whose("jane"), whose("karl")))
    assert desk.oracle.hubs()
    assert desk.oracle.shared()
    desk.act(Action.erase(whose("call")))
    assert not desk.oracle.hubs()
    assert not desk.oracle.shared()


def test_a12_open_links_of_the_erased_expire() -> None:
    desk = family()
    desk.take("call", phone=FAMILY_PHONE)
    desk.act(Action.erase(whose("jane")))
    assert link_states(desk) == ["expired", "open"]
    desk.act(Action.erase(whose("karl")))
    assert desk.oracle.provisional() == set()


def test_a13_a_tombstone_stays_one() -> None:
    desk = family()
    desk.act(Action.erase(whose("jane")))
    before = _everything(desk)
    assert desk.act(Action.erase(whose("jane"))) == "erased"
    assert desk.act(Action.do_not_link(whose("jane"))) == "erased"
    assert _everything(desk) == before
    assert desk.oracle.rows["A13"] == 2
