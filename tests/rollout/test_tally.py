"""Counts by week against a loop over rows, and the spread of counts against worlds drawn again."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from idlab import ScoringConfig
from idlab.compiled import compiled
from idlab.core.codes import MISSING, OUTCOMES, REASONS
from idlab.model import CHANNELS
from idlab.rollout.decided import CANDIDATES, Decided, decided_of
from idlab.rollout.tally import (
    SPANS,
    WEEK,
    Family,
    Rows,
    bin_names,
    design_effects,
    families_of,
    midnight_before,
    over,
    tally,
    weeks_of,
)
from tests.rollout.conftest import Lived

EDGES = np.array([-3.0, 2.5, 11.0])


@pytest.fixture(scope="module")
def decided(reported: Lived, default: ScoringConfig) -> Decided:
    filled = reported.done.tape.record.reshape(reported.done.tape.n_interactions, -1) != MISSING
    return decided_of(reported.decisions, compiled(default), filled)


def by_hand(decided: Decided, default: ScoringConfig) -> dict[tuple[Any, ...], Counter[Any]]:
    """Hits by (kind, channel, field, week), row after row; the denominator under None."""
    found: dict[tuple[Any, ...], Counter[Any]] = {}
    start = midnight_before(decided.moment)

    def note(kind: str, channel: str, field: str, week: int, names: list[str]) -> None:
        counter = found.setdefault((kind, channel, field, week), Counter())
        counter[None] += 1
        counter.update(names)

    for i in range(len(decided)):
        week, channel = int((decided.moment[i] - start) // WEEK), CHANNELS[decided.channel[i]]
        note("channels", "", "", week, [channel])
        note("reasons", "", "", week, [name for k, name in enumerate(REASONS) if decided.reasons[i, k]])
        note("outcomes", channel, "", week, [OUTCOMES[decided.outcome[i]]])
        note("candidates", channel, "", week, [CANDIDATES[decided.candidates[i]]])
        if decided.candidates[i]:
            place = sum(decided.weight[i] >= edge for edge in EDGES)
            note("weights", channel, "", week, [bin_names(EDGES)[place]])
        assert decided.filled is not None
        names = [field.name for k, field in enumerate(default.fields) if decided.filled[i, k]]
        note("filled", channel, "", week, names)
        for k, field in enumerate(default.fields):
            if decided.level[i, k] != MISSING:
                note("levels", channel, field.name, week, [field.levels[decided.level[i, k]].name])
    return found


def test_counts_are_those_of_a_loop(decided: Decided, default: ScoringConfig) -> None:
    week = weeks_of(decided.moment, midnight_before(decided.moment))
    expected, weeks = by_hand(decided, default), int(week.max()) + 1
    seen = set()
    for family, rows in families_of(decided, compiled(default), EDGES):
        found = tally(rows, week, weeks)
        for at in range(weeks):
            counter = expected.get((*family, at), Counter())
            assert found.among[at] == counter[None], (family, at)
            assert dict(zip(found.names, found.counts[at].tolist(), strict=True)) == {
                name: counter[name] for name in found.names
            }
        seen.add(tuple(family))
    assert seen == {key[:3] for key in expected}


def test_later_weeks_count_for_the_last(decided: Decided, default: ScoringConfig) -> None:
    week = weeks_of(decided.moment, midnight_before(decided.moment))
    for _, rows in families_of(decided, compiled(default), EDGES):
        whole, cut = tally(rows, week, 26), tally(rows, week, 5)
        assert (cut.counts[:4] == whole.counts[:4]).all()
        assert (cut.counts[4] == whole.counts[4:].sum(axis=0)).all()
        assert cut.among.sum() == rows.among.size


def test_design_effects_are_the_spread_from_world_to_world() -> None:
    """Clusters of several decisions that agree: shares vary as much more as is said."""
    random = np.random.default_rng(8)

    def world() -> tuple[Rows, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        sizes = random.integers(1, 6, 400)
        cluster = np.repeat(np.arange(400), sizes)
        mood = random.random(400) < 0.3
        place = np.where(random.random(cluster.size) < 0.8, mood[cluster], random.random(cluster.size) < 0.3)
        rows = np.arange(cluster.size)
        return Rows(("no", "yes"), rows, rows, place.astype(np.int64)), cluster % 2 * 0, cluster

    worlds = [world() for _ in range(400)]
    shares = np.array([rows.place.mean() for rows, _, _ in worlds])
    alone = np.mean([rows.place.mean() * (1 - rows.place.mean()) / rows.among.size for rows, _, _ in worlds])
    effects = [design_effects(*one)[1] for one in worlds]
    assert np.mean(effects) == pytest.approx(shares.var() / alone, rel=0.15)
    assert np.mean(effects) > 2


def test_decisions_that_stand_alone_have_no_design_effect(decided: Decided, default: ScoringConfig) -> None:
    week = weeks_of(decided.moment, midnight_before(decided.moment))
    for family, rows in families_of(decided, compiled(default), EDGES):
        effects = design_effects(rows, week, np.arange(len(decided)))
        assert effects == pytest.approx(1.0), family


@pytest.mark.parametrize("span", SPANS)
def test_counts_over_weeks_are_sums_up_to_each(span: int) -> None:
    counts = np.random.default_rng(3).integers(0, 50, (9, 2))
    for week, found in enumerate(over(span, counts).tolist()):
        assert found == counts[max(0, week - span + 1) : week + 1].sum(axis=0).tolist()


def test_families_have_names() -> None:
    assert str(Family("outcomes", "voice")) == "outcomes on voice"
    assert str(Family("reasons")) == "reasons on all channels"
