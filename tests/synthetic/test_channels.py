"""Which phone, mailbox and cookie a contact carries follows from who lives and works together."""

from __future__ import annotations

import pytest

from synthetic import World, generate, load_scenario

QUIET = {f"noise.{name}": 0.0 for name in load_scenario("retail").noise} | {
    "households.landline": 0.0,
    "businesses.employees": 0.0,
    "lives.phone_change": 0.0,
    "lives.email_change": 0.0,
    "lives.second_email": 0.0,
    "lives.private_browsing": 0.0,
    "lives.cookie_days": 3650,
    "households.tablet": 0.0,
    "households.shared_email": 0.0,
    "households.borrowed_phone": 0.0,
    "households.cared_for": 0.0,
    "telephony.spoofed": 0.0,
    "lives.name_change": 0.0,
    "lives.moving_house": 0.0,
    "lives.moving_out": 0.0,
    "lives.short_cookie": 0.0,
}


def values(world: World, field: str, by: str, *channels: str) -> dict[str, set[str]]:
    """The field's distinct values per person or household, on these channels or all."""
    frame = world.interactions.assign(by=world.truth[by])
    kept = frame[frame["channel"].isin(channels)] if channels else frame
    held = kept.dropna(subset=field).groupby("by")[field].agg(set)
    return {str(owner): values for owner, values in held.items()}


@pytest.mark.parametrize("field", ["phone", "email"])
def test_in_a_quiet_world_everybody_has_one_value_of_their_own(field: str) -> None:
    held = values(generate("retail", 6000, 5, QUIET), field, "person_id")
    assert {len(own) for own in held.values()} == {1}
    assert len(set().union(*held.values())) == len(held)


def test_a_cookie_that_never_expires_stays_for_all_but_its_one_renewal() -> None:
    held = values(generate("retail", 6000, 5, QUIET), "cookie_id", "person_id")
    assert max(len(own) for own in held.values()) <= 2
    assert sum(len(own) == 1 for own in held.values()) > 0.9 * len(held)


def test_a_borrowed_phone_is_that_of_somebody_at_home() -> None:
    world = generate("retail", 20_000, 5, QUIET | {"households.borrowed_phone": 1.0})
    own, called = (values(world, "phone", "person_id", *on) for on in (("sms", "whatsapp"), ("voice",)))
    household = dict(zip(world.truth["person_id"], world.truth["household_id"], strict=True))
    members = world.truth.groupby("household_id")["person_id"].nunique()
    at_home = values(world, "phone", "household_id")
    both = [person for person in own if person in called]
    shared = [person for person in both if members[household[person]] > 1]
    assert len(shared) > 100
    for person in shared:
        assert not own[person] & called[person]
        assert called[person] <= at_home[household[person]]
    for person in set(both) - set(shared):
        assert own[person] == called[person]


def test_a_landline_is_shared_within_one_household() -> None:
    overrides = {"households.landline": 1.0, "households.landline_use": 1.0}
    world = generate("retail", 10_000, 5, QUIET | overrides)
    members = world.truth.groupby("household_id")["person_id"].nunique()
    for household, phones in values(world, "phone", "household_id", "voice").items():
        if members[household] > 1:
            assert len(phones) == 1


def test_a_front_desk_is_shared_by_a_business_across_households() -> None:
    overrides = {
        "businesses.employees": 1.0,
        "businesses.on_business": 1.0,
        "businesses.front_desk": 1.0,
        "telephony.trunk": 0.0,
    }
    world = generate("retail", 5000, 5, QUIET | overrides)
    frame = world.interactions.assign(person=world.truth["person_id"]).query("channel == 'voice'")
    people = frame.dropna(subset="phone").groupby("phone")["person"].nunique()
    assert 2 < people.mean() < world.scenario.businesses.largest
    assert people.max() <= world.scenario.businesses.largest
    domains = world.interactions["email"].dropna().str.split("@").str[1]
    assert not domains.isin(["gmail.com", "yahoo.com", "outlook.com"]).any()


def test_a_recycled_phone_has_one_owner_at_a_time() -> None:
    overrides = {"lives.phone_change": 0.5, "lives.recycled": 1.0, "lives.recycle_days": 30}
    world = generate("retail", 30_000, 5, QUIET | overrides)
    frame = world.interactions.assign(person=world.truth["person_id"]).dropna(subset="phone")
    spans = frame.groupby(["phone", "person"])["occurred_at"].agg(["min", "max"]).reset_index()
    spans = spans.sort_values(["phone", "min"])
    follows = (spans["phone"] == spans["phone"].shift()).to_numpy()
    pause = (spans["min"] - spans["max"].shift()).dt.days.to_numpy()[follows]
    assert len(pause) > 100
    assert pause.min() >= world.scenario.lives.recycle_days - 1
