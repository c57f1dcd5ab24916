"""The outbox under everything that can happen: a link is accepted at most once, and only with every asked side's yes.

What is known to be true is worked out from what was told to the test, not from what the outbox wrote down.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from itsdangerous import BadData
from itsdangerous.encoding import base64_decode

from idlab import Interaction, MemoryStore, Resolver, ScoringConfig
from idlab.errors import BadInput
from idlab.model import Action
from idlab.queues import Message, answer, answer_link, answers, ask, failed, fetch, outbox, sent
from idlab.queues.asked import ONGOING, SIDES, Request, request_about
from idlab.queues.naming import link_of as link_named
from idlab.queues.tokens import Claim, TokenKeys
from idlab.stores.kept import Paper
from tests.queues.families import (
    START,
    customer,
    email_of,
    everything_written,
    keys,
    link_of,
    move_in,
    no_identifier_in,
    phone_of,
    sender,
)

CONFIG = ScoringConfig.load(Path(__file__).parents[1] / "handmade.json")
FAMILIES = range(1, 4)
families = st.sampled_from(FAMILIES)


class Killed(Exception):
    """The process is gone."""


class Outbox(RuleBasedStateMachine):
    messages = Bundle("messages")

    @initialize()
    def begin(self) -> None:
        self.resolver = Resolver(CONFIG, MemoryStore())
        move_in(self.resolver, FAMILIES)
        self.now = START + timedelta(days=30)
        self.asked: dict[str, list[tuple[str, ...]]] = {}  # who was asked, per generation
        self.said: dict[tuple[str, int, str], str] = {}
        self.handed: dict[str, Message] = {}
        self.last_handed: dict[str, int] = {}
        self.closed_by_agent: set[str] = set()

    # -- what happens

    @rule(family=families, sides=st.sampled_from([SIDES, SIDES, ("other",)]), days=st.integers(1, 20))
    def ask(self, family: int, sides: tuple[str, ...], days: int) -> None:
        link = link_of(family)
        before = self.request(link)
        try:
            done = ask(self.resolver, link, sides=sides, valid=timedelta(days=days), at=self.now)
        except BadInput:
            return
        if done.is_new:
            assert before is None or before.state not in ONGOING or before.until <= self.moment()
            self.asked.setdefault(link, []).append(sides)
        elif done.link == "open":
            assert before is not None and done.request == before

    @rule(target=messages, limit=st.integers(1, 4), minutes=st.sampled_from([1, 5, 600]))
    def fetch(self, limit: int, minutes: int) -> object:
        found = fetch(self.resolver, sender(), limit=limit, lease=timedelta(minutes=minutes), at=self.now)
        assert len(found) <= limit and len({one.id for one in found}) == len(found)
        for one in found:
            known = self.handed.setdefault(one.id, one)
            assert (known.token, known.address) == (one.token, one.address)
            assert one.handed_out == self.last_handed.get(one.id, 0) + 1
            self.last_handed[one.id] = one.handed_out
        return multiple(*found)

    @rule(message=messages)
    def report_sent(self, message: Message) -> None:
        self.report(sent, message)

    @rule(message=messages)
    def report_failed(self, message: Message) -> None:
        self.report(failed, message)

    @rule(message=messages, said=st.sampled_from(["yes", "yes", "no"]), dies=st.booleans())
    def answer(self, message: Message, said: str, dies: bool) -> None:
        claim = keys().claim_in(message.token)
        assert claim is not None
        link = self.link_called(claim.request)
        earlier = self.said.get((link, claim.generation, claim.side))
        act = self.resolver.act
        if dies:
            self.resolver.act = self.die  # type: ignore[method-assign]
        try:
            state = answer(self.resolver, keys(), message.token, said, at=self.now)
        except BadInput as refused:
            state = str(refused)
        except Killed:
            state = "killed"
        finally:
            self.resolver.act = act  # type: ignore[method-assign]
        is_current = claim.generation == len(self.asked[link]) and claim.until > self.moment()
        if "already answered" in state or "cannot be taken" in state:
            is_second = is_current and earlier not in {None, said}
            assert ("already answered" in state) == is_second
            return
        assert is_current and earlier in {None, said}
        self.said[link, claim.generation, claim.side] = said
        if state == "accepted":
            assert self.all_said_yes(link)

    @rule(message=messages, place=st.integers(0, 200), said=st.sampled_from(["yes", "no"]))
    def forge(self, message: Message, place: int, said: str) -> None:
        token = message.token
        place %= len(token) - 1  # the last character has bits that stand for nothing
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        claim = keys().claim_in(message.token)
        assert claim is not None
        other = TokenKeys(["a key that nobody here has: 9876543210"]).token_for(claim)
        for forged in (changed, other):
            with pytest.raises(BadInput, match="this answer cannot be taken"):
                answer(self.resolver, keys(), forged, said, at=self.now)

    @rule(family=families, how=st.sampled_from(["accept", "decline", "expire"]))
    def close(self, family: int, how: str) -> None:
        if answer_link(self.resolver, link_of(family), how, by="eve", at=self.now).was_open:
            self.closed_by_agent.add(link_of(family))

    @rule(family=families, side=st.sampled_from(["ann", "bob"]), what=st.sampled_from(["erase", "object"]))
    def leave(self, family: int, side: str, what: str) -> None:
        action = Action.erase if what == "erase" else Action.do_not_link
        self.resolver.act(action(customer(side, family)))

    @rule(family=families)
    def mail_again(self, family: int) -> None:
        mail = Interaction(f"mail-{family}-{self.now}", self.now, "email", email=email_of(family))
        self.resolver.resolve(mail)

    @rule(family=families)
    def split(self, family: int) -> None:
        try:
            self.resolver.act(Action.split(customer("ann", family), (f"ann-{family}",)))
        except BadInput:
            return

    @rule(minutes=st.sampled_from([1, 10, 60, 1000, 10_000]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # -- what holds

    @invariant()
    def links_are_accepted_once_and_only_with_every_yes(self) -> None:
        with self.resolver.store.reading() as rows:
            log = list(rows.logged())
            states = {link_of(one): link_named(rows, link_of(one)).state for one in FAMILIES}
        accepted = [one.about["link"] for one in log if one.kind == "accept"]
        assert len(accepted) == len(set(accepted))
        for link in accepted:
            assert states[link] == "accepted"
            assert link in self.closed_by_agent or self.all_said_yes(link)
        by_customer = {one.about["link"] for one in log if one.kind == "decline" and one.by == "customer"}
        for link in by_customer:
            assert any(said == "no" for (name, _, _), said in self.said.items() if name == link)

    @invariant()
    def nothing_written_names_a_person(self) -> None:
        with self.resolver.store.reading() as rows:
            text = everything_written(rows)
        no_identifier_in(text, FAMILIES, self.handed.values())
        assert phone_of(1) not in text

    def teardown(self) -> None:
        """What goes on comes to an end by itself: nothing waits for ever, and nothing that was agreed is forgotten."""
        if not hasattr(self, "resolver"):
            return
        fetch(self.resolver, sender(), at=self.now)
        with self.resolver.store.reading() as rows:
            assert not rows.papers("consent", state="agreed") and not rows.papers("consent", state="refused")
        self.now += timedelta(days=30)
        assert fetch(self.resolver, sender(), limit=100, at=self.now) == []
        with self.resolver.store.reading() as rows:
            papers = rows.papers("consent")
        assert {one.state for one in papers} <= {"accepted", "declined", "expired", "cancelled"}
        self.links_are_accepted_once_and_only_with_every_yes()

    # -- what is known

    def all_said_yes(self, link: str) -> bool:
        generation = len(self.asked.get(link, []))
        if not generation:
            return False
        asked = self.asked[link][-1]
        return all(self.said.get((link, generation, side)) == "yes" for side in asked)

    def request(self, link: str):  # type: ignore[no-untyped-def]
        with self.resolver.store.reading() as rows:
            return request_about(rows, link)

    def link_called(self, name: str) -> str:
        (link,) = (link_of(one) for one in FAMILIES if (r := self.request(link_of(one))) and r.name == name)
        return link

    def moment(self) -> int:
        from idlab.model import microseconds

        return microseconds(self.now)

    def die(self, *_: object, **__: object) -> str:
        raise Killed

    def report(self, how, message: Message) -> None:  # type: ignore[no-untyped-def]
        try:
            how(self.resolver, message.id, at=self.now)
        except BadInput:
            link = self.link_called(message.id.partition(".")[0])
            assert f".{len(self.asked[link])}." not in message.id  # only those of an earlier request


TestOutbox = Outbox.TestCase
QUICK = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOutbox.settings = QUICK


def _agreed_at_the_first_yes(request: Request) -> str:
    answers = [one.state for one in request.sides]
    return "agreed" if "yes" in answers and not request.end else HONEST_STATE(request)


def _no_more_time(rows: object, resolver: object, request: Request, now: int) -> Request | None:
    ended = HONEST_ENDING(rows, resolver, request, now)  # type: ignore[arg-type]
    return None if ended is not None and ended.end == "expired" else ended


def _believing(self: TokenKeys, token: str) -> Claim | None:
    try:
        return Claim(*json.loads(base64_decode(token.rpartition(".")[0])))
    except (BadData, ValueError):
        return None


def _telling(self: Request) -> Paper:
    paper = HONEST_PAPER(self)
    return paper._replace(body={**paper.body, "why": phone_of(1)})


HONEST_STATE = Request.state.fget
HONEST_ENDING, HONEST_PAPER = answers.ending, Request.paper
BUGS = {
    "one yes is enough": (Request, "state", property(_agreed_at_the_first_yes)),
    "time is never over": (answers, "ending", _no_more_time),
    "signatures are not looked at": (TokenKeys, "claim_in", _believing),
    "answers of the dead are forgotten": (outbox, "follow_answers", lambda resolver, at: None),
    "papers tell": (Request, "paper", _telling),
}


SURE = settings(QUICK, max_examples=2000, phases=[Phase.generate], derandomize=True, database=None)


def one_side_says_yes() -> None:
    """The plainest story: both sides are asked, and one has answered so far."""
    machine = Outbox()
    machine.begin()
    machine.ask(family=1, sides=SIDES, days=10)
    machine.fetch(limit=4, minutes=5)
    first, _ = machine.handed.values()
    machine.answer(message=first, said="yes", dies=False)
    machine.links_are_accepted_once_and_only_with_every_yes()
    machine.teardown()


def many_stories() -> None:
    one_side_says_yes()
    run_state_machine_as_test(Outbox, settings=SURE)


def test_one_side_alone_unites_nobody() -> None:
    one_side_says_yes()


@pytest.mark.parametrize("bug", BUGS)
def test_the_machine_notices(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, planted = BUGS[bug]
    monkeypatch.setattr(where, name, planted)
    if where is answers:
        monkeypatch.setattr(outbox, name, planted)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        many_stories()
