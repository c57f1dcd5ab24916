"""Stories with their outcomes, told to both engines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idlab import Action, Interaction, MemoryStore, Outcome, Resolver, ScoringConfig
from idlab.errors import BadInput
from idlab.model import Link, customer_id_of, link_id_of, review_id_of
from tests.parity.engines import Account, run_online, run_replay

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
BASELINE = ScoringConfig.load(CONFIGS / "baseline.json")
DEFAULT = ScoringConfig.load(CONFIGS / "default.json")

Engine = Callable[[ScoringConfig, Sequence[Interaction | Action]], Account]

PHONE = "+1 202 555 0143"
TEXTBOOK_PHONE = "+1 555 555 1234"
WEEK = [
    Interaction(
        interaction_id="monday",
        occurred_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
        channel="voice",
        phone=PHONE,
        email=None,
        full_name=None,
        cookie_id=None,
        ip_address=None,
        conversation_id="conversation-1",
        participant_id="customer",
    ),
    Interaction(
        interaction_id="tuesday",
        occurred_at=datetime(2026, 1, 6, 14, 5, tzinfo=UTC),
        channel="webchat",
        phone=None,
        email="john.doe@example.com",
        full_name=None,
        cookie_id="cookie-7",
        ip_address="203.0.113.7",
        conversation_id="conversation-2",
        participant_id="customer",
    ),
    Interaction(
        interaction_id="wednesday",
        occurred_at=datetime(2026, 1, 7, 11, 0, tzinfo=UTC),
        channel="email",
        phone=None,
        email="j.doe@example.com",
        full_name="John Doe",
        cookie_id=None,
        ip_address=None,
        conversation_id="conversation-3",
        participant_id="customer",
    ),
    Interaction(
        interaction_id="friday",
        occurred_at=datetime(2026, 1, 9, 16, 45, tzinfo=UTC),
        channel="whatsapp",
        phone=PHONE,
        email=None,
        full_name=None,
        cookie_id=None,
        ip_address=None,
        conversation_id="conversation-4",
        participant_id="customer",
    ),
]
CRM_ROW = Interaction(
    interaction_id="crm",
    occurred_at=datetime(2026, 1, 9, 18, 0, tzinfo=UTC),
    channel="crm",
    phone=PHONE,
    email="john.doe@example.com",
    full_name="John Doe",
    cookie_id=None,
    ip_address=None,
    conversation_id=None,
    participant_id=None,
)


@pytest.fixture(params=[run_online, run_replay], ids=["online", "replay"])
def engine(request: pytest.FixtureRequest) -> Engine:
    run: Engine = request.param
    return run


def call(number: int, **raw: str) -> Interaction:
    at = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(hours=number)
    return Interaction(f"call-{number}", at, "voice", **raw)  # type: ignore[arg-type]


def with_phone(phone: str) -> list[Interaction]:
    return [replace(one, phone=phone if one.phone else None) for one in WEEK]


class TestTheTextbookWeek:
    """Monday's call, Tuesday's chat, Wednesday's e-mail, Friday's message and the CRM row are one customer."""

    def test_the_baseline_takes_a_lone_phone_for_certain(self, engine: Engine) -> None:
        done = engine(BASELINE, [*WEEK, CRM_ROW])
        friday = done.decisions[3]
        assert friday.outcome is Outcome.MERGE
        assert friday.score == 1.0

    def test_the_baseline_leaves_the_chat_and_the_mail_apart(self, engine: Engine) -> None:
        done = engine(BASELINE, [*WEEK, CRM_ROW])
        assert done.results == ["NEW", "NEW", "NEW", "MERGE", "MERGE"]
        assert done.identities == {
            "monday": customer_id_of("monday"),
            "tuesday": customer_id_of("tuesday"),
            "wednesday": customer_id_of("wednesday"),
            "friday": customer_id_of("monday"),
            "crm": customer_id_of("monday"),
        }

    def test_the_baseline_knows_that_the_crm_row_ties_two_and_asks_nobody(self, engine: Engine) -> None:
        done = engine(BASELINE, [*WEEK, CRM_ROW])
        crm = done.decisions[4]
        assert crm.reasons == ("STRONG_MATCH", "OLDEST")
        assert (crm.score, crm.runner_up_score) == (1.0, 1.0)
        assert crm.runner_up == customer_id_of("tuesday")
        assert not done.links and not done.reviews

    def test_the_baseline_never_finds_the_near_email(self, engine: Engine) -> None:
        done = engine(BASELINE, [CRM_ROW, *WEEK])
        wednesday = done.decisions[3]
        assert wednesday.reasons == ("NO_CANDIDATE",)
        assert wednesday.score is None

    def test_the_baseline_drops_the_textbooks_own_number(self, engine: Engine) -> None:
        assert engine(BASELINE, with_phone(TEXTBOOK_PHONE)).results == ["NEW"] * 4
        assert engine(DEFAULT, with_phone(TEXTBOOK_PHONE)).results[3] == "MERGE"

    def test_the_default_makes_one_customer_and_one_pending_link(self, engine: Engine) -> None:
        done = engine(DEFAULT, [*WEEK, CRM_ROW])
        assert done.results == ["NEW", "NEW", "NEW", "MERGE", "MERGE"]
        monday, wednesday = customer_id_of("monday"), customer_id_of("wednesday")
        assert done.identities == {
            "monday": monday,
            "tuesday": monday,
            "wednesday": wednesday,
            "friday": monday,
            "crm": monday,
        }
        assert done.links == [Link("crm", "wednesday", "open")]
        assert done.decisions[4].reasons == ("STRONG_MATCH", "BRIDGED", "LINKED")

    def test_the_default_does_the_same_where_the_crm_row_came_first(self, engine: Engine) -> None:
        done = engine(DEFAULT, [CRM_ROW, *WEEK])
        assert done.results == ["NEW", "MERGE", "MERGE", "PENDING", "MERGE"]
        assert done.links == [Link("wednesday", "crm", "open")]
        assert len(set(done.identities.values())) == 2

    @pytest.mark.parametrize(
        ("log", "link"),
        [
            ([*WEEK, CRM_ROW], link_id_of("crm", "wednesday")),
            ([CRM_ROW, *WEEK], link_id_of("wednesday", "crm")),
        ],
        ids=["CRM row last", "CRM row first"],
    )
    def test_accept_closes_the_link_and_all_is_one(
        self, log: list[Interaction], link: str, engine: Engine
    ) -> None:
        done = engine(DEFAULT, [*log, Action.accept(link)])
        assert done.results[-1] == "accepted"
        assert set(done.identities.values()) == {customer_id_of(log[0].interaction_id)}
        assert [one.state for one in done.links] == ["accepted"]


class TestAPhoneOfTwoPeople:
    """Two people with names of their own, then forty nameless calls on their one phone."""

    LOG = (
        call(0, phone=PHONE, full_name="Ann Lee"),
        call(1, phone=PHONE, full_name="Bob Ray"),
        *(call(2 + k, phone=PHONE) for k in range(40)),
    )

    def test_forty_nameless_calls_make_one_provisional_identity_with_two_links(self, engine: Engine) -> None:
        done = engine(DEFAULT, self.LOG)
        assert done.results == ["NEW", "NEW", *["PENDING"] * 40]
        assert {done.identities[one.interaction_id] for one in self.LOG[2:]} == {customer_id_of("call-2")}
        assert done.links == [Link("call-2", "call-0", "open"), Link("call-2", "call-1", "open")]
        assert not done.reviews

    def test_no_key_becomes_a_hub(self, engine: Engine) -> None:
        rules = [rule.model_copy(update={"max_fanout": 2}) for rule in DEFAULT.keys]
        tight = DEFAULT.model_copy(update={"keys": tuple(rules)})
        done = engine(tight, self.LOG)
        assert not [one for one in done.decisions if "HUB" in one.reasons]
        assert done.results == ["NEW", "NEW", *["PENDING"] * 40]

    def test_all_but_the_first_join(self, engine: Engine) -> None:
        done = engine(DEFAULT, self.LOG)
        assert ["JOINED" in one.reasons for one in done.decisions] == [False] * 3 + [True] * 39

    def test_the_answer_to_one_link_settles_the_other(self, engine: Engine) -> None:
        done = engine(DEFAULT, [*self.LOG, Action.accept(link_id_of("call-2", "call-0"))])
        assert done.results[-1] == "accepted"
        assert len(set(done.identities.values())) == 2
        assert [one.state for one in done.links] == ["accepted", "open"]


class TestTheSameInteractionAgain:
    LOG = (
        call(0, phone=PHONE, full_name="Ann Lee"),
        call(1, phone=PHONE),
        call(2, phone=PHONE, full_name="Ann Lee"),
    )

    def test_changes_nothing(self, engine: Engine) -> None:
        once = engine(DEFAULT, self.LOG)
        again = engine(DEFAULT, [*self.LOG, *self.LOG, self.LOG[1]])
        assert again.results == [*once.results, *once.results, once.results[1]]
        assert (again.decisions, again.identities, again.links, again.reviews) == (
            once.decisions,
            once.identities,
            once.links,
            once.reviews,
        )

    def test_returns_the_decision_made_then_whatever_it_says_now(self) -> None:
        resolver = Resolver(DEFAULT, MemoryStore())
        first = [resolver.resolve(one) for one in self.LOG]
        other = replace(self.LOG[0], phone="+1 202 555 0199", full_name="Bob Ray")
        assert resolver.resolve(other) == first[0]
        assert resolver.resolve(call(9, phone="+1 202 555 0199")).outcome is Outcome.NEW


class TestErasure:
    LOG = (call(0, phone=PHONE, full_name="Ann Lee"), call(1, phone=PHONE, full_name="Ann Lee"))
    ERASE = Action.erase(customer_id_of("call-1"))

    def test_an_erased_interaction_returns_the_tombstone(self, engine: Engine) -> None:
        done = engine(DEFAULT, [*self.LOG, self.ERASE, *self.LOG])
        assert done.results == ["NEW", "MERGE", "done", "ERASED", "ERASED"]
        assert set(done.identities.values()) == {customer_id_of("call-0")}

    def test_the_decision_names_the_tombstone_and_nothing_else(self) -> None:
        resolver = Resolver(DEFAULT, MemoryStore())
        for one in self.LOG:
            resolver.resolve(one)
        resolver.act(self.ERASE)
        again = resolver.resolve(self.LOG[1])
        assert again.outcome is Outcome.ERASED
        assert again.customer_id == customer_id_of("call-0")
        assert (again.score, again.weight, again.runner_up, again.reasons, again.evidence, again.targets) == (
            None,
            None,
            None,
            (),
            (),
            (),
        )

    def test_the_same_person_starts_afresh(self, engine: Engine) -> None:
        done = engine(DEFAULT, [*self.LOG, self.ERASE, call(5, phone=PHONE, full_name="Ann Lee")])
        assert done.decisions[2].reasons == ("NO_CANDIDATE",)
        assert done.identities["call-5"] == customer_id_of("call-5")
        assert not done.links

    def test_erasing_twice_does_nothing_the_second_time(self, engine: Engine) -> None:
        assert engine(DEFAULT, [*self.LOG, self.ERASE, self.ERASE]).results[2:] == ["done", "erased"]


class TestAConversationThatLearnsMore:
    """An e-mail that a flow collects during a call is an interaction of its own, of the same conversation."""

    CALL = replace(call(0, phone="withheld"), conversation_id="conversation-9", participant_id="customer")
    REVISION = replace(CALL, interaction_id="call-0#5f3a", email="ann@example.com")

    def test_a_revision_joins_its_conversation(self, engine: Engine) -> None:
        done = engine(DEFAULT, [self.CALL, self.REVISION])
        assert done.results == ["NEW", "MERGE"]
        evidence = {said.field: said.level for said in done.decisions[1].evidence}
        assert evidence["conversation"] == "equal"

    def test_what_it_learnt_is_known_of_the_customer(self, engine: Engine) -> None:
        mail = call(3, email="ann@example.com")
        done = engine(DEFAULT, [self.CALL, self.REVISION, mail])
        assert set(done.identities.values()) == {customer_id_of("call-0")}

    def test_another_participant_is_another_customer(self, engine: Engine) -> None:
        other = replace(self.REVISION, participant_id="customer-2")
        assert engine(DEFAULT, [self.CALL, other]).results == ["NEW", "NEW"]


class TestActionsThatNameNothing:
    @pytest.mark.parametrize(
        "action",
        [
            Action.accept(link_id_of("call-0", "call-1")),
            Action.close(review_id_of("call-0", 1), "clear"),
            Action.split(customer_id_of("call-7"), ("call-0",)),
            Action.split(customer_id_of("call-0"), ("call-7",)),
            Action.do_not_link("nobody"),
            Action.erase(customer_id_of("call-0"), "nobody"),
        ],
        ids=lambda action: action.kind,
    )
    def test_are_refused_and_change_nothing(self, action: Action, engine: Engine) -> None:
        log = [call(0, phone=PHONE)]
        done = engine(DEFAULT, [*log, action])
        assert done.results[-1] == "unknown"
        assert done.identities == engine(DEFAULT, log).identities

    def test_the_online_engine_says_so_without_any_identifier(self) -> None:
        resolver = Resolver(DEFAULT, MemoryStore())
        resolver.resolve(call(0, phone=PHONE))
        with pytest.raises(BadInput, match="customer was never handed out") as caught:
            resolver.act(Action.do_not_link("+12025550143"))
        assert "2025550143" not in str(caught.value)
