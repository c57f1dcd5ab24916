"""Asking customers: both sides, at addresses by which nobody answers for the other; tokens that cannot be made up."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest

from idlab import Interaction, Resolver
from idlab.errors import BadInput, UnknownReference
from idlab.model import Action, link_id_of
from idlab.queues import (
    Message,
    Sender,
    TokenKeys,
    answer,
    answer_link,
    ask,
    failed,
    fetch,
    pending,
    requests,
    sent,
)
from idlab.queues.answers import follow_answers
from idlab.queues.asked import SIDES, request_about
from idlab.queues.naming import link_of as link_named
from idlab.queues.tokens import Claim
from tests.queues.families import (
    KEY,
    START,
    ann,
    bob,
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

NOW = START + timedelta(days=30)
NOT_TAKEN = "this answer cannot be taken"


def asked(resolver: Resolver, family: int = 1, **how: object) -> dict[str, Message]:
    """A family that was asked, and the messages, by side."""
    (link,) = move_in(resolver, [family])
    done = ask(resolver, link, by="eve", at=NOW, **how)  # type: ignore[arg-type]
    assert done.is_new
    return {one.id.rpartition(".")[2]: one for one in fetch(resolver, sender(), at=NOW)}


def state_of(resolver: Resolver, family: int = 1) -> str:
    with resolver.store.reading() as rows:
        link, request = link_named(rows, link_of(family)), request_about(rows, link_of(family))
        assert request is not None
        return f"{request.state}, {link.state}"


def say(resolver: Resolver, message: Message, said: str, at: datetime = NOW) -> str:
    return answer(resolver, keys(), message.token, said, at=at)


def test_each_side_is_asked_at_an_address_of_its_own(resolver: Resolver) -> None:
    messages = asked(resolver)
    assert set(messages) == set(SIDES)
    assert (messages["at_hand"].channel, messages["at_hand"].address) == ("sms", phone_of(1))
    assert (messages["other"].channel, messages["other"].address) == ("email", email_of(1))
    for message in messages.values():
        assert "Acme" in message.text and message.token in message.text
        assert f"{message.until:%Y-%m-%d %H:%M}" in message.text
        assert message.until == NOW + timedelta(days=14)
        assert customer("ann", 1) not in message.text and customer("bob", 1) not in message.text
    assert messages["other"].subject.startswith("Acme") and not messages["at_hand"].subject
    with resolver.store.reading() as rows:
        no_identifier_in(everything_written(rows), [1], messages.values())
        assert pending(rows).items[0].consent == "waiting"


@pytest.mark.parametrize(("first", "second"), [*product(("yes", "no"), repeat=2)])
def test_a_link_is_accepted_when_all_say_yes_and_declined_on_the_first_no(
    first: str, second: str, resolver: Resolver
) -> None:
    messages = asked(resolver)
    said = say(resolver, messages["other"], first)
    if first == "no":
        assert said == "declined" and state_of(resolver) == "declined, declined"
        with pytest.raises(BadInput, match=NOT_TAKEN):
            say(resolver, messages["at_hand"], second)
        return
    assert said == "waiting" and state_of(resolver) == "waiting, open"
    ended = "accepted" if second == "yes" else "declined"
    assert say(resolver, messages["at_hand"], second) == ended
    assert state_of(resolver) == f"{ended}, {ended}"
    with resolver.store.reading() as rows:
        log = [(one.kind, one.by) for one in rows.logged()]
    act = ("accept" if ended == "accepted" else "decline", "customer")
    assert log == [("ask", "eve"), ("answer", "customer"), ("answer", "customer"), act]


def test_an_answer_counts_once_and_a_second_one_is_refused(resolver: Resolver) -> None:
    messages = asked(resolver)
    for _ in range(3):
        assert say(resolver, messages["other"], "yes") == "waiting"
    with pytest.raises(BadInput, match="already answered; the first answer counts"):
        say(resolver, messages["other"], "no")
    assert say(resolver, messages["at_hand"], "yes") == "accepted"
    for message in messages.values():
        assert say(resolver, message, "yes") == "accepted"
        with pytest.raises(BadInput, match="already answered"):
            say(resolver, message, "no")
    with resolver.store.reading() as rows:
        assert [one.kind for one in rows.logged()].count("accept") == 1


def test_one_side_alone_is_asked_where_that_is_said(resolver: Resolver) -> None:
    messages = asked(resolver, sides=("other",))
    assert set(messages) == {"other"}
    assert say(resolver, messages["other"], "yes") == "accepted"


def test_whoever_shares_a_phone_is_not_asked_for_both(resolver: Resolver) -> None:
    """Both sides have the phone alone: whoever holds it could answer for both."""
    for number, name in enumerate(("Ann Lee", "Robert Lee")):
        moment = START + timedelta(hours=number)
        resolver.resolve(Interaction(f"call-{number}", moment, "voice", phone=phone_of(3), full_name=name))
    link = link_id_of("call-1", "call-0")
    for sides in (SIDES, ("other",), ("at_hand",)):
        with pytest.raises(BadInput, match=r"nobody can be asked: .* an agent has to find out"):
            ask(resolver, link, sides=sides)
    move_in(resolver, [1])
    with pytest.raises(BadInput, match="nobody can be asked"):
        ask(resolver, link_of(1), sides=("at_hand",))  # whose phone the other side has as well


def test_an_identifier_known_to_be_shared_is_no_address(resolver: Resolver) -> None:
    move_in(resolver, [1])
    for number, name in enumerate(("Cleo Stone", "Dov Hill", "Fay Wood")):
        moment = START + timedelta(days=1 + number)
        resolver.resolve(Interaction(f"call-{number}", moment, "voice", phone=phone_of(1), full_name=name))
    with pytest.raises(BadInput, match="nobody can be asked"):
        ask(resolver, link_of(1))


def test_only_one_request_goes_on_for_a_link(resolver: Resolver) -> None:
    messages = asked(resolver)
    again = ask(resolver, link_of(1), at=NOW + timedelta(days=1))
    assert not again.is_new and again.request is not None and again.request.generation == 1
    later = NOW + timedelta(days=15)
    anew = ask(resolver, link_of(1), at=later)
    assert anew.is_new and anew.request is not None and anew.request.generation == 2
    for message in messages.values():
        with pytest.raises(BadInput, match=NOT_TAKEN):
            say(resolver, message, "yes", at=later)
    fresh = fetch(resolver, sender(), at=later)
    assert {one.token for one in fresh}.isdisjoint(one.token for one in messages.values())
    assert [say(resolver, one, "yes", at=later) for one in fresh] == ["waiting", "accepted"]


def test_a_closed_link_is_not_asked_about(resolver: Resolver) -> None:
    (link,) = move_in(resolver, [1])
    answer_link(resolver, link, "decline")
    done = ask(resolver, link)
    assert (done.link, done.request, done.is_new) == ("declined", None, False)
    with pytest.raises(UnknownReference):
        ask(resolver, "none+none")
    for wrong in ((), ("left",), ("other", "other")):
        with pytest.raises(BadInput, match="valid sides are at_hand, other"):
            ask(resolver, link, sides=wrong)
    with pytest.raises(BadInput, match="at least a second and at most a year"):
        ask(resolver, link, valid=timedelta(days=900))


def test_forged_tampered_and_late_tokens_meet_one_answer(resolver: Resolver) -> None:
    """Whether the link exists, is closed, or the token is made up: the answer is the same, letter for letter."""
    messages = asked(resolver)
    token = messages["other"].token
    claim = keys().claim_in(token)
    assert claim is not None
    payload, _, signature = token.rpartition(".")
    forged = [
        "",
        "nonsense",
        "a.b.c",
        "\0\ud800",
        token[:-1],
        token + "A",
        f"{payload}.{signature[::-1]}",
        f"{payload[:-3]}AAA.{signature}",
        TokenKeys(["another key, which nobody here knows 0123"]).token_for(claim),
        keys().token_for(claim._replace(request="0" * 32)),
        keys().token_for(claim._replace(side="both")),
        keys().token_for(claim._replace(generation=2)),
        keys().token_for(claim._replace(until=0)),
        *(
            token[:place] + chr(ord(token[place]) ^ 1) + token[place + 1 :]
            for place in range(0, len(token), 7)
        ),
    ]
    said = set()
    for one in forged:
        for answered in ("yes", "no"):
            with pytest.raises(BadInput) as refused:
                answer(resolver, keys(), one, answered, at=NOW)
            said.add(str(refused.value))
    with pytest.raises(BadInput) as refused:
        answer(resolver, keys(), token, "yes", at=NOW + timedelta(days=14))
    said.add(str(refused.value))
    resolver.act(Action.decline(link_of(1)))
    with pytest.raises(BadInput) as refused:
        say(resolver, messages["other"], "yes")
    said.add(str(refused.value))
    assert len(said) == 1, said
    with pytest.raises(BadInput, match="'maybe' is no answer; valid are yes and no"):
        answer(resolver, keys(), token, "maybe")


def test_keys_rotate_and_weak_ones_are_refused() -> None:
    claim = Claim("1f", "other", 1, 9)
    old, new = KEY, "the newer key of the two: abcdefghij"
    both = TokenKeys([old, new])
    assert both.token_for(claim) == TokenKeys([new]).token_for(claim) != TokenKeys([old]).token_for(claim)
    assert both.claim_in(TokenKeys([old]).token_for(claim)) == claim
    assert TokenKeys([new]).claim_in(TokenKeys([old]).token_for(claim)) is None
    for weak in ("short", "a" * 64, "abc" * 20):
        with pytest.raises(BadInput, match="a key is too weak; it needs at least 32 bytes") as refused:
            TokenKeys([old, weak])
        assert weak not in str(refused.value) and "secrets.token_urlsafe(32)" in str(refused.value)
    with pytest.raises(BadInput, match="there is no key to sign answers with"):
        TokenKeys.found(environment={})
    found = TokenKeys.found(
        environment={"IDLAB_TOKEN_KEY": f"{old.replace(' ', '_')},{new.replace(' ', '_')}"}
    )
    assert found.token_for(claim) == TokenKeys([new.replace(" ", "_")]).token_for(claim)


def test_a_message_that_is_not_reported_on_comes_again_with_the_same_token(resolver: Resolver) -> None:
    """A sender killed between fetching and sending loses nothing."""
    messages = asked(resolver)
    assert fetch(resolver, sender(), at=NOW + timedelta(minutes=4)) == []
    at, seen = NOW, 1
    for number in range(1, 7):
        at += timedelta(minutes=5 * 2 ** (number - 1))
        assert fetch(resolver, sender(), at=at - timedelta(seconds=1)) == []
        again = {one.id.rpartition(".")[2]: one for one in fetch(resolver, sender(), at=at)}
        assert {side: one.token for side, one in again.items()} == {
            side: one.token for side, one in messages.items()
        }
        seen += 1
        assert {one.handed_out for one in again.values()} == {seen}
    for one in messages.values():
        sent(resolver, one.id, by="mailer", at=at)
        sent(resolver, one.id, by="mailer", at=at)
    assert state_of(resolver) == "sent, open"
    assert fetch(resolver, sender(), at=at + timedelta(days=2)) == []
    with resolver.store.reading() as rows:
        assert [one.kind for one in rows.logged()] == ["ask", "ask_sent", "ask_sent"]
    assert [say(resolver, one, "yes", at=at) for one in messages.values()] == ["sent", "accepted"]


def test_what_fails_is_tried_again_after_growing_pauses_and_then_no_more(resolver: Resolver) -> None:
    messages = asked(resolver)
    sent(resolver, messages["at_hand"].id, at=NOW)
    at, name, pauses = NOW, messages["other"].id, []
    while failed(resolver, name, at=at) == "waiting":
        failed_at = at
        while not (found := fetch(resolver, sender(), at=at)):
            at += timedelta(minutes=1)
        assert [one.id for one in found] == [name]
        pauses.append(at - failed_at)
    assert pauses == sorted(pauses) and pauses[0] == timedelta(minutes=1) and pauses[-1] == timedelta(hours=6)
    assert state_of(resolver) == "cancelled, open"
    with pytest.raises(BadInput, match=NOT_TAKEN):
        say(resolver, messages["at_hand"], "yes", at=at)
    for made_up in ("", "x", f"{name}x", "0.1.other", name.replace(".1.", ".2.")):
        with pytest.raises(UnknownReference, match="this message was never handed out"):
            sent(resolver, made_up)


def test_a_message_that_comes_back_is_sent_again(resolver: Resolver) -> None:
    messages = asked(resolver, sides=("other",))
    sent(resolver, messages["other"].id, at=NOW)
    assert failed(resolver, messages["other"].id, at=NOW) == "waiting"
    assert [one.id for one in fetch(resolver, sender(), at=NOW + timedelta(minutes=2))] == [
        messages["other"].id
    ]


def test_a_request_ends_when_its_time_is_over(resolver: Resolver) -> None:
    messages = asked(resolver)
    for one in messages.values():
        sent(resolver, one.id, at=NOW)
    say(resolver, messages["other"], "yes")
    late = NOW + timedelta(days=14)
    with pytest.raises(BadInput, match=NOT_TAKEN):
        say(resolver, messages["at_hand"], "yes", at=late)
    assert fetch(resolver, sender(), at=late) == []
    assert state_of(resolver) == "expired, open"


@pytest.mark.parametrize("how", ["erase", "object", "decline", "accept", "union"])
def test_a_request_is_cancelled_when_the_link_or_a_side_is_gone(how: str, resolver: Resolver) -> None:
    messages = asked(resolver)
    say(resolver, messages["other"], "yes")
    if how == "erase":
        resolver.act(Action.erase(customer("bob", 1)))
    elif how == "object":
        resolver.act(Action.do_not_link(customer("bob", 1)))
    elif how == "union":
        both = Interaction(
            "both", NOW, "webchat", phone=phone_of(1), email=email_of(1), full_name="Robert Novak"
        )
        resolver.resolve(both)
        resolver.act(Action.accept(link_of(1)))
    else:
        resolver.act(getattr(Action, how)(link_of(1)))
    before = [one.state for one in resolver.store.links()]
    with pytest.raises(BadInput, match=NOT_TAKEN):
        say(resolver, messages["at_hand"], "yes")
    assert state_of(resolver).startswith("cancelled")
    assert [one.state for one in resolver.store.links()] == before
    assert fetch(resolver, sender(), at=NOW + timedelta(days=1)) == []


def test_erasure_takes_the_address_along(resolver: Resolver) -> None:
    (link,) = move_in(resolver, [1])
    ask(resolver, link, at=NOW)
    resolver.act(Action.erase(customer("ann", 1)))
    assert fetch(resolver, sender(), at=NOW) == []
    assert state_of(resolver) == "cancelled, expired"


def test_a_yes_of_who_was_split_off_does_not_count(resolver: Resolver) -> None:
    """Ann said yes for the other side; then it turns out that her mail was never that side's."""
    (link,) = move_in(resolver, [1])
    resolver.resolve(
        Interaction("mail", START + timedelta(days=1), "email", email=email_of(1), full_name="Ann Novak")
    )
    ask(resolver, link, at=NOW)
    messages = {one.id.rpartition(".")[2]: one for one in fetch(resolver, sender(), at=NOW)}
    say(resolver, messages["other"], "yes")
    resolver.act(Action.split(customer("ann", 1), ("mail",)))
    with pytest.raises(BadInput, match=NOT_TAKEN):
        say(resolver, messages["at_hand"], "yes")
    assert state_of(resolver) == "cancelled, open"


@pytest.mark.parametrize("said", ["yes", "no"])
def test_an_answer_taken_by_a_process_that_dies_is_followed_by_the_next(
    said: str, resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = asked(resolver)
    if said == "yes":
        say(resolver, messages["at_hand"], "yes")

    class Killed(Exception):
        pass

    def die(*_: object, **__: object) -> str:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(resolver, "act", die)
        with pytest.raises(Killed):
            say(resolver, messages["other"], said)
    assert state_of(resolver) == ("agreed, open" if said == "yes" else "refused, open")
    follow_answers(resolver, at=NOW + timedelta(days=90))
    assert state_of(resolver) == ("accepted, accepted" if said == "yes" else "declined, declined")
    follow_answers(resolver)
    with resolver.store.reading() as rows:
        assert [one.kind for one in rows.logged()].count("accept") == int(said == "yes")


def test_requests_are_listed_without_addresses(resolver: Resolver) -> None:
    links = move_in(resolver, range(1, 4))
    for number, link in enumerate(links):
        ask(resolver, link, at=NOW + timedelta(seconds=number))
    resolver.act(Action.decline(links[0]))
    fetch(resolver, sender(), limit=1, at=NOW)
    with resolver.store.reading() as rows:
        everything = requests(rows).items
        assert {one.link for one in everything} == set(links)
        assert [one.link for one in requests(rows, state="cancelled").items] == [links[0]]
        with pytest.raises(BadInput, match="no request is 'lost'; valid are waiting, sent"):
            requests(rows, state="lost")


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_requests_of_one_moment_are_not_parted_by_the_border_of_a_page(
    limit: int, resolver: Resolver
) -> None:
    seconds = (0, 1, 1, 1, 1, 2, 3, 3)
    links = move_in(resolver, range(1, 1 + len(seconds)))
    for second, link in zip(seconds, links, strict=True):
        ask(resolver, link, at=NOW + timedelta(seconds=second))
    seen: list[str] = []
    pages: list[int] = []
    after: int | None = 0
    while after is not None:
        with resolver.store.reading() as rows:
            page = requests(rows, state="waiting", after=after, limit=limit)
        seen += [one.link for one in page.items]
        pages.append(len(page.items))
        after = page.after
    assert sorted(seen) == sorted(links)
    assert seen[0] == links[0] and seen[5] == links[5]
    assert max(pages) <= max(limit + 3, 4)


def test_many_requests_are_handed_out_a_few_at_a_time(resolver: Resolver) -> None:
    links = move_in(resolver, range(1, 8))
    for number, link in enumerate(links):
        ask(resolver, link, at=NOW + timedelta(seconds=number))
    seen: list[str] = []
    while found := fetch(resolver, sender(), limit=3, at=NOW + timedelta(minutes=1)):
        assert len(found) <= 3
        seen += [one.id for one in found]
    assert len(seen) == len(set(seen)) == 14


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        (Sender(keys(), " "), "no company is named"),
        (Sender(keys(), "Acme", "http://id.acme.example"), "answers would travel in clear"),
        (Sender(keys(), "Acme", "https:///nowhere"), "answers would travel in clear"),
        (Sender(keys(), "Acme", "javascript:alert(1)"), "answers would travel in clear"),
    ],
)
def test_a_sender_that_would_do_harm_is_refused(wrong: Sender, match: str, resolver: Resolver) -> None:
    move_in(resolver, [1])
    with pytest.raises(BadInput, match=match):
        fetch(resolver, wrong)
    with pytest.raises(BadInput, match="nothing would be handed out"):
        fetch(resolver, sender(), limit=0)


def test_answers_by_reply_have_the_token_in_the_text(resolver: Resolver) -> None:
    (link,) = move_in(resolver, [1])
    ask(resolver, link, at=NOW)
    for one in fetch(resolver, Sender(keys(), "Acme"), at=NOW):
        assert f"yes {one.token}" in one.text and f"no {one.token}" in one.text


def test_bob_and_ann_are_told_apart() -> None:
    """What the other tests stand on."""
    assert ann(1).phone == bob(1).phone and bob(1).email is None
