"""The three worlds of a study share nobody."""

from __future__ import annotations

import numpy as np
import pytest

import synthetic
from idlab.data.dataset import in_memory
from idlab.errors import BadInput
from idlab.evaluate import tape_of
from idlab.tune.holdout import joining_values, streams_of, worlds_of


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


def test_what_one_component_joins_is_parted_by_person_and_says_so(default):
    world = synthetic.generate("retail", 300, 4)
    frame = world.interactions.assign(phone="+1 212 555 0100")
    dataset = in_memory(frame, truth=world.truth)
    worlds = worlds_of(dataset, default, 1)
    assert worlds.origin["how"] == "parted by persons"
    assert worlds.origin["largest_component"] == 1.0
    people = [set(part.truth["person_id"]) for part in (*worlds.tuning, worlds.choice, worlds.hold_out)]
    assert not people[0] & people[1] and not people[0] & people[2] and not people[1] & people[2]


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
