"""The parity test would notice: small bugs, planted into one engine at a time, make the engines disagree."""

from __future__ import annotations

import pytest

from idlab.replay import jit
from tests.parity.bugs import BUGS
from tests.parity.engines import Account, differences, run_online, run_replay
from tests.parity.planted import ONLINE, REPLAY, Bug, planted
from tests.parity.runs import N_SEEDS, Run

PLANTED = [pytest.param(bug, engine, id=f"{engine}: {bug.name}") for bug in BUGS for engine in bug.engines]


def _is_noticed(bug: Bug, engine: str, one: Run) -> bool:
    """Whether an engine with the bug makes something else of a log than the other engine without it."""
    sound = one.replayed if engine == ONLINE else one.online
    with planted(bug):  # a bug that cannot be planted is no bug that was noticed
        try:
            got: Account = (run_online if engine == ONLINE else run_replay)(one.config, one.entries)
        except (IndexError, KeyError, AssertionError, ValueError):
            return True
    return bool(differences(sound, got))


@pytest.mark.parametrize(("bug", "engine"), PLANTED)
def test_a_planted_bug_is_noticed(
    bug: Bug, engine: str, ran: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    if (
        engine == REPLAY
    ):  # compiled code is frozen, so the replay runs as plain Python; ``ran`` was compiled before
        monkeypatch.setattr(jit, "_numba", lambda: None)
    by_hand_first = ran[N_SEEDS:] + ran[:N_SEEDS]
    assert any(_is_noticed(bug, engine, one) for one in by_hand_first), (
        f"{len(ran)} worlds, and nobody noticed"
    )


def test_without_a_bug_nothing_is_noticed(ran: list[Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jit, "_numba", lambda: None)
    nothing = Bug("nothing", "core.decide:rank", "n_ranked = 0", "n_ranked = 0")
    assert not any(_is_noticed(nothing, engine, one) for engine in (ONLINE, REPLAY) for one in ran[:10])
