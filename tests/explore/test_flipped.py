"""What flips between two readings, by a plain comparison of their decisions."""

from __future__ import annotations

from collections import Counter

import pytest

from idlab.explore.flipped import Flipped, flipped
from idlab.explore.readings import Reading
from idlab.explore.session import Session
from idlab.explore.sides import held_then
from idlab.metrics import Disposition
from idlab.why.past import before, entry_of


@pytest.fixture(scope="module")
def readings(prepared_session: Session) -> tuple[Reading, Reading]:
    settings = prepared_session.rested[0] | {"decide.pending_at": 0.6}
    loose, strict = ({**settings, "decide.merge_at": value} for value in (0.85, 0.99))
    return prepared_session.read(loose), prepared_session.read(strict)


@pytest.fixture(scope="module")
def found(readings: tuple[Reading, Reading]) -> Flipped:
    return flipped(*readings)


def test_the_counts_are_those_of_a_plain_comparison(
    readings: tuple[Reading, Reading], found: Flipped
) -> None:
    was, now = readings
    plain = Counter(
        (Disposition(a).name, Disposition(b).name)
        for a, b, counts in zip(was.disposition, now.disposition, was.history.counted, strict=True)
        if counts and a != b
    )
    counts = found.counts()
    assert plain and {(row.before, row.after): row.decisions for row in counts.itertuples()} == plain
    assert counts["decisions"].tolist() == sorted(counts["decisions"], reverse=True)


def test_turning_right_is_turning_wrong_the_other_way_round(
    readings: tuple[Reading, Reading], found: Flipped
) -> None:
    there = {(row.before, row.after): row.turned for row in found.counts().itertuples()}
    back = {(row.after, row.before): row.turned for row in flipped(*reversed(readings)).counts().itertuples()}
    opposite = {"right": "wrong", "wrong": "right", "": ""}
    assert there == {kind: opposite[turned] for kind, turned in back.items()}
    assert set(there.values()) == set(opposite)
    for kind, turned in there.items():
        right = [how.endswith("_RIGHT") for how in kind]
        assert turned == {(False, True): "right", (True, False): "wrong"}.get(tuple(right), "")


def test_nothing_flips_where_nothing_was_moved(readings: tuple[Reading, Reading]) -> None:
    assert flipped(readings[0], readings[0]).counts().empty


def test_examples_show_every_kind_before_a_second_of_any(found: Flipped) -> None:
    examples = list(found.examples(4, show_identifiers=True))
    kinds = [(one.before.name, one.after.name) for one in examples]
    in_order = [(row.before, row.after) for row in found.counts().itertuples()]
    assert kinds == in_order[:4] and len(set(kinds)) == 4
    assert {one.number for one in examples} <= set(found.rows.tolist())


def test_identifiers_are_masked_unless_asked_for(found: Flipped) -> None:
    def values(*, show_identifiers: bool) -> set[str]:
        examples = found.examples(4, show_identifiers=show_identifiers)
        return {value for one in examples for side in one.values for value in side.identity}

    assert values(show_identifiers=True) and values(show_identifiers=False)
    assert not values(show_identifiers=True) & values(show_identifiers=False)
    assert all("***" in value for value in values(show_identifiers=False))


def test_what_an_identity_held_is_what_the_world_before_the_decision_says(found: Flipped) -> None:
    done = found.after.replay
    asked = [row for row in found.rows.tolist() if done.results.subject[row] >= 0][:12]
    for row in asked:
        root = int(done.results.subject[row])
        wanted = before(done, entry_of(done.tape, row)).members(root)
        assert held_then(done, row, root).tolist() == wanted[wanted < row].tolist()
