"""What a store holds is the replay of its log; whatever another hand changed in it is found and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from idlab.checking.invariants import LISTS
from tests.checking.filled import Plant, changed, drawn, failing_after, field, filled, report_on, run

SEEDS = (0, 1, 2, 7, 8, 27, 29, 38, 52)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Files of some worlds in which nobody was erased."""
    folder = tmp_path_factory.mktemp("filled")
    for seed in SEEDS:
        filled(folder / f"{seed}.db", drawn(seed, erasing=False))
    return [folder / f"{seed}.db" for seed in SEEDS]


def test_what_resolvers_wrote_is_found_well(files: list[Path]) -> None:
    for file in files:
        report = report_on(file)
        assert report.failing == []
        assert (report.left_out, report.not_decided_again) == (0, None)
        assert report.compared > 0


DECISIONS = "decisions are those that the log gives"
HELD = "every interaction is held by whom the log gives"
IDENTITIES = "identities are those that the log gives"
KEYS = "keys are those that the log gives"
MARKS = "marks of identifiers are those that the log gives"
LINKS = "links are those that the log gives"
REVIEWS = "review items are those that the log gives"
ENTRIES = "every entry can be decided again"
CHAIN = "every entry of the log continues the one before"


def more(value: Any, _: Random) -> Any:
    return (value or 0) + 1


def nudged(value: Any, _: Random) -> Any:
    return None if value is None else value * (1 + 2**-50)


def turned(value: Any, _: Random) -> Any:
    return not value


def other(*values: Any) -> Callable[[Any, Random], Any]:
    return lambda value, chance: chance.choice([one for one in values if one != value])


def without_last(value: Any, _: Random) -> Any:
    return value[:-1] if value else None


def of_profile(place: int, change: Callable[[Any, Random], Any]) -> Callable[[Any, Random], Any]:
    """Changes something of one value of a profile."""

    def change_profile(profile: Any, chance: Random) -> Any:
        held = [number for number, entries in enumerate(profile) if entries]
        if not held:
            return None
        number = chance.choice(held)
        entries = list(profile[number])
        one = chance.randrange(len(entries))
        entries[one] = field(place, change)(entries[one], chance)
        return [*profile[:number], entries, *profile[number + 1 :]]

    return change_profile


def a_value(values: Any, chance: Random) -> Any:
    held = [number for number, value in enumerate(values) if value is not None]
    if not held:
        return None
    number = chance.choice(held)
    return [*values[:number], values[number] + "x", *values[number + 1 :]]


PLANTS: dict[str, tuple[Plant, set[str]]] = {
    "a decision's outcome": (
        changed("interactions", "decision", field(1, other("NEW", "MERGE", "PENDING"))),
        {DECISIONS},
    ),
    "a decision's customer": (changed("interactions", "decision", field(2, other("nobody"))), {DECISIONS}),
    "a decision's score": (changed("interactions", "decision", field(3, nudged)), {DECISIONS}),
    "a decision's weight": (changed("interactions", "decision", field(4, nudged)), {DECISIONS}),
    "a decision's runner-up": (changed("interactions", "decision", field(5, other("nobody"))), {DECISIONS}),
    "a runner-up's score": (changed("interactions", "decision", field(6, nudged)), {DECISIONS}),
    "a decision's reasons": (changed("interactions", "decision", field(7, without_last)), {DECISIONS}),
    "a decision's evidence": (changed("interactions", "decision", field(8, without_last)), {DECISIONS}),
    "a decision's targets": (changed("interactions", "decision", field(9, without_last)), {DECISIONS}),
    "a decision's config": (changed("interactions", "decision", field(10, other("5f3a"))), {DECISIONS}),
    "a record's time": (changed("interactions", "record", field(2, more)), {IDENTITIES}),
    "a record's value": (
        changed("interactions", "record", field(3, a_value)),
        {
            IDENTITIES,
            DECISIONS,
            "keys are those of the records",
            "marks of identifiers are those of the records",
        },
    ),
    "how many items a root anchored": (run("UPDATE interactions SET opened = opened + 1"), {REVIEWS}),
    "an identity's serial number": (
        changed("identities", "document", field(1, more)),
        {"every identity is called by its earliest interaction"},
    ),
    "a value of a profile": (
        changed("identities", "document", field(2, of_profile(0, other("x")))),
        {IDENTITIES},
    ),
    "how often a value was seen": (
        changed("identities", "document", field(2, of_profile(1, more))),
        {IDENTITIES},
    ),
    "when a value was first seen": (
        changed("identities", "document", field(2, of_profile(2, more))),
        {IDENTITIES},
    ),
    "when a value was last seen": (
        changed("identities", "document", field(2, of_profile(3, more))),
        {IDENTITIES},
    ),
    "a profile's first record": (
        changed("identities", "document", field(2, of_profile(4, more))),
        {IDENTITIES},
    ),
    "a profile's last record": (
        changed("identities", "document", field(2, of_profile(5, more))),
        {IDENTITIES},
    ),
    "an identity's names": (changed("identities", "document", field(3, more)), {IDENTITIES}),
    "an allowance of names": (changed("identities", "document", field(4, more)), {IDENTITIES}),
    "an objection": (changed("identities", "document", field(5, turned)), {IDENTITIES}),
    "being provisional": (changed("identities", "document", field(6, turned)), {IDENTITIES}),
    "a tombstone": (
        changed("identities", "document", field(7, turned)),
        {
            "an erased identity has no values left",
            "the log tells of every erasure, and who it tells of is erased",
        },
    ),
    "an identity's review item": (
        changed(
            "identities",
            "document",
            field(8, lambda value, _: None if value is None else [value[0], value[1] + 1]),
        ),
        {"an open review item is that of the identity that holds its anchor"},
    ),
    "an identity's links": (
        changed("identities", "document", field(9, without_last)),
        {IDENTITIES, "an open link joins two live identities, and both know it"},
    ),
    "an identity's cannot-links": (changed("identities", "document", field(10, without_last)), {IDENTITIES}),
    "an identity's records turned away": (
        changed("identities", "document", field(11, without_last)),
        {IDENTITIES},
    ),
    "who is found by a key": (changed("keys", "document", field(1, without_last)), {KEYS}),
    "a key's holders": (changed("keys", "document", field(2, more)), {"keys are those of the records"}),
    "a hub": (changed("keys", "document", field(3, turned)), {KEYS}),
    "a key": (
        run("DELETE FROM keys WHERE id = (SELECT min(id) FROM keys)"),
        {"keys are those of the records"},
    ),
    "an identifier's holders": (
        changed("identifiers", "document", field(1, more)),
        {"marks of identifiers are those of the records"},
    ),
    "a shared identifier": (changed("identifiers", "document", field(2, turned)), {MARKS}),
    "the names of an identifier": (changed("identifiers", "document", field(3, without_last)), {MARKS}),
    "a link's state": (changed("links", "document", field(1, other("accepted", "declined"))), {LINKS}),
    "a link's place": (changed("links", "document", field(2, other(0))), {LINKS}),
    "a link": (
        run("DELETE FROM links WHERE id = (SELECT id FROM links ORDER BY state = 'open' LIMIT 1)"),
        {LINKS},
    ),
    "a review item's state": (
        changed("reviews", "document", field(1, other("clear", "keep_flag"))),
        {REVIEWS},
    ),
    "a review item's place": (
        changed("reviews", "document", field(2, other(0))),
        {REVIEWS},
    ),
    "a list of links": (run("UPDATE links SET state = 'expired' WHERE state = 'open'"), {LISTS}),
    "a list of review items": (run("UPDATE reviews SET opened = opened + 1"), {LISTS}),
    "a list of papers": (run("UPDATE papers SET state = 'x'"), {LISTS}),
    "a record turned away": (run("DELETE FROM turned WHERE id = (SELECT min(id) FROM turned)"), {REVIEWS}),
    "when an entry was made": (changed("log", "document", field(1, more)), {CHAIN}),
    "who made an entry": (changed("log", "document", field(2, other("Eve"))), {CHAIN}),
    "what an entry did": (
        changed("log", "document", field(3, other("accept", "decline", "expire"))),
        {CHAIN},
    ),
    "whom an entry names": (
        changed("log", "document", field(4, other({"link": "a+b"}))),
        {"what the log names was handed out"},
    ),
    "an entry of the log": (run("DELETE FROM log WHERE serial = (SELECT min(serial) FROM log)"), {CHAIN}),
    "the last entry of the log": (
        run("DELETE FROM log WHERE serial = (SELECT max(serial) FROM log)"),
        {"the log ends where the store says"},
    ),
    "all of the log": (run("DELETE FROM log"), {"the log ends where the store says"}),
    "a link that is worked on": (
        run(
            "INSERT INTO papers VALUES (x'01', 'link assignment', 9, 'ann', json_array('link assignment', "
            "'7f5d8205-cd81-5c49-af39-419f992573a6+7f5d8205-cd81-5c49-af39-419f992573a7', 9, 'ann', json_object()))"
        ),
        {"papers name what was handed out"},
    ),
    "a request to nobody": (
        run(
            "INSERT INTO papers VALUES (x'01', 'consent', 9, 'sent', json_array('consent', '5f', 9, 'sent', json_object("
            "'link', 'a+b', 'generation', 1, 'asked_at', 0, 'until', 9, 'by', 'ann', 'sides', json_array())))"
        ),
        {"papers name what was handed out"},
    ),
    "the config": (
        changed("settings", "document", field(0, lambda text, _: text.replace('"margin":', '"margin":1'))),
        {"the store serves a config, and its digest is that config's"},
    ),
    "all of the settings": (
        run("UPDATE settings SET document = '5'"),
        {"the store serves a config, and its digest is that config's"},
    ),
    "the config's digest": (
        changed("settings", "document", field(1, other("5f3a"))),
        {"the store serves a config, and its digest is that config's"},
    ),
}
"""What another hand may change, and by which invariants it must be noticed."""


@pytest.mark.parametrize("what", PLANTS)
def test_whatever_is_changed_is_found_and_named(what: str, files: list[Path]) -> None:
    plant, named = PLANTS[what]
    found = [
        one
        for seed, file in enumerate(files)
        if (one := failing_after(file, plant, Random(seed))) is not None
    ]
    assert found
    missed = [seed for seed, failing in enumerate(found) if not named.intersection(failing)]
    assert not missed, [found[seed] for seed in missed]


DOCUMENTS = [
    ("interactions", "name"),
    ("interactions", "holder"),
    ("interactions", "record"),
    ("interactions", "decision"),
    ("identities", "document"),
    ("keys", "document"),
    ("identifiers", "document"),
    ("links", "document"),
    ("reviews", "document"),
    ("papers", "document"),
    ("log", "document"),
]


def anything_at(document: Any, chance: Random) -> Any:
    """Puts something else somewhere into a document."""
    if isinstance(document, list) and document and chance.random() < 0.8:
        place = chance.randrange(len(document))
        return [*document[:place], anything_at(document[place], chance), *document[place + 1 :]]
    if isinstance(document, dict) and document and chance.random() < 0.8:
        name = chance.choice(sorted(document))
        return {**document, name: anything_at(document[name], chance)}
    return chance.choice([one for one in (None, 5, "x", [], ["x"], {}, True, 0.5) if one != document])


@pytest.mark.parametrize(("table", "column"), DOCUMENTS)
def test_anything_anywhere_is_found_and_never_breaks_the_check(
    table: str, column: str, files: list[Path]
) -> None:
    for number in range(25):
        failing = failing_after(
            files[number % len(files)], changed(table, column, anything_at), Random(number)
        )
        assert failing is None or failing, number
