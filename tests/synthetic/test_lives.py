"""People move, marry, change phones and providers, and are called for; each shows where it should and only there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synthetic import World, generate
from synthetic.draws import Draws
from synthetic.lives import NEVER
from synthetic.loading import load_scenario
from synthetic.people import reside
from tests.synthetic.test_channels import QUIET, values


def with_truth(world: World) -> pd.DataFrame:
    return world.interactions.assign(person=world.truth["person_id"], household=world.truth["household_id"])


def test_a_household_that_moves_has_two_landlines_one_after_the_other() -> None:
    overrides = {"households.landline": 1.0, "households.landline_use": 1.0, "lives.moving_house": 1.0}
    frame = with_truth(generate("retail", 20_000, 5, QUIET | overrides)).query("channel == 'voice'")
    lines = frame.dropna(subset="phone").groupby(["household", "phone"])["occurred_at"].agg(["min", "max"])
    shared = set(frame.groupby("household")["person"].nunique().loc[lambda size: size > 1].index)
    both = 0
    for household, spans in lines.groupby("household"):
        if household in shared:
            assert len(spans) <= 2
            both += len(spans) == 2
            in_order = spans.sort_values("min")
            assert (in_order["max"].iloc[:-1].to_numpy() <= in_order["min"].iloc[1:].to_numpy()).all()
    assert both > 100


LEAVING = QUIET | {
    "households.landline": 1.0, "households.landline_use": 1.0, "households.shared_email": 1.0,
    "households.shared_email_use": 1.0, "households.tablet": 1.0, "households.tablet_use": 1.0,
    "lives.moving_out": 0.7, "lives.mobile_network": 0.0,
}  # fmt: skip


def gone_and_left_behind(world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of people who have left, by the household they left, and those of everybody still there."""
    frame = with_truth(world)
    gone = frame["household"].str[2:] == frame["person"].str[2:]
    head = ~frame["person"].isin(frame.loc[~gone, "person"])
    before = frame.loc[~gone].groupby("person")["household"].first()
    left = frame[gone & ~head]
    return left.assign(household=left["person"].map(before)), frame[~gone | head]


@pytest.mark.parametrize("field", ["phone", "email", "cookie_id", "ip_address"])
def test_who_moves_out_shares_nothing_with_the_household_any_more(field: str) -> None:
    left, behind = gone_and_left_behind(generate("retail", 20_000, 5, LEAVING))
    assert left["person"].nunique() > 300
    pairs = left.dropna(subset=field).merge(behind.dropna(subset=field), on=["household", field])
    assert (pairs["person_x"] == pairs["person_y"]).all()
    known = behind.dropna(subset=field).merge(behind.dropna(subset=field), on=["household", field])
    assert (known["person_x"] != known["person_y"]).sum() > 500


def test_who_moves_out_borrows_no_phone_at_home_any_more() -> None:
    options = {"households.borrowed_phone": 1.0, "households.landline": 0.0}
    left, _ = gone_and_left_behind(generate("retail", 20_000, 5, LEAVING | options))
    phones = left.dropna(subset="phone").groupby("person")["phone"].nunique()
    assert len(phones) > 200
    assert phones.max() == 1


def test_nobody_moves_into_a_household_of_another_number() -> None:
    frame = with_truth(generate("household_telecom", 20_000, 5, {"lives.moving_out": 0.5}))
    own = frame["household"].str[2:] == frame["person"].str[2:]
    heads = set(frame.loc[~own, "household"])
    later_heads = frame.groupby("person")["household"].nunique().loc[lambda count: count == 2].index
    assert not heads & {f"h-{person[2:]}" for person in later_heads}


def test_a_new_mailbox_is_with_another_provider() -> None:
    scenario = load_scenario("international", {"lives.email_change": 1.0})
    wished = reside(Draws(2), scenario, 0, 5000).wished
    domains = [wished.domain[wished.kind == kind] for kind in (0, 2)]
    assert len(domains[0]) == len(domains[1]) == 5000
    assert (domains[0] != domains[1]).all()


def test_more_second_mailboxes_leave_every_first_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("blocks", "people"):  # many blocks, which compete for addresses
        monkeypatch.setattr(f"synthetic.{module}.BLOCK", 400)
    few, many = (
        generate("retail", 20_000, 5, {"lives.second_email": rate, "lives.second_email_use": 0.0})
        for rate in (0.1, 0.9)
    )
    pd.testing.assert_frame_equal(few.interactions, many.interactions)


def test_recycled_numbers_stay_in_their_country() -> None:
    scenario = load_scenario("international", {"lives.phone_change": 0.6, "lives.recycled": 1.0})
    residents = reside(Draws(2), scenario, 0, 20_000)
    giver, region = residents.changes.new_phone_of, residents.homes.region
    recycled = np.flatnonzero(giver != np.arange(len(giver)))
    assert len(recycled) > 3000
    assert (region[giver[recycled]] == region[recycled]).all()
    assert (residents.changes.phone[giver[recycled]] != NEVER).all()


def test_a_carer_uses_the_own_phone_and_mailbox_and_names_the_customer() -> None:
    world = generate(
        "retail", 20_000, 5, QUIET | {"households.cared_for": 0.2, "households.carer_calls": 1.0}
    )
    plain = generate("retail", 20_000, 5, QUIET)
    same = world.interactions["full_name"].fillna("") == plain.interactions["full_name"].fillna("")
    assert same.all()
    phones = values(plain, "phone", "person_id")
    owner = {phone: person for person, held in phones.items() for phone in held}
    frame = with_truth(world).dropna(subset="phone")
    by_other = frame["phone"].map(owner) != frame["person"]
    assert frame.loc[by_other, "person"].nunique() / frame["person"].nunique() == pytest.approx(0.2, abs=0.02)
    held = frame.groupby("phone")["person"].nunique()
    assert 2 <= held.max() < 12
    assert set(frame.loc[by_other, "person"]).isdisjoint(set(frame.loc[~by_other, "person"]))


def test_twins_get_in_touch_about_the_same_time() -> None:
    frame = with_truth(generate("retail", 40_000, 5, {"households.twins": 1.0, "rhythm.follow_up": 0.0}))
    first = frame.groupby("person")["occurred_at"].min().dt.day_of_year
    homes = frame.groupby("household")["person"].agg(lambda people: sorted(set(people)))
    far = [
        abs(first[people[3]] - first[people[2]])
        for people in homes[homes.map(len) >= 4]
        if int(people[3][2:]) - int(people[0][2:]) == 3
    ]
    assert len(far) > 200
    assert np.median(far) < 10
