"""Quiet where nothing drifted, an alarm from the week in which something did, and the knob that stands on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from idlab import BadInput, ScoringConfig
from idlab.bundle import Bundle
from idlab.rollout import Drift, Family, drift
from synthetic import load_scenario
from tests.rollout.conftest import Lived

SCENARIO = load_scenario("drift")
assert SCENARIO.drift is not None
MOMENT = SCENARIO.start.astimezone(UTC) + timedelta(days=SCENARIO.drift.day)
WEEK = timedelta(days=7)


def shares(found: Drift) -> set[tuple[str, str]]:
    return {(str(one.family), one.name) for one in found.alarms}


@pytest.fixture(scope="module", params=[False, True], ids=["decisions alone", "with the dataset"])
def drifted(request: pytest.FixtureRequest, drifting: Lived, bundle: Bundle) -> Drift:
    return drift(drifting.decisions, bundle, dataset=drifting.dataset if request.param else None)


def test_quiet_before_the_shift_and_an_alarm_after(drifted: Drift) -> None:
    before = [week for week in drifted.weeks if week.start + WEEK <= MOMENT]
    assert len(before) == 12 and not any(week.alarms for week in before)
    assert drifted.began is not None and drifted.noticed is not None
    assert MOMENT - WEEK < drifted.noticed <= MOMENT + 4 * WEEK
    assert abs(drifted.began - MOMENT) < timedelta(days=4)
    assert sum(week.alarms > 0 for week in drifted.weeks) > 6
    assert ("channels on all channels", "webchat") in shares(drifted)


def test_fill_rates_say_which_keys_fell_dry(drifted: Drift) -> None:
    if drifted.with_fill:
        assert {("filled on webchat", "cookie_id"), ("filled on voice", "phone")} <= shares(drifted)
        assert list(drifted.stale())[:2] == ["fields.cookie_id.levels", "keys.cookie_id.value"]
        assert {"fields.phone.levels", "keys.phone.e164"} <= set(drifted.stale())
    assert "model.prior" in drifted.stale()


def test_an_alarm_lies_outside_its_limits(drifted: Drift) -> None:
    for one in drifted.alarms:
        assert one.probability < drifted.rate
        assert one.live != one.expected
        assert one.knobs and one.weeks >= 1 and one.among > 0
        assert drifted.noticed is not None and one.noticed >= drifted.noticed
        assert one.noticed - 4 * WEEK <= one.began < one.noticed + WEEK
        if "channels" not in str(one.family):  # design effects of 1 to 1.5 round counts
            assert one.live < one.low + 0.02 or one.live > one.high - 0.02


@pytest.mark.parametrize(("scenario", "seed"), [("retail", 2), ("retail", 3)])
def test_quiet_on_fresh_worlds(scenario: str, seed: int, bundle: Bundle, default: ScoringConfig) -> None:
    lived = Lived(scenario, seed, default)
    found = drift(lived.decisions, bundle, dataset=lived.dataset)
    assert found.alarms == () and found.began is None
    assert found.statistics > 1000 and len(found.weeks) == 26


def test_a_shift_that_is_expected_is_none(drifting: Lived, default: ScoringConfig) -> None:
    """The same scenario with another seed: it shifts on the same day."""
    fresh = Lived("drift", 9, default)
    assert drift(fresh.decisions, drifting.bundle(default), dataset=fresh.dataset).alarms == ()


def test_the_same_decisions_are_as_expected(reported: Lived, bundle: Bundle) -> None:
    found = drift(reported.decisions, bundle, dataset=reported.dataset, rate=0.9)
    assert found.alarms == ()
    assert found.decisions == len(reported.dataset) and found.others == 0


def replaced(table: pa.Table, name: str, change: Callable[[Any], Any], rows: Any) -> pa.Table:
    """A column changed in some rows."""
    column = table[name].to_pylist()
    for row in np.flatnonzero(rows).tolist():
        column[row] = change(column[row])
    return table.set_column(table.column_names.index(name), name, pa.array(column, table[name].type))


def test_one_guard_that_fires_from_a_week_on_is_found_alone(reported: Lived, bundle: Bundle) -> None:
    table = reported.decisions
    late = pc.greater_equal(table["occurred_at"], pa.scalar(MOMENT)).to_numpy()
    some = late & (np.arange(len(table)) % 6 == 0)
    found = drift(replaced(table, "reasons", lambda given: [*given, "FLAGGED"], some), bundle)
    assert shares(found) == {("reasons on all channels", "FLAGGED")}
    assert set(found.stale()) == {
        "guards.max_distinct_names",
        "guards.same_name_level",
        "guards.name_min_count",
    }
    assert found.began is not None and abs(found.began - MOMENT) <= timedelta(days=2)


def test_one_level_that_shifts_on_one_channel_is_found_alone(
    reported: Lived, bundle: Bundle, default: ScoringConfig
) -> None:
    table = reported.decisions
    place = [field.name for field in default.fields].index("phone")

    def shifted(given: list[str | None]) -> list[str | None]:
        return [("shared" if k == place and one == "exact" else one) for k, one in enumerate(given)]

    on_voice = np.array(table["channel"].to_pylist()) == "voice"
    found = drift(replaced(table, "levels", shifted, on_voice), bundle)
    assert shares(found) == {("levels of phone on voice", name) for name in ("shared", "exact")}
    assert "guards.max_names_per_identifier" in found.stale()


def test_weights_that_shift_lead_to_the_levels(reported: Lived, bundle: Bundle) -> None:
    table = reported.decisions
    on_voice = np.array(table["channel"].to_pylist()) == "voice"
    heavy = on_voice & (table["weight"].to_numpy() > 0)
    found = drift(replaced(table, "weight", lambda weight: weight / 2, heavy), bundle)
    assert {family for family, _ in shares(found)} == {"weights on voice"}
    assert "fields.phone.levels" in found.stale()


def test_decisions_of_another_config_are_left_aside(
    reported: Lived, bundle: Bundle, baseline: ScoringConfig
) -> None:
    other = Lived("retail", 1, baseline).decisions
    both = pa.concat_tables([other.slice(0, 700), reported.decisions.slice(700)])
    found = drift(both, bundle)
    assert found.others == 700 and found.decisions == len(both) - 700
    assert found.weeks[0].start > datetime(
        2026, 1, 5, tzinfo=UTC
    )  # weeks go on being counted from the first of all
    assert found.alarms == ()
    with pytest.raises(BadInput, match="holds no decision of this bundle's config"):
        drift(other, bundle)


def test_a_store_with_a_history_is_compared_with_its_age(reported: Lived, bundle: Bundle) -> None:
    """The last weeks of a world look like the first ones of nobody."""
    late = reported.decisions.slice(7 * len(reported.dataset) // 10)
    assert drift(late, bundle, history=18).alarms == ()
    young = drift(late, bundle)
    assert Family("reasons") in {one.family for one in young.alarms}
    assert drift(late, bundle, history=400).beyond == len(young.weeks)


def test_what_cannot_be_compared_is_refused(reported: Lived, drifting: Lived, bundle: Bundle) -> None:
    with pytest.raises(BadInput, match="decisions are about interactions that are not in"):
        drift(drifting.decisions, bundle, dataset=reported.dataset)
    for rate in (0.0, 1.0, float("nan")):
        with pytest.raises(BadInput, match="must lie between 0 and 1"):
            drift(reported.decisions, bundle, rate=rate)
    with pytest.raises(BadInput, match="must be at least 0"):
        drift(reported.decisions, bundle, history=-1)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["retail", "b2b_frontdesk"])
def test_alarms_are_as_rare_as_promised(scenario: str, default: ScoringConfig) -> None:
    """Every world against every other: at a rate of 5 %, at most that many raise an alarm."""
    worlds = [Lived(scenario, seed, default, 4000) for seed in range(200, 212)]
    bundles = [lived.bundle(default) for lived in worlds]
    alarms = [
        bool(drift(lived.decisions, one).alarms)
        for i, one in enumerate(bundles)
        for j, lived in enumerate(worlds)
        if i != j
    ]
    assert np.mean(alarms) <= 0.05
