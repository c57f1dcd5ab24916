"""Which number a contact shows: spoofed calls, trunks that firms share, front desks and their extensions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synthetic import World, generate
from tests.synthetic.test_channels import QUIET

FIRMS = QUIET | {
    "businesses.employees": 1.0,
    "businesses.on_business": 1.0,
    "businesses.front_desk": 1.0,
    "businesses.role_account": 0.0,
    "telephony.trunk": 0.0,
}


def with_truth(world: World) -> pd.DataFrame:
    domain = world.interactions["email"].str.split("@").str[1]
    frame = world.interactions.assign(person=world.truth["person_id"], firm=domain)
    return frame.assign(
        firm=frame["person"].map(frame.dropna(subset="firm").groupby("person")["firm"].first())
    )


def test_spoofed_calls_show_numbers_of_nobody() -> None:
    plain = generate("retail", 20_000, 5, QUIET)
    spoofed = generate("retail", 20_000, 5, QUIET | {"telephony.spoofed": 0.3})
    differs = plain.interactions["phone"].fillna("") != spoofed.interactions["phone"].fillna("")
    calls = (plain.interactions["channel"] == "voice") & plain.interactions["phone"].notna()
    assert not differs[~calls].any()
    assert differs[calls].mean() == pytest.approx(0.3, abs=0.02)
    opened = ~spoofed.interactions["interaction_id"].str.contains("#")
    shown = spoofed.interactions.loc[differs & opened, "phone"]
    assert shown.duplicated().mean() < 0.001
    assert shown.isin(set(plain.interactions["phone"].dropna())).mean() < 0.001


def test_a_trunk_is_shared_by_a_few_firms_and_shows_on_calls_only() -> None:
    desk = generate("retail", 20_000, 5, FIRMS)
    trunk = generate("retail", 20_000, 5, FIRMS | {"telephony.trunk": 0.4, "telephony.firms_per_trunk": 3})
    differs = desk.interactions["phone"].fillna("") != trunk.interactions["phone"].fillna("")
    calls = (desk.interactions["channel"] == "voice") & desk.interactions["phone"].notna()
    assert not differs[~calls].any()
    assert differs[calls].mean() == pytest.approx(0.4, abs=0.02)
    firms = with_truth(trunk)[differs].dropna(subset="firm").groupby("phone")["firm"].nunique()
    assert firms.max() == 3
    assert firms.mean() > 2


def test_extensions_stand_behind_front_desks_only_and_are_peoples_own() -> None:
    options = {"noise.extension": 1.0, "businesses.employees": 0.5}
    world = generate("retail", 20_000, 5, FIRMS | options)
    frame = with_truth(world)
    extended = frame["phone"].str.extract(r"^(.*?) (?:x|ext\.|ext|extension) ?(\d{3})$")
    has = extended[1].notna()
    assert has.sum() > 500
    recorded = world.truth["corruptions"].str.contains("phone:extension")
    assert (has == recorded).all()
    assert set(frame.loc[has, "channel"]) == {"crm", "email"}
    assert extended[1][has].groupby(frame["person"][has]).nunique().max() == 1
    assert extended[1][has].groupby(frame["firm"][has]).nunique().mean() > 2


def test_some_browsers_forget_sooner() -> None:
    def renewals(share: float) -> float:
        kept = {"lives.short_cookie": share, "lives.short_cookie_days": 7, "lives.cookie_days": 180}
        frame = with_truth(generate("retail", 20_000, 5, QUIET | kept)).dropna(subset="cookie_id")
        return float(frame.groupby("person")["cookie_id"].nunique().mean())

    assert renewals(0.0) < renewals(0.5) < renewals(1.0)


def test_follow_ups_switch_channel_as_often_as_asked() -> None:
    def switches(rate: float) -> float:
        options = {"rhythm.follow_up": 0.9, "favourite_channel": 0.0, "rhythm.switch_channel": rate}
        frame = with_truth(generate("retail", 20_000, 5, options))
        frame = frame[~frame["interaction_id"].str.contains("#")].sort_values(["person", "occurred_at"])
        same_person = (frame["person"] == frame["person"].shift()).to_numpy()
        other = (frame["channel"] != frame["channel"].shift()).to_numpy()
        return float(np.mean(other[same_person]))

    assert switches(0.0) < 0.25 < switches(0.5) < switches(1.0)
