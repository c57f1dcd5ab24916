"""Each scenario is what its name says, and none has a value that hundreds of people hold."""

from __future__ import annotations

import pandas as pd
import phonenumbers
import pytest

from synthetic import World, generate, scenario_names

ROWS = 20_000
FIELDS = ("phone", "email", "cookie_id", "ip_address")


@pytest.fixture(scope="module")
def worlds() -> dict[str, World]:
    return {name: generate(name, ROWS, 4, like=["clean"]) for name in scenario_names()}


def holders(world: World, field: str) -> pd.Series:
    frame = world.interactions[[field]].assign(person=world.truth["person_id"]).dropna()
    return frame.groupby(field)["person"].nunique()


def sharing(world: World, field: str) -> float:
    """The share of people with a value that somebody else has as well."""
    frame = world.interactions[[field]].assign(person=world.truth["person_id"]).dropna()
    shared = frame[field].map(holders(world, field)) > 1
    return frame.loc[shared, "person"].nunique() / frame["person"].nunique()


def test_no_value_is_held_by_hundreds(worlds: dict[str, World]) -> None:
    for name, world in worlds.items():
        for field in FIELDS:
            assert holders(world, field).max() < 100, (name, field)


def test_the_scenarios_share_as_they_should(worlds: dict[str, World]) -> None:
    phones = {name: sharing(world, "phone") for name, world in worlds.items()}
    assert phones["retail"] < phones["household_telecom"] < phones["adversarial"]
    assert phones["b2b_frontdesk"] > 3 * phones["retail"]
    mail = {name: sharing(world, "email") for name, world in worlds.items()}
    assert mail["b2b_frontdesk"] > 0.3 > mail["retail"]


def test_adversarial_has_namesakes_on_shared_phones(worlds: dict[str, World]) -> None:
    def confusable(world: World) -> float:
        frame = world.interactions.assign(person=world.truth["person_id"]).dropna(
            subset=["phone", "full_name"]
        )
        people = frame.groupby(["phone", "full_name"])["person"].nunique()
        return float((people > 1).mean())

    rates = [confusable(worlds[name]) for name in ("adversarial", "retail")]
    assert rates[0] > 0.02
    assert rates[1] < 0.002


def test_recycled_numbers_change_hands(worlds: dict[str, World]) -> None:
    def handed_on(world: World) -> float:
        frame = world.interactions.assign(
            person=world.truth["person_id"], household=world.truth["household_id"]
        )
        frame = frame[frame["channel"].isin(["sms", "whatsapp"])].dropna(subset="phone")
        return float((frame.groupby("phone")["household"].agg(lambda held: len(set(held))) > 1).mean())

    rates = [handed_on(worlds[name]) for name in ("recycled_numbers", "retail")]
    assert rates[0] > 0.04
    assert rates[1] < 0.01


def test_international_numbers_are_of_five_regions_and_mostly_readable() -> None:
    world = generate("international", 6000, 4, like=["clean"])
    phones = world.interactions["phone"].dropna().unique()
    regions = [phonenumbers.region_code_for_number(phonenumbers.parse(phone)) for phone in phones]
    assert set(regions) == {"US", "GB", "DE", "MX", "IN"}
    names = world.interactions["full_name"].dropna()
    assert 0.05 < names.str.contains("[\u0900-\u097f]", regex=True).mean() < 0.3


def test_where_the_region_is_known_a_national_number_is_the_right_one() -> None:
    only = {"noise.no_country_code": 1.0, "businesses.employees": 0.0, "telephony.spoofed": 0.0}
    written = generate("international", 6000, 4, only, ["clean"]).interactions
    meant = generate("international", 6000, 4, {**only, "noise.no_country_code": 0.0}, ["clean"]).interactions
    assert written["region"].equals(meant["region"])
    known = (
        written["phone"].notna() & written["region"].notna() & ~written["phone"].str.startswith("+", na=False)
    )
    assert known.sum() > 1000
    for phone, region, whole in zip(
        *(column[known] for column in (written["phone"], written["region"], meant["phone"])), strict=True
    ):
        parsed = phonenumbers.parse(phone, region)
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == whole


def test_tiny_shows_everything_in_a_month() -> None:
    world = generate("tiny", 300, 1)
    span = world.interactions["occurred_at"].max() - world.interactions["occurred_at"].min()
    assert span.days <= 33
    assert world.interactions["email"].str.startswith(("info@", "office@", "orders@"), na=False).any()
    assert world.interactions["interaction_id"].str.contains("#").any()
