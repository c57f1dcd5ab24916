"""A session: undo, reset, pins and saved configs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.explore.session import START, Session

MOVES = st.sampled_from(
    [("decide.merge_at", 0.8), ("decide.merge_at", 0.95), ("decide.margin", 1.0), ("phone.exact.weight", 9.0)]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.lists(MOVES, min_size=1, max_size=4), max_size=6))
def test_undo_goes_back_rest_by_rest(session: Session, gestures: list[list[tuple[str, float]]]) -> None:
    session.settings = dict(session.rested[0])
    session.rested = session.rested[:1]
    visited = [dict(session.settings)]
    for gesture in gestures:
        for key, value in gesture:
            session.move(key, value)
        if session.rest():
            visited.append(dict(session.settings))
    for was in reversed(visited[:-1]):
        assert session.undo()
        assert session.settings == was
    assert not session.undo()
    assert session.config is session.start


def test_undo_in_the_middle_of_a_gesture_goes_back_to_where_it_began(session: Session) -> None:
    session.move("decide.merge_at", 0.8)
    session.rest()
    session.move("decide.merge_at", 0.7)
    assert session.undo() and session.settings["decide.merge_at"] == 0.8


def test_a_reset_can_be_undone(session: Session) -> None:
    session.move("decide.merge_at", 0.8)
    session.rest()
    session.reset()
    assert session.config is session.start
    assert session.undo() and session.settings["decide.merge_at"] == 0.8


def test_the_start_stays_pinned(session: Session) -> None:
    session.move("decide.merge_at", 0.99)
    session.pin("strict", session.read(), session.settings)
    assert list(session.pinned) == [START, "strict"]
    assert session.pinned["strict"].rates != session.pinned[START].rates
    session.unpin_all()
    assert list(session.pinned) == [START]


def test_what_is_pinned_can_be_gone_back_to_and_that_undone(session: Session) -> None:
    session.move("decide.merge_at", 0.99)
    session.rest()
    session.pin("strict", session.read(), session.settings)
    session.move("decide.merge_at", 0.8)
    session.move("decide.margin", 1.0)
    session.rest()
    elsewhere = dict(session.settings)
    session.go_to("strict")
    assert session.settings["decide.merge_at"] == 0.99
    assert session.read().rates == session.pinned["strict"].rates
    session.move("decide.margin", 2.0)
    assert session.places["strict"]["decide.margin"] == session.places[START]["decide.margin"]
    assert session.undo() and session.undo() and session.settings == elsewhere
    session.unpin_all()
    with pytest.raises(BadInput, match="nothing is pinned as 'strict'"):
        session.go_to("strict")


def test_what_is_saved_is_what_the_knobs_stand_for(session: Session, tmp_path: Path) -> None:
    session.move("phone.exact.weight", 9.5)
    session.save(tmp_path / "mine.json", "mine")
    saved = ScoringConfig.load(tmp_path / "mine.json")
    assert saved.name == "mine"
    assert saved.model_copy(update={"name": session.start.name}) == session.config
    assert [path.name for path in tmp_path.iterdir()] == ["mine.json"]


@pytest.mark.parametrize(("path", "name"), [("mine.json", ""), ("file/mine.json", "mine")])
def test_what_cannot_be_saved_is_said_and_leaves_nothing(
    session: Session, tmp_path: Path, path: str, name: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput):
        session.save(tmp_path / path, name)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_an_unknown_knob_is_refused(session: Session) -> None:
    with pytest.raises(BadInput, match="no knob"):
        session.move("decide.merge", 0.9)
