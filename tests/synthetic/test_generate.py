"""Worlds as a whole: their shape, their truth, what was done to them, and how bad input is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from idlab.data.dataset import handling_order, read_dataset
from idlab.errors import BadInput
from idlab.model import BUILT_IN_FIELDS, CHANNELS
from synthetic import World, generate, load_scenario
from synthetic.noise import CATALOGUE

COLUMNS = [
    "interaction_id", "occurred_at", "channel", "conversation_id", "participant_id",
    "phone", "email", "full_name", "cookie_id", "ip_address", "region",
]  # fmt: skip
BY_DAY = ("phone", "cookie_id", "ip_address", "email", "full_name")
"""What may change with the day of a contact: phones and names that changed by then, cookies, leases."""
KEYS = ("phone", "email", "cookie_id", "ip_address")


def corruptions_of(world: World, field: str) -> pd.Series:
    """Per row the names of what befell the field, in order."""
    recorded = world.truth["corruptions"].str.split(";")
    return recorded.map(lambda all_: [one.split(":")[1] for one in all_ if one.startswith(f"{field}:")])


def people_per_value(world: World, field: str) -> pd.Series:
    pairs = pd.DataFrame({"value": world.interactions[field], "person": world.truth["person_id"]}).dropna()
    return pairs.groupby("value")["person"].nunique()


def by_contact(world: World) -> pd.DataFrame:
    """The rows by person and place among the person's, whenever they happened."""
    frame = world.interactions.assign(person_id=world.truth["person_id"])
    frame["later"] = frame["interaction_id"].str.contains("#")
    frame["told"] = (
        frame["conversation_id"].fillna(frame["interaction_id"]).where(frame["channel"] != "crm", "")
    )
    return frame.sort_values(["person_id", "channel", "told", "later"], kind="stable").reset_index(drop=True)


def differing(one: World, other: World, field: str) -> np.ndarray:
    left, right = (world.interactions[field].fillna("").to_numpy() for world in (one, other))
    changed: np.ndarray = left != right
    return changed


def test_the_shape_is_that_of_the_dataset_format(world: World) -> None:
    frame = world.interactions
    assert list(frame.columns) == COLUMNS
    assert str(frame["occurred_at"].dtype) == "datetime64[us, UTC]"
    assert set(frame["channel"]) == set(CHANNELS)
    assert frame["interaction_id"].is_unique
    assert handling_order(world.dataset.table).tolist() == list(range(len(frame)))


def test_truth_covers_the_rows_in_their_order(world: World) -> None:
    assert world.truth["interaction_id"].tolist() == world.interactions["interaction_id"].tolist()
    assert list(world.truth.columns) == ["interaction_id", "person_id", "household_id", "corruptions"]
    assert not world.truth.isna().any().any()
    households = world.truth.groupby("person_id")["household_id"].nunique()
    assert households.max() == 2
    assert 0 < (households == 2).mean() < world.scenario.lives.moving_out


def test_ids_tell_nothing_about_the_person(world: World) -> None:
    roots = world.interactions["interaction_id"][~world.interactions["interaction_id"].str.contains("#")]
    assert roots.tolist() == [f"i-{number:08d}" for number in range(1, len(roots) + 1)]
    person = world.truth["person_id"].str[2:].astype(int).to_numpy()
    assert abs(np.corrcoef(np.arange(len(person)), person)[0, 1]) < 0.03


def test_a_revision_repeats_its_conversation_and_adds_the_email(world: World) -> None:
    frame = world.interactions.set_index("interaction_id")
    later = frame[frame.index.str.contains("#")]
    roots = frame.loc[later.index.str.partition("#").get_level_values(0)]
    assert len(later) > 300
    assert later["email"].notna().all()
    assert roots["email"].isna().all()
    for name in (
        "channel",
        "conversation_id",
        "participant_id",
        "phone",
        "full_name",
        "cookie_id",
        "ip_address",
    ):
        assert later[name].fillna("").tolist() == roots[name].fillna("").tolist()
    assert (later["occurred_at"].to_numpy() > roots["occurred_at"].to_numpy()).all()


@pytest.mark.parametrize("field", BUILT_IN_FIELDS)
def test_fields_are_filled_at_their_rates(world: World, field: str) -> None:
    frame = world.interactions
    own = frame[~frame["interaction_id"].str.contains("#")]
    for name in CHANNELS:
        channel = world.scenario.channel(name)
        rate = getattr(channel, field) * (1 - channel.learnt_later * (field == "email"))
        share = own.loc[own["channel"] == name, field].notna().mean()
        assert share == pytest.approx(rate, abs=0.025), name


def test_no_value_is_held_by_hundreds_of_people(clean_world: World) -> None:
    for field in KEYS:
        assert people_per_value(clean_world, field).max() <= 60, field


def test_identifiers_are_shared_as_the_scenario_wants(clean_world: World) -> None:
    person = clean_world.truth["person_id"]
    shared = people_per_value(clean_world, "phone")
    on_shared = person[clean_world.interactions["phone"].map(shared).fillna(1) > 1].nunique()
    assert 0.12 < on_shared / person.nunique() < 0.22
    assert shared.max() >= 8
    assert (people_per_value(clean_world, "email") > 1).mean() > 0.005
    assert (people_per_value(clean_world, "cookie_id") > 1).any()


def test_conversations_are_of_one_person(world: World) -> None:
    owners = people_per_value(world, "conversation_id")
    assert (owners == 1).all()
    crm = world.interactions["channel"] == "crm"
    assert (world.interactions["conversation_id"].isna() == crm).all()


@pytest.mark.parametrize("field", ["phone", "email", "full_name"])
def test_corruptions_recorded_are_real_and_all_that_happened(
    world: World, clean_world: World, field: str
) -> None:
    recorded = corruptions_of(world, field).map(bool).to_numpy()
    several = (corruptions_of(world, field).map(len) > 1).to_numpy()
    changed = differing(world, clean_world, field)
    assert recorded.any()
    assert not (changed & ~recorded).any()
    assert not (recorded & ~changed & ~several).any(), "only one corruption can undo another"
    assert (recorded & ~changed).sum() < 0.005 * recorded.sum()


def test_a_recorded_corruption_can_be_done_again(world: World, clean_world: World) -> None:
    for field in ("phone", "email", "full_name"):
        by_name = {entry.name: entry.corrupt for entry in CATALOGUE if entry.field == field}
        done = corruptions_of(world, field)
        for row in np.flatnonzero(done.map(len) == 1)[:200]:
            value, clean = world.interactions[field][row], clean_world.interactions[field][row]
            assert value in {by_name[done[row][0]](clean, dice) for dice in range(400)}


def test_nothing_is_recorded_where_nothing_happens(clean_world: World) -> None:
    assert (clean_world.truth["corruptions"] == "").all()


@pytest.mark.parametrize(
    ("name", "field", "channel"),
    [
        ("caller_id_form", "full_name", "voice"),
        ("formatting", "phone", "crm"),
        ("plus_tag", "email", "webchat"),
    ],
)
def test_noise_has_its_rate(world: World, name: str, field: str, channel: str) -> None:
    placeholder = corruptions_of(world, field).map(lambda names: "placeholder" in names)
    rows = (world.interactions["channel"] == channel) & world.interactions[field].notna() & ~placeholder
    befallen = corruptions_of(world, field).map(lambda names: name in names).to_numpy()
    assert befallen[rows.to_numpy()].mean() == pytest.approx(
        world.scenario.noise_rate(name, channel), abs=0.03
    )
    assert not befallen[(world.interactions["channel"] == "sms").to_numpy()].any()


@pytest.mark.parametrize(
    ("override", "fields"),
    [
        ({"households.landline": 0.9}, {"phone"}),
        ({"lives.phone_change": 0.3}, {"phone"}),
        ({"lives.email_change": 0.3}, {"email"}),
        ({"households.shared_email": 0.9}, {"email"}),
        ({"lives.mobile_network": 0.9}, {"ip_address"}),
        ({"lives.private_browsing": 0.9}, {"cookie_id"}),
        ({"channels.crm.full_name": 0.1}, {"full_name"}),
        ({"names.rare_surname": 0.9}, {"full_name", "email"}),
        ({"noise.keyboard": 0.5}, {"full_name", "email"}),
        ({"noise.formatting": 1.0}, {"phone"}),
        ({"noise.misheard": 0.5}, {"full_name"}),
        ({"noise.respelled": 0.5}, {"full_name"}),
        ({"noise.homoglyph": 0.5}, {"full_name"}),
        ({"noise.ocr": 0.5}, {"full_name", "email"}),
        ({"noise.extension": 1.0}, {"phone"}),
        ({"telephony.spoofed": 0.5}, {"phone"}),
        ({"telephony.trunk": 0.9}, {"phone"}),
        ({"lives.name_change": 0.5}, {"full_name"}),
        ({"lives.moving_house": 0.5}, {"phone", "ip_address"}),
        ({"lives.moving_out": 0.5}, {"phone", "email", "cookie_id", "ip_address"}),
        ({"lives.recycled": 0.0}, {"phone"}),
        ({"lives.short_cookie": 0.9}, {"cookie_id"}),
        ({"households.cared_for": 0.5}, {"phone", "email", "cookie_id", "ip_address"}),
        ({"households.carer_calls": 1.0}, {"phone", "email", "cookie_id", "ip_address"}),
        ({"households.suffix_told": 1.0}, {"full_name"}),
        ({"households.namesake": 0.9}, {"full_name", "email"}),
        ({"names.by_country": 1.0}, {"full_name", "email"}),
        ({"names.maternal_surname": 1.0}, {"full_name", "email"}),
        ({"channels.crm.region": 1.0}, {"region"}),
        ({"businesses.role_account": 1.0}, {"email"}),
        ({"households.twins": 1.0}, {"occurred_at", "full_name", "email", *BY_DAY}),
        ({"rhythm.gap_days": 20.0}, {"occurred_at", *BY_DAY}),
    ],
)
def test_changing_one_rate_changes_only_what_depends_on_it(
    override: dict[str, float], fields: set[str]
) -> None:
    before, after = generate("retail", 4000, 3), generate("retail", 4000, 3, override)
    left, right = by_contact(before), by_contact(after)
    assert left.index.equals(right.index)
    assert left["person_id"].equals(right["person_id"])
    changed = {name for name in COLUMNS[1:] if not left[name].equals(right[name])}
    assert changed == fields


def test_a_rate_on_one_channel_leaves_the_other_channels_alone() -> None:
    before, after = generate("retail", 4000, 3), generate("retail", 4000, 3, {"noise.keyboard.crm": 1.0})
    crm = (before.interactions["channel"] == "crm").to_numpy()
    changed = differing(before, after, "full_name")
    assert not changed[~crm].any()
    assert changed[crm].mean() > 0.8


def test_more_interactions_keep_the_people_that_fewer_had() -> None:
    few, many = (
        world.interactions.assign(person=world.truth["person_id"])
        for world in (generate("retail", 1000, 3), generate("retail", 3000, 3))
    )
    whole = few[few["person"] != few["person"].max()]
    mobile = whole[whole["channel"].isin(["sms", "whatsapp"])].groupby("person")["phone"].first()
    again = many[many["channel"].isin(["sms", "whatsapp"])].groupby("person")["phone"].agg(set)
    kept = [phone in again[person] for person, phone in mobile.items()]
    assert np.mean(kept) > 0.97


@pytest.mark.parametrize("interactions", [1, 2, 3, 10])
def test_tiny_worlds_are_whole(interactions: int) -> None:
    for seed in range(8):
        world = generate("retail", interactions, seed)
        assert len(world.interactions) == len(world.truth) == interactions


def test_exact_keys_alone_reach_part_of_the_truth(clean_world: World) -> None:
    """The best that perfect decisions could reach with keys on phone, e-mail and cookie."""
    recall = bcubed_ceiling(clean_world)
    assert 0.7 < recall < 0.9


def bcubed_ceiling(world: World) -> float:
    """B-cubed recall of joining every two rows of one person that share an exact value."""
    person = world.truth["person_id"].tolist()
    parent = list(range(len(person)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]
        return row

    for field in ("phone", "email", "cookie_id", "conversation_id"):
        holder: dict[tuple[str, str], int] = {}
        for row, value in enumerate(world.interactions[field].fillna("").tolist()):
            if value:
                parent[root(row)] = root(holder.setdefault((person[row], value), row))
    part = pd.Series([root(row) for row in range(len(person))])
    together = part.groupby(part).transform("size")
    whole = pd.Series(person).map(pd.Series(person).value_counts())
    return float((together / whole).mean())


def test_a_world_is_written_and_read_back(world: World, tmp_path: Path) -> None:
    manifest = world.write(tmp_path / "world")
    assert manifest.synthetic
    assert manifest.seed == world.seed
    read = read_dataset(tmp_path / "world", truth=True)
    assert read.digest == manifest.digest == world.dataset.digest
    pd.testing.assert_frame_equal(read.interactions[COLUMNS[:-1]], world.interactions[COLUMNS[:-1]])
    assert read.truth["person_id"].tolist() == world.truth["person_id"].tolist()


def test_a_folder_in_use_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me", "utf-8")
    with pytest.raises(BadInput, match=re.escape(str(tmp_path))):
        world.write(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"interactions": 0}, "interactions must be a whole number from 1 to 100000000, got 0"),
        ({"interactions": -5}, "got -5"),
        ({"interactions": 2.5}, "got 2.5"),
        ({"interactions": 10**9}, "got 1000000000"),
        ({"seed": -1}, "seed must be a whole number from 0 to"),
        ({"seed": "1"}, "got '1'"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as refusal:
        generate(**arguments)
    assert said in str(refusal.value)


def test_the_recipe_makes_the_world_again() -> None:
    world = generate("retail", 500, 9, {"noise.keyboard": 0.3})
    recipe = world.recipe
    again = generate(recipe["scenario"], recipe["interactions"], 9, recipe["overrides"])
    assert again.dataset.digest == world.dataset.digest
    assert again.scenario == load_scenario("retail", {"noise.keyboard": 0.3})
