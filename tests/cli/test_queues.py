"""Human work from the command line: what scripts read, what people read, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idlab import Resolver, ScoringConfig
from idlab.cli import app
from idlab.cli.durations import ago, duration
from idlab.errors import BadInput
from idlab.stores import open_store
from tests.cli.running import Idlab, Ran
from tests.queues.families import KEY, ann, customer, email_of, link_of, move_in, phone_of
from tests.queues.test_lists import crowd

FAMILIES = (1, 2, 3)
GROUPS = {
    "pending": ("list", "show", "accept", "decline", "expire", "assign", "unassign", "ask", "answer"),
    "review": ("list", "show", "close", "assign", "unassign"),
    "outbox": ("next", "sent", "failed", "list"),
}


@pytest.fixture
def url(tmp_path: Path, handmade: ScoringConfig) -> str:
    """A store with three links and a review item that wait."""
    store = f"sqlite:///{tmp_path / 'id.db'}"
    opened = open_store(store)
    resolver = Resolver(handmade, opened)
    move_in(resolver, FAMILIES)
    crowd(resolver)
    opened.close()
    return store


@pytest.fixture
def on(idlab: Idlab, url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs a command on the store."""
    monkeypatch.setenv("IDLAB_TOKEN_KEY", KEY.replace(" ", "_"))
    monkeypatch.setenv("IDLAB_BY", "eve")
    return lambda *arguments: idlab(*arguments, "--store", url)


def first_link(on: Callable[..., Ran]) -> int:
    number = on("pending", "list", "--json").json["pending"][0]["opened"]
    assert isinstance(number, int)
    return number


# -- help


def test_every_command_of_a_group_has_help_with_an_example(idlab: Idlab) -> None:
    instances = [group.typer_instance for group in app.registered_groups]
    named = {one.info.name: one for one in instances if one is not None}
    for group, names in GROUPS.items():
        instance = named[group]
        assert {command.name for command in instance.registered_commands} == set(names)
        for name in names:
            shown = idlab(group, name, "--help")
            assert shown.code == 0
            assert f"idlab {group} {name} " in " ".join(shown.out.split()).partition("Example:")[2]


# -- lists and evidence


def test_lists_for_people_and_for_scripts(on: Callable[..., Ran]) -> None:
    found = on("pending", "list", "--json").json
    assert found["after"] is None and len(found["pending"]) == 3
    work = found["pending"][0]
    assert work["link_id"] == link_of(1) and work["customers"] == [customer("bob", 1), customer("ann", 1)]
    assert work["reasons"] == ["IN_BAND"] and work["assignee"] is None and work["consent"] is None
    table = on("pending", "list").out
    assert str(work["opened"]) in table and "IN_BAND" in table and customer("ann", 1)[:8] in table
    for value in (phone_of(1), email_of(1), "Ann", "Robert"):
        assert value not in table
    items = on("review", "list", "--json").json["reviews"]
    assert [item["names"] > 6 for item in items] == [True]
    assert str(items[0]["opened"]) in on("review", "list").out


def test_a_list_is_paged_and_filtered(on: Callable[..., Ran]) -> None:
    seen: list[str] = []
    after = 0
    while after is not None:
        page = on("pending", "list", "--limit", 1, "--after", after, "--json").json
        seen += [one["link_id"] for one in page["pending"]]
        after = page["after"]
    assert seen == [link_of(one) for one in FAMILIES]
    assert "--after" in on("pending", "list", "--limit", 1).err
    number = first_link(on)
    assert on("pending", "assign", number, "max").out == f"link {number}: max works on it\n"
    assert len(on("pending", "list", "--assigned-to", "max", "--json").json["pending"]) == 1
    assert len(on("pending", "list", "--unassigned", "--json").json["pending"]) == 2
    assert len(on("pending", "list", "--customer", customer("ann", 3), "--json").json["pending"]) == 1
    assert on("pending", "list", "--newer-than", "1m").out == "no such link waits\n"
    assert on("pending", "list", "--state", "accepted").out == "no such link is accepted\n"
    assert on("outbox", "list").out == "no such request\n"


def test_evidence_is_masked_unless_asked_for(on: Callable[..., Ran]) -> None:
    number = first_link(on)
    for options in ((), ("--json",)):
        hidden = on("pending", "show", number, *options).out
        shown = on("pending", "show", number, "--show-identifiers", *options).out
        for value in (phone_of(1), email_of(1), "robert novak"):
            assert value not in hidden and value in shown
    assert "same last name" in hidden and "provisional" in on("pending", "show", number).out
    item = on("review", "list", "--json").json["reviews"][0]["opened"]
    assert "crowd@example.com" not in on("review", "show", item).out
    assert "crowd@example.com" in on("review", "show", item, "--show-identifiers").out


# -- answers


@pytest.mark.parametrize(
    ("how", "state"), [("accept", "accepted"), ("decline", "declined"), ("expire", "expired")]
)
def test_a_link_is_answered_once(how: str, state: str, on: Callable[..., Ran]) -> None:
    number = first_link(on)
    done = on("pending", how, number, "--json").json
    assert (done["state"], done["was_open"]) == (state, True)
    again = on("pending", "decline", number)
    assert again.code == 0 and again.out == f"link {number} was closed before: {state}; nothing was done\n"
    assert on("pending", "assign", number, "max").out == again.out
    assert f"was closed before: {state}; nobody was asked" in on("pending", "ask", number).out
    assert len(on("pending", "list", "--json").json["pending"]) == 2


def test_links_that_wait_too_long_expire(on: Callable[..., Ran]) -> None:
    assert on("pending", "expire", "--older-than", "1m").out == "links expired: 3\n"
    assert on("pending", "expire", "--older-than", "1m", "--json").json == {"expired": 0}
    refusal = on("pending", "expire").refusal
    assert refusal == "nothing, or too much, is named; name one LINK, or --older-than 30d for all"


def test_the_log_knows_who_it_was(on: Callable[..., Ran], url: str) -> None:
    numbers = [one["opened"] for one in on("pending", "list", "--json").json["pending"]]
    on("pending", "accept", numbers[0], "--by", "max")
    on("pending", "decline", numbers[1])
    on("split", customer("ann", 1), "bob-1")
    on("do-not-link", customer("ann", 3))
    opened = open_store(url)
    with opened.reading() as rows:
        assert [(one.kind, one.by) for one in rows.logged()] == [
            ("accept", "max"),
            ("decline", "eve"),
            ("split", "eve"),
            ("do_not_link", "eve"),
        ]
    opened.close()


def test_a_review_item_is_closed_by_a_split_that_names_both_customers(on: Callable[..., Ran]) -> None:
    item = on("review", "list", "--json").json["reviews"][0]["opened"]
    assert on("review", "assign", item, "max").out == f"review item {item}: max works on it\n"
    assert "'max' works on it already" in on("review", "assign", item, "eve").refusal
    done = on("review", "close", item, "split", "crowd-3", "crowd-4", "--json").json
    assert done["state"] == "split" and len(done["customers"]) == 2
    assert "was closed before: split; nothing was done" in on("review", "close", item, "clear").out
    assert (
        "verdict 'maybe' is not one of keep_flag, clear, split"
        in on("review", "close", item, "maybe").refusal
    )


def test_a_split_prints_both_customers(on: Callable[..., Ran]) -> None:
    on("pending", "accept", first_link(on))
    done = on("split", customer("bob", 1), "bob-1", "--json").json
    assert done == {"stays": customer("ann", 1), "split_off": customer("bob", 1)}
    assert "not a proper part" in on("split", customer("ann", 1), "ann-1").refusal


# -- requests to customers


def test_customers_are_asked_and_answer(on: Callable[..., Ran]) -> None:
    number = first_link(on)
    assert "asked now" in on("pending", "ask", number).out
    assert "asked before, waiting" in on("pending", "ask", number).out
    messages = on("outbox", "next", "--company", "Acme", "--json").json["messages"]
    assert {one["channel"]: one["address"] for one in messages} == {"sms": phone_of(1), "email": email_of(1)}
    assert on("outbox", "next", "--company", "Acme").out == "nothing is due\n"
    assert on("outbox", "sent", messages[0]["id"]).out.endswith("the request is waiting\n")
    assert on("outbox", "failed", messages[1]["id"], "--json").json == {
        "requests": {messages[1]["id"]: "waiting"}
    }
    listed = on("outbox", "list", "--json")
    for value in (phone_of(1), email_of(1), *(one["token"] for one in messages)):
        assert value not in listed.out
    assert (
        on("pending", "answer", messages[0]["token"], "yes").out == "yes was taken; the request is waiting\n"
    )
    assert "already answered" in on("pending", "answer", messages[0]["token"], "no").refusal
    assert on("pending", "answer", messages[1]["token"], "yes", "--json").json == {"request": "accepted"}
    assert on("outbox", "list", "--state", "accepted", "--json").json["requests"][0]["link"] == link_of(1)
    assert "cannot be taken" in on("pending", "answer", "made-up", "yes").refusal


def test_a_text_and_keys_of_ones_own(on: Callable[..., Ran], tmp_path: Path) -> None:
    on("pending", "ask", first_link(on))
    mine, keys = tmp_path / "mine.txt", tmp_path / "keys"
    keys.write_text(
        "an older key of this test 0123456789\nand the newer key of it 9876543210\n", encoding="utf-8"
    )
    options = (
        "--company",
        "Acme",
        "--template",
        mine,
        "--key-file",
        keys,
        "--answer-url",
        "https://x.example/a?b=1",
    )
    mine.write_text("Yes? $yes", encoding="utf-8")
    assert on("outbox", "next", *options).refusal.startswith(f"{mine}: $no is missing; $yes and $no must")
    mine.write_text("$company: $yes $no", encoding="utf-8")
    shown = on("outbox", "next", *options)
    assert "Acme: https://x.example/a?b=1&token=" in shown.out


# -- what is refused


def test_mistakes_are_one_clear_line(on: Callable[..., Ran], idlab: Idlab, tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    refusals = {
        on("pending", "show", "999999").refusal: "this link was never handed out; name a link by its id",
        on("review", "show", "x#1").refusal: "this review item was never handed out",
        on(
            "pending", "list", "--state", "lost"
        ).refusal: "no link is 'lost'; valid are open, accepted, declined",
        on(
            "pending", "list", "--older-than", "soon"
        ).refusal: "--older-than: 'soon' is no duration; write a number",
        on(
            "pending", "ask", "1", "--side", "left"
        ).refusal: "--side: there is no side 'left'; valid are both",
        on("outbox", "sent", "made.up").refusal: "this message was never handed out",
        on("split", "nobody", "ann-1").refusal: "this customer was never handed out",
        idlab("pending", "list", "--store", f"sqlite:///{missing}").refusal: "there is no such file",
        idlab("pending", "list", "--store", "memory://").refusal: "nothing was ever resolved here",
    }
    for refusal, said in refusals.items():
        assert said in refusal, refusal
    assert not missing.exists()


def test_without_keys_nothing_is_sent(idlab: Idlab, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IDLAB_TOKEN_KEY", raising=False)
    refusal = idlab("outbox", "next", "--company", "Acme", "--store", url).refusal
    assert "there is no key to sign answers with" in refusal and "secrets.token_urlsafe(32)" in refusal
    monkeypatch.setenv("IDLAB_TOKEN_KEY", "hunter2")
    refusal = idlab("outbox", "next", "--company", "Acme", "--store", url).refusal
    assert "too weak" in refusal and "hunter2" not in refusal


@pytest.mark.parametrize("wrong", ["", "d", "0d", "1.5h", "-3d", "9999999d", "3y", "١d"])
def test_durations_that_are_none(wrong: str) -> None:
    with pytest.raises(BadInput, match="is no duration"):
        duration(wrong, "--older-than")


def test_durations() -> None:
    assert duration("2w", "x") == timedelta(days=14) and duration("90m", "x") == timedelta(hours=1.5)
    assert ago(None, "x") is None
    before = ago("1d", "x")
    assert before is not None and datetime.now(UTC) - before >= timedelta(days=1)
    with pytest.raises(BadInput, match="longer than time goes back"):
        ago("999999w", "--older-than")


def test_what_scripts_read_is_json_of_plain_values(on: Callable[..., Ran]) -> None:
    found = on("pending", "show", first_link(on), "--json")
    assert json.loads(found.out)["at_hand"]["customer"] == customer("bob", 1)
    assert ann(1).email not in found.out
