"""What is held about one person is told wholly, and nothing of anybody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given

from idlab import Action, Interaction, MemoryStore, Resolver, ScoringConfig
from idlab.core.codes import REASONS
from idlab.errors import BadInput, UnknownReference
from idlab.model import Outcome, customer_id_of
from idlab.queues import ask, assign
from idlab.stores import Store
from idlab.subject import held_about, page_of, words
from idlab.subject.private import write_private
from idlab.testing.worlds import DrawnWorld, draw_world, worlds
from tests.checking.filled import fill
from tests.queues.families import START, ann, bob, customer, email_of, move_in, phone_of


def about(store: Store, customer_id: str, *, agents: bool = False) -> dict[str, Any]:
    with store.reading() as rows:
        return held_about(rows, customer_id, agents=agents)


@pytest.fixture
def resolver(handmade: ScoringConfig) -> Resolver:
    return Resolver(handmade, MemoryStore())


def leaves(document: Any) -> Iterator[Any]:
    """Every value in a document."""
    if isinstance(document, dict):
        for value in document.values():
            yield from leaves(value)
    elif isinstance(document, list):
        for value in document:
            yield from leaves(value)
    else:
        yield document


def test_it_says_what_it_knows_and_nothing_of_whoever_shares_the_phone(resolver: Resolver) -> None:
    move_in(resolver, [0, 1])
    held = about(resolver.store, customer("ann", 0))
    text, page = json.dumps(held), page_of(held)
    for own in (phone_of(0), email_of(0), "ann lee", "ann-0"):
        assert own in text
        assert own in page
    for other in ("robert", "bob-0", email_of(1), phone_of(1), "ann-1"):
        assert other not in text.lower()
        assert other not in page.lower()
    profile = {part["field"]: part["values"] for part in held["profile"]}
    assert [one["used_by_others"] for one in profile["phone"]] == [True]
    assert [one["used_by_others"] for one in profile["email"]] == [False]
    (link,) = held["links"]
    assert (link["state"], link["other_customers"]) == ("open", [customer("bob", 0)])


def test_agents_are_named_if_that_is_asked_for(resolver: Resolver) -> None:
    (link,) = move_in(resolver, [0])
    assign(resolver, link, "Agent Smith", by="Head Jones")
    ask(resolver, link, by="Agent Smith", at=START)
    held = about(resolver.store, customer("ann", 0))
    (told,) = held["links"]
    assert told["somebody_works_on_it"]
    assert told["asked"]["state"] == "waiting"
    assert [one["what"] for one in held["log"]] == ["assign", "ask"]
    for text in (json.dumps(held), page_of(held)):
        assert "Smith" not in text and "Jones" not in text
    named = about(resolver.store, customer("ann", 0), agents=True)
    assert named["links"][0]["assigned_to"] == "Agent Smith"
    assert [one["by"] for one in named["log"]] == ["Head Jones", "Agent Smith"]
    assert "Smith" in page_of(named)


def test_of_an_erased_customer_nothing_is_left_but_ids(resolver: Resolver) -> None:
    move_in(resolver, [0])
    resolver.act(Action.erase(customer("ann", 0)))
    held = about(resolver.store, customer("ann", 0))
    assert held["erased"]
    assert held["profile"] == []
    assert [one["values"] for one in held["records"]] == [{}]
    for text in (json.dumps(held), page_of(held)):
        assert phone_of(0) not in text and email_of(0) not in text
    assert "was erased" in page_of(held)


@given(world=worlds())
def test_whoever_is_asked_for_it_is_all_and_nobody_elses(world: DrawnWorld) -> None:
    store = MemoryStore()
    fill(store, world)
    records = list(store.records())
    for interaction_id in {one.interaction_id for one in records}:
        held = about(store, customer_id_of(interaction_id))
        root = store.holder(interaction_id)
        own = [one for one in records if store.holder(one.interaction_id) == root]
        names = {one.interaction_id for one in own}
        assert {one["interaction"] for one in held["records"]} == names
        assert {one["interaction"] for one in held["decisions"]} == names
        links = [one.link_id for one in store.links() if {one.left, one.right} & names]
        assert sorted(one["link"] for one in held["links"]) == sorted(links)
        reviews = [one.review_id for one in store.reviews() if {one.anchor, *one.records} & names]
        assert sorted(one["review"] for one in held["review_items"]) == sorted(reviews)
        values = {value for one in own for value in one.values if value is not None}
        others = {value for one in records for value in one.values if value is not None} - values
        told = set(map(str, leaves(held)))
        assert values <= told
        assert not others & told
        others_ids = {one.interaction_id for one in records} - names
        assert not others_ids & told


class Reader(HTMLParser):
    """Reads a page and notes its tags and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_shows_what_was_typed_and_runs_none_of_it(resolver: Resolver) -> None:
    typed = Interaction(
        '<b onload="x">&', START, "voice", phone=phone_of(0), full_name="<script>alert(1)</script> Lee"
    )
    resolver.resolve(typed)
    reader = Reader()
    reader.feed(page_of(about(resolver.store, customer_id_of(typed.interaction_id))))
    assert "script" not in reader.tags and "b" not in reader.tags
    assert '<b onload="x">&' in reader.text


def test_a_page_says_why_in_words(resolver: Resolver) -> None:
    move_in(resolver, [0])
    page = page_of(about(resolver.store, customer("ann", 0)))
    assert "nobody known had any of the identifiers" in page
    assert "NO_CANDIDATE" not in page


def test_every_outcome_and_reason_has_words() -> None:
    assert set(words.REASONS) == set(REASONS)
    assert set(words.OUTCOMES) == {str(one) for one in Outcome}


def test_pages_of_drawn_worlds_are_whole() -> None:
    for seed in range(20):
        store = MemoryStore()
        fill(store, draw_world(Random(seed)))
        for record in list(store.records())[:10]:
            held = about(store, customer_id_of(record.interaction_id), agents=True)
            json.dumps(held, allow_nan=False)
            assert page_of(held).count("<h2>") == 7


def test_whoever_was_never_handed_out_is_refused(resolver: Resolver) -> None:
    resolver.resolve(ann(0))
    for nobody in ("nobody", "", customer("bob", 0)):
        with pytest.raises(UnknownReference):
            about(resolver.store, nobody)
    resolver.resolve(bob(0))
    about(resolver.store, customer("bob", 0))


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "subject.html"
    file.write_text("before")
    file.chmod(0o644)
    write_private(file, "now \ud800")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text("utf-8") == "now \\ud800"
    assert [one.name for one in tmp_path.iterdir()] == ["subject.html"]
    with pytest.raises(BadInput, match="may be written to"):
        write_private(tmp_path / "absent" / "subject.html", "x")
