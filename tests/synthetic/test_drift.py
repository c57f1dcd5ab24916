"""Rates that shift midway leave everything before the day as it was and take effect from then on."""

from __future__ import annotations

import pandas as pd
import pytest

from idlab.model import CHANNELS
from synthetic import World, generate, load_scenario
from synthetic.scenario import Scenario

SCENARIO = load_scenario("drift")
ROWS = 40_000


def days(world: World) -> pd.Series:
    return (world.interactions["occurred_at"] - pd.Timestamp(world.scenario.start)).dt.days


@pytest.fixture(scope="module")
def drifting() -> World:
    return generate("drift", ROWS, 6)


def test_the_two_periods_differ_in_the_drifting_rates_alone() -> None:
    before, after = SCENARIO.periods()
    assert before is SCENARIO
    assert after.channel("voice").phone == 0.80
    assert after.noise_rate("keyboard", "crm") == 0.06
    assert after.noise_rate("formatting", "crm") == before.noise_rate("formatting", "crm")
    assert after.households.landline == before.households.landline
    retail = load_scenario("retail")
    assert retail.periods() == (retail, retail)


def test_a_drift_to_the_same_rates_is_none() -> None:
    document = load_scenario("retail").model_dump(mode="python", by_alias=True)
    same = Scenario.model_validate(document | {"drift": {"day": 90, "noise": document["noise"]}})
    assert same.after_drift().noise == same.noise


def test_before_the_day_it_is_retail(drifting: World) -> None:
    """Shares shift with a problem's first day, so the days just before it are compared where they stayed."""
    unshifted = {
        f"drift.channels.{name}.share": SCENARIO.channel(name).share for name in ("voice", "webchat")
    }
    world, retail = generate("drift", ROWS, 6, unshifted), generate("retail", ROWS, 6)
    assert world.truth["person_id"].equals(retail.truth["person_id"])
    early = days(world) < SCENARIO.drift.day
    for name in world.interactions:
        left, right = (one.interactions[name].fillna("") for one in (world, retail))
        assert left[early].equals(right[early]), name
    for name in ("phone", "email", "full_name", "cookie_id", "ip_address"):
        differs = world.interactions[name].fillna("") != retail.interactions[name].fillna("")
        assert differs[~early].any()
        assert differs[days(world) == SCENARIO.drift.day].any()


def test_from_the_day_on_fields_are_filled_at_the_new_rates(drifting: World) -> None:
    frame = drifting.interactions
    own = ~frame["interaction_id"].str.contains("#")
    early = days(drifting) < SCENARIO.drift.day
    for rows, period in ((early, SCENARIO), (~early, SCENARIO.after_drift())):
        for channel, field in (("voice", "phone"), ("voice", "full_name"), ("webchat", "cookie_id")):
            filled = frame.loc[rows & own & (frame["channel"] == channel), field].notna().mean()
            assert filled == pytest.approx(getattr(period.channel(channel), field), abs=0.02)


def test_from_the_day_on_channels_have_the_new_shares(drifting: World) -> None:
    late = days(drifting) >= SCENARIO.drift.day + 10
    shares = drifting.interactions.loc[late, "channel"].value_counts(normalize=True)
    after = SCENARIO.after_drift()
    total = sum(after.channel(name).share for name in CHANNELS)
    for name in ("voice", "webchat"):
        assert shares[name] == pytest.approx(after.channel(name).share / total, abs=0.03)


def test_from_the_day_on_noise_has_the_new_rate(drifting: World) -> None:
    misheard = drifting.truth["corruptions"].str.contains("full_name:misheard")
    named = (drifting.interactions["channel"] == "voice") & drifting.interactions["full_name"].notna()
    early = days(drifting) < SCENARIO.drift.day
    assert misheard[named & early].mean() == pytest.approx(0.03, abs=0.01)
    assert misheard[named & ~early].mean() == pytest.approx(0.10, abs=0.02)


def test_drifting_rates_have_names_for_overrides() -> None:
    changed = load_scenario("drift", {"drift.noise.misheard": 0.5, "drift.channels.voice.phone": 0.1})
    assert changed.after_drift().noise_rate("misheard", "voice") == 0.5
    assert changed.after_drift().channel("voice").phone == 0.1
    assert changed.channel("voice").phone == SCENARIO.channel("voice").phone
