"""Profiles say what a dataset looks like, and nothing about anybody in it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import synthetic
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset, in_memory
from idlab.errors import BadInput
from idlab.evaluate import tape_of
from idlab.profile import Profile, differences, distance, profile_of
from idlab.profile.gathering import LEAST

CONFIG = ScoringConfig.load(Path(__file__).parents[2] / "configs" / "default.json")


@pytest.fixture(scope="module")
def world() -> Dataset:
    return synthetic.generate("retail", interactions=3000, seed=5).dataset


@pytest.fixture(scope="module")
def profile(world: Dataset) -> Profile:
    return profile_of(world, CONFIG)


def records(world: Dataset) -> list[dict[str, object]]:
    """Every interaction as a dictionary of normalised values, in the order handled."""
    tape = tape_of(world, CONFIG)
    table = tape.record.reshape(tape.n_interactions, -1)
    rows = world.interactions.iloc[world.order]
    people = world.person[world.order]
    return [
        {"channel": channel, "time": time, "person": int(person)}
        | {
            field.name: (None if value < 0 else value)
            for field, value in zip(CONFIG.fields, values, strict=True)
        }
        for channel, time, person, values in zip(
            rows["channel"], rows["occurred_at"], people, table.tolist(), strict=True
        )
    ]


def test_fill_rates_and_shares_are_those_counted_one_by_one(world: Dataset, profile: Profile) -> None:
    found = records(world)
    rows = Counter(str(one["channel"]) for one in found)
    for channel, count in rows.items():
        assert profile.statistics[f"channel.{channel}"].value == pytest.approx(count / len(found))
        for field in ("phone", "email", "full_name", "cookie_id"):
            filled = sum(one["channel"] == channel and one[field] is not None for one in found)
            assert profile.statistics[f"fill.{channel}.{field}"].value == pytest.approx(filled / count)


def test_sharing_is_that_counted_one_by_one(world: Dataset, profile: Profile) -> None:
    found = records(world)
    for field in ("phone", "email", "cookie_id"):
        people: dict[object, list[int]] = defaultdict(list)
        again = 0
        for one in found:
            if one[field] is not None:
                again += one[field] in people
                people[one[field]].append(int(one["person"]))  # type: ignore[call-overload]
        twice = [holders for holders in people.values() if len(holders) > 1]
        several = sum(len(set(holders)) > 1 for holders in twice)
        assert profile.statistics[f"with several people.{field}"].value == pytest.approx(several / len(twice))
        filled = sum(map(len, people.values()))
        assert profile.statistics[f"seen before.{field}"].value == pytest.approx(again / filled)
        alone = sum(len(holders) == 1 for holders in people.values())
        assert profile.statistics[f"rows per value.{field}.1"].value == pytest.approx(alone / filled)


def test_contacts_are_counted_by_person(world: Dataset, profile: Profile) -> None:
    contacts = Counter(world.person.tolist())
    mean = profile.statistics["mean of contacts per person"].value
    assert mean == pytest.approx(len(world) / len(contacts))
    assert profile.people == len(contacts)
    shares = [one.value for name, one in profile.statistics.items() if name.startswith("contacts per person")]
    assert sum(shares) == pytest.approx(1.0)


def test_levels_of_neighbours_are_those_the_core_gives_equal_values(profile: Profile) -> None:
    exact = profile.statistics["agreement.same person.full_name.first and last"].value
    assert 0.2 < exact < 0.9
    for name in profile.statistics:
        if name.startswith("agreement."):
            prefix = name.rpartition(".")[0]
            parts = [one.value for other, one in profile.statistics.items() if other.startswith(prefix + ".")]
            assert sum(parts) == pytest.approx(1.0), prefix


def test_without_truth_nothing_is_said_of_people(world: Dataset) -> None:
    plain = profile_of(in_memory(world.interactions), CONFIG)
    assert plain.people is None
    assert not [name for name in plain.statistics if "person" in name or "people" in name]


def test_no_identifier_is_in_a_profile(world: Dataset, profile: Profile) -> None:
    text = profile.to_json().lower()
    for column in ("phone", "email", "full_name", "cookie_id", "ip_address", "interaction_id"):
        for value in world.interactions[column].dropna().unique():
            if len(str(value)) > 5:  # a nickname such as "Al" is a part of other words
                assert str(value).lower() not in text, column


def test_of_a_handful_nothing_is_said() -> None:
    moment = pd.Timestamp("2026-01-05T09:30Z")
    rows = range(LEAST - 1)
    few = pd.DataFrame({"interaction_id": [f"i{n}" for n in rows], "occurred_at": moment, "channel": "sms"})
    few["phone"] = [f"+1202555{n:04}" for n in rows]
    assert profile_of(in_memory(few), CONFIG).statistics == {}


def test_a_profile_survives_its_file(profile: Profile, tmp_path: Path) -> None:
    path = tmp_path / "world.profile.json"
    path.write_text(profile.to_json(), encoding="utf-8")
    again = Profile.load(path)
    assert list(again.statistics) == list(profile.statistics)
    assert distance(profile, again) < 0.001


def test_a_world_is_near_another_of_its_scenario_and_far_from_another_scenario(profile: Profile) -> None:
    alike = profile_of(synthetic.generate("retail", interactions=3000, seed=6).dataset, CONFIG)
    other = profile_of(synthetic.generate("b2b_frontdesk", interactions=3000, seed=6).dataset, CONFIG)
    assert distance(profile, profile) == 0.0
    assert distance(profile, alike) < 1.5
    assert distance(profile, other) > 2.5
    steps = [abs(one.steps) for one in differences(profile, other)]
    assert steps == sorted(steps, reverse=True)
    assert np.isfinite(steps).all()


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "idlab.profile/9"},
        {"rows": "many"},
        {"rows": -1},
        {"statistics": []},
        {"statistics": {"fill.voice.phone": [0.5]}},
        {"statistics": {"fill.voice.phone": [0.5, "x"]}},
        {"more": 1},
    ],
)
def test_what_is_no_profile_is_refused(profile: Profile, change: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(profile.document() | change), encoding="utf-8")
    with pytest.raises(BadInput, match=r"wrong\.json"):
        Profile.load(path)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    path.write_bytes(b"\xff")
    with pytest.raises(BadInput, match="idlab profile"):
        Profile.load(path)
    with pytest.raises(BadInput, match="FileNotFoundError"):
        Profile.load(tmp_path / "absent.json")
