"""Golden interactions show everything that was reached, and decide alone as they did among all."""

from __future__ import annotations

from random import Random

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idlab.bundle import GoldenDecision, decided
from idlab.data.stream import interactions_of
from idlab.evaluate import tape_of
from idlab.export.crowds import crowds
from idlab.export.document import golden_of
from idlab.export.golden import all_features, choose_golden, single_features
from idlab.export.variants import variants
from idlab.normalize.kinds import KINDS
from idlab.normalize.normalizer import FieldSpec, Normalizer
from idlab.normalize.options import NormalizeOptions, PhoneOptions
from idlab.replay import replay
from idlab.testing.configs import draw_config


def told(features):
    return {f"{feature[0]} {'/'.join(feature[1:])}" for feature in features}


@pytest.mark.parametrize("name", ["default", "baseline"])
def test_every_outcome_reason_and_level_is_reached_or_listed(name, world, request):
    config = request.getfixturevalue(name)
    choice = golden_of(config, world)
    assert set(choice.reached) | set(choice.not_reached) == told(all_features(config))
    assert not set(choice.reached) & set(choice.not_reached)
    assert set(choice.reached) == told(f for decision in choice.decisions for f in single_features(decision))
    assert len(choice.interactions) <= 300


def test_whatever_the_world_shows_is_shown(default, world):
    done = replay(tape_of(world, default), default)
    shown = {feature for i in range(len(world)) for feature in single_features(done.decision(i))}
    assert told(shown) <= set(choose_golden(default, list(interactions_of(world)), room=len(world)).reached)


def test_the_default_config_reaches_every_level_outcome_and_guard(default, world):
    not_reached = set(golden_of(default, world).not_reached)
    assert not [feature for feature in not_reached if not feature.startswith("reason ")]
    by_actions, of_the_baseline, switched_off = "reason CANNOT_LINK", "reason OLDEST", "reason NAME_TOO_MANY"
    assert {by_actions, of_the_baseline, switched_off} <= not_reached
    assert not_reached.isdisjoint(
        {f"reason {one}" for one in ("FLAGGED", "NOW_FLAGGED", "SHARED", "BRIDGED")}
    )


def test_a_key_rule_is_driven_over_its_fanout(default, world):
    keys = tuple(rule.model_copy(update={"max_fanout": 6}) for rule in default.keys)
    tight = default.model_copy(update={"keys": keys})
    assert "reason HUB" in golden_of(tight, world).reached


@given(seed=st.integers(0, 2**32))
@settings(max_examples=15)
def test_chosen_interactions_decide_alone_as_among_all(seed):
    config = draw_config(Random(seed))
    choice = choose_golden(config, crowds(config, number=25), room=80)
    assert len(choice.interactions) <= 80
    alone = [golden.decision for golden in decided(config, choice.interactions)]
    assert alone == [GoldenDecision.of(decision) for decision in choice.decisions]


def test_crowds_are_the_same_in_every_process_and_nobody_real(default):
    made = crowds(default)
    assert made == crowds(default)
    assert len({one.interaction_id for one in made}) == len(made)
    assert made == sorted(made, key=lambda one: (one.occurred_at, one.interaction_id))
    for one in made:
        assert one.phone is None or "555-01" in one.phone or "555 01" in one.phone
        assert one.email is None or one.email.rpartition("@")[2].split(".")[-2:][0] == "example"


@pytest.mark.parametrize("kind", KINDS)
def test_variants_can_be_read_and_belong_to_their_number(kind):
    reader = Normalizer([FieldSpec("field", kind)], NormalizeOptions(phone=PhoneOptions(accept="valid")))
    read = {number: [reader.value(0, raw)[0] for raw in variants(kind, number)] for number in range(1190)}
    assert all(value is not None for values in read.values() for value in values)
    own = [values[0] for values in read.values()]
    assert len(set(own)) == (400 if kind == "date" else len(own))
    assert all(len(set(values)) > 1 for values in read.values())


def test_phones_are_valid_everywhere():
    for number in range(0, 1200, 10):
        assert phonenumbers.is_valid_number(phonenumbers.parse(variants("phone", number)[0]))
