"""Papers of human work that go along to another generation."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import idlab
from idlab import Resolver, ScoringConfig
from idlab.queues import answer, ask, assign, fetch, pending, requests, reviews
from idlab.queues.asked import CONSENT
from idlab.queues.assigning import LINKS, REVIEWS
from idlab.stores import MemoryStore
from idlab.switch import papers
from idlab.switch.filling import Filling
from idlab.testing.configs import draw_config
from idlab.testing.logs import draw_moves
from tests.queues.families import keys, move_in, sender
from tests.switch.held import filled_by

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_who_works_on_what_goes_along_where_it_is_there() -> None:
    links = items = gone = 0
    for seed in range(30):
        config, other = draw_config(Random(seed)), draw_config(Random(seed + 10**6))
        source = MemoryStore()
        filled_by(source, config, [one for one in draw_moves(Random(seed)) if one.kind != "erase"])
        resolver = Resolver(config, source)
        with source.reading() as rows:
            work = [one.link_id for one in pending(rows, limit=50).items]
            work += [one.review_id for one in reviews(rows, limit=50).items]
        for number, item in enumerate(work):
            assign(resolver, item, f"agent-{number}", at=NOW)
        target = MemoryStore()
        Filling(source, 1, Resolver(other, target)).switch(2, drop_answers=True)
        there = {link.link_id for link in target.links()} | {one.review_id for one in target.reviews()}
        with target.reading() as rows:
            found = {one.name: one for kind in (LINKS, REVIEWS) for one in rows.papers(kind)}
            opened = [*rows.links_in("open"), *rows.reviews_in("open")]
        assert found.keys() == there & set(work), f"world {seed}"
        assert all(
            found[item].state == f"agent-{number}" for number, item in enumerate(work) if item in found
        )
        assert {one.opened for one in found.values()} <= {
            one.opened for one in [*opened, *_closed(target)]
        }, "papers stand where their links stand"
        links += sum("+" in name for name in found)
        items += sum("#" in name for name in found)
        gone += len(set(work) - found.keys())
    assert min(links, items, gone) > 0


def _closed(store: MemoryStore) -> Iterator[object]:
    with store.reading() as rows:
        for state in ("accepted", "declined", "expired", "superseded"):
            yield from rows.links_in(state)
        for state in ("keep_flag", "clear", "split", "superseded"):
            yield from rows.reviews_in(state)


def test_a_customer_who_was_asked_before_can_answer_afterwards(handmade: ScoringConfig) -> None:
    other = ScoringConfig.parse(json.loads(handmade.to_json()) | {"name": "of another name"})
    source, target = MemoryStore(), MemoryStore()
    resolver = Resolver(handmade, source)
    (link,) = move_in(resolver, [1])
    ask(resolver, link, sides=["other"], at=NOW)
    (message,) = fetch(resolver, sender(), at=NOW)
    Filling(source, 1, Resolver(other, target)).switch(2)
    later = Resolver(other, target)
    with target.reading() as rows:
        assert [one.link for one in requests(rows).items] == [link]
    answer(later, keys(), message.token, "yes", at=NOW)
    assert [one.state for one in target.links()] == ["accepted"]
    assert target.identity_of("ann-1") == target.identity_of("bob-1")


def test_every_kind_of_paper_goes_along_or_is_left_on_purpose() -> None:
    assert {LINKS, REVIEWS, CONSENT} == {
        papers.LINK_ASSIGNMENT,
        papers.REVIEW_ASSIGNMENT,
        papers.CONSENT,
    }
    known = {*papers.TAKEN_OVER, *papers.LEFT, "erasures"}
    found = set(_kinds_in_the_source())
    assert found <= known, f"say in idlab/switch/papers.py whether these go along: {sorted(found - known)}"
    assert {CONSENT, "log", "generation", "migration"} <= found


def _kinds_in_the_source() -> Iterator[str]:
    """The kinds of papers that are made anywhere in idlab, by the constants that name them."""
    for path in sorted(Path(idlab.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not any(isinstance(node, ast.Call) and _name_of(node.func) == "Paper" for node in ast.walk(tree)):
            continue
        constants = dict(_constants(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name_of(node.func) == "Paper" and node.args:
                first = node.args[0]
                name = _name_of(first.value if isinstance(first, ast.Starred) else first)
                if name in constants:
                    yield constants[name]


def _name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names at the top of a file, and the first text that each stands for."""
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name):
                values, names = [node.value], [target]
                if isinstance(node.value, ast.Tuple):
                    values = node.value.elts[:1]
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                names, values = target.elts, node.value.elts  # type: ignore[assignment] # plain names
            else:
                continue
            for name, value in zip(names, values, strict=False):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield _name_of(name), value.value
