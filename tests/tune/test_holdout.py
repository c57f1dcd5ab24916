"""The worlds of a study share nobody, however they come to be."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import synthetic
from idlab.data.dataset import in_memory
from idlab.errors import BadInput
from idlab.evaluate import tape_of
from idlab.tune.holdout import worlds_of, worlds_of_all
from idlab.tune.streams import joining_values, streams_of


def again(recipe, seed):
    return synthetic.generate(recipe["scenario"], recipe["interactions"], seed, recipe["overrides"]).dataset


def test_a_synthetic_dataset_is_tuned_on_whole_and_the_others_are_fresh(retail, default):
    worlds = worlds_of(retail, default, 1, again)
    assert worlds.tuning == (retail,)
    assert worlds.origin["how"] == "generated"
    parts = [*worlds.tuning, worlds.choice, worlds.hold_out]
    assert len({part.digest for part in parts}) == len({part.manifest.seed for part in parts}) == 3
    assert {len(part) for part in parts} == {len(retail)}


def test_every_report_has_a_hold_out_world_of_its_own_and_the_choice_stays(retail, default):
    first, second = (worlds_of(retail, default, 1, again, used) for used in (0, 1))
    assert first.choice.digest == second.choice.digest
    assert first.hold_out.digest != second.hold_out.digest


def parts_of(worlds):
    return [*worlds.tuning, *worlds.choices, *worlds.hold_outs]


def shared(parts, column):
    """What two of the parts have in common in a column of the truth."""
    sets = [set(part.truth[column].dropna()) for part in parts]
    return [one & other for place, one in enumerate(sets) for other in sets[:place] if one & other]


def test_parts_share_neither_person_nor_key_nor_counted_identifier(default):
    world = synthetic.generate(
        "retail", 1500, 4, {"households.landline": 0.0, "businesses.employees": 0.0}
    ).dataset
    worlds = worlds_of(world, default, 1)
    assert worlds.origin["how"] == "parted by persons and identifiers"
    parts = [*worlds.tuning, worlds.choice, worlds.hold_out]
    assert sum(map(len, parts)) == len(world)
    tape = tape_of(world, default)
    joining, place = joining_values(tape, default), {name: i for i, name in enumerate(tape.ids)}
    rows = [[place[name] for name in part.ids.to_pylist()] for part in parts]
    people = world.person[world.order]
    for one in range(3):
        for other in range(one):
            assert not set(people[rows[one]]) & set(people[rows[other]])
            for column in range(joining.shape[1]):
                shared = set(joining[rows[one], column]) & set(joining[rows[other], column])
                assert shared <= {-1}


def test_what_one_component_joins_is_parted_by_person_and_household_and_says_so(default):
    world = synthetic.generate("retail", 300, 4)
    frame = world.interactions.assign(phone="+1 212 555 0100")
    worlds = worlds_of(in_memory(frame, truth=world.truth), default, 1)
    assert worlds.origin["how"] == "parted by persons and households"
    assert worlds.origin["largest_component"] == 1.0
    assert not shared(parts_of(worlds), "person_id")
    assert not shared(parts_of(worlds), "household_id")


def test_one_household_of_all_is_parted_by_person_alone(default):
    world = synthetic.generate("retail", 300, 4)
    frame = world.interactions.assign(phone="+1 212 555 0100")
    worlds = worlds_of(in_memory(frame, truth=world.truth.assign(household_id="h")), default, 1)
    assert worlds.origin["how"] == "parted by persons"
    assert not shared(parts_of(worlds), "person_id")


def test_households_stay_together_where_identifiers_do_not_join_them(default):
    world = synthetic.generate("retail", 1500, 4, {"businesses.employees": 0.0})
    worlds = worlds_of(in_memory(world.interactions, truth=world.truth), default, 1)
    assert worlds.origin["how"].startswith("parted by persons and")
    assert not shared(parts_of(worlds), "household_id")


@pytest.mark.parametrize("seed", [4, 5])
def test_split_by_time_each_part_ends_before_the_next_begins_and_shares_nobody(default, seed):
    world = synthetic.generate("retail", 1500, seed, {"businesses.employees": 0.0})
    dataset = in_memory(world.interactions, truth=world.truth)
    worlds = worlds_of(dataset, default, 1, split="time")
    parts = parts_of(worlds)
    times = [part.interactions["occurred_at"] for part in parts]
    assert all(one.max() < other.min() for one, other in pairwise(times))
    assert not shared(parts, "person_id") and not shared(parts, "household_id")
    assert worlds.origin["split"] == "time"
    assert sum(map(len, parts)) + worlds.origin["left_out"] == len(dataset)
    assert worlds.origin["left_out"] > 0


def test_split_by_time_keeps_of_the_people_of_a_part_all_that_happened_in_its_period(default):
    world = synthetic.generate("retail", 1500, 4, {"businesses.employees": 0.0})
    dataset = in_memory(world.interactions, truth=world.truth)
    by_people = parts_of(worlds_of(dataset, default, 1))
    by_time = parts_of(worlds_of(dataset, default, 1, split="time"))
    quarters = dataset.interactions["occurred_at"].quantile([0, 0.5, 0.75, 1]).tolist()
    for part, whole, since, until in zip(by_time, by_people, quarters, quarters[1:], strict=False):
        at = whole.interactions["occurred_at"]
        inside = set(whole.interactions["interaction_id"][(at > since) & (at < until)])
        assert inside <= set(part.interactions["interaction_id"]) <= set(whole.interactions["interaction_id"])
    assert by_time[2].interactions["occurred_at"].min() > quarters[1]


@pytest.mark.parametrize("generate", [None, again])
def test_an_unknown_split_is_refused(generate, retail, default):
    with pytest.raises(BadInput, match="'weeks' is no split; valid are people, time"):
        worlds_of(retail, default, 1, generate, split="weeks")


def test_worlds_of_one_recipe_share_a_choice_and_a_hold_out_world(default):
    drawn = [synthetic.generate(name, 200, seed).dataset for seed in (1, 2) for name in ("retail", "tiny")]
    worlds = worlds_of_all(drawn, default, 1, again)
    assert worlds.tuning == tuple(drawn)
    assert len(worlds.choices) == len(worlds.hold_outs) == 2
    assert [one["recipe"]["scenario"] for one in worlds.origin["each"]] == ["retail", "tiny"]
    assert len({part.digest for part in parts_of(worlds)}) == 8
    alone = worlds_of(drawn[0], default, 1, again)
    assert (worlds.choice.digest, worlds.hold_out.digest) == (alone.choice.digest, alone.hold_out.digest)


def test_a_parted_dataset_beside_generated_ones_is_named_first_and_keeps_its_recipe_out(default):
    made = synthetic.generate("retail", 1500, 4, {"businesses.employees": 0.0})
    own = in_memory(made.interactions, truth=made.truth)
    drawn = synthetic.generate("tiny", 200, 1).dataset
    worlds = worlds_of_all([drawn, own], default, 1, again)
    assert worlds.origin["how"].startswith("parted")
    assert worlds.tuning[0] is drawn and len(worlds.tuning[1]) < len(own)
    assert ["recipe" in one for one in worlds.origin["each"]] == [True, False]


def test_too_few_persons_are_refused(default):
    world = synthetic.generate("retail", 300, 4)
    dataset = in_memory(world.interactions, truth=world.truth.assign(person_id="p"))
    with pytest.raises(BadInput, match="1 known persons are too few"):
        worlds_of(dataset, default, 1)


def test_streams_never_meet(retail, default):
    tape = tape_of(retail, default)
    stream, joining = streams_of(tape, default), joining_values(tape, default)
    for column in joining.T:
        for value in np.unique(column[column >= 0]):
            assert len(set(stream[column == value])) == 1
