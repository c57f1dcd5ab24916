"""Golden interactions show everything that was reached, and decide alone as they did among all."""

from __future__ import annotations

from random import Random

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idlab.bundle import Bundle, BundleRefused, GoldenDecision, decided
from idlab.compiled import compiled
from idlab.evaluate import tape_of
from idlab.export.crowds import LARGEST_HUB, crowds
from idlab.export.document import golden_of
from idlab.export.edges import edges
from idlab.export.families import families
from idlab.export.features import THRESHOLDS, all_features, key_name, ruled_out, shown_by, told
from idlab.export.golden import LEAST, ROOM, choose_golden
from idlab.export.variants import variants
from idlab.normalize.kinds import KINDS
from idlab.normalize.normalizer import FieldSpec, Normalizer
from idlab.normalize.options import NormalizeOptions, PhoneOptions
from idlab.replay import encode_entries, replay
from idlab.sweep.prepared import changed
from idlab.testing.configs import draw_config
from tests.parity.bugs import BUGS
from tests.parity.planted import planted


def names(features):
    return {told(feature) for feature in features}


def check_covers(choice, config):
    """That everything a config could show is reached, ruled out or listed, and what is reached is shown."""
    reached, coverage = set(choice.reached), choice.coverage
    parts = (reached, set(coverage.unreachable), set(coverage.not_reached))
    assert set.union(*parts) == names(all_features(config))
    assert sum(map(len, parts)) == len(set.union(*parts))
    shown = names(feature for decision in choice.decisions for feature in shown_by(decision))
    assert shown == {one for one in reached if one.split(" ")[0] in ("outcome", "reason", "level")}
    assert not reached & names(ruled_out(config))


def test_everything_that_a_config_can_show_is_reached_or_listed(golden, handmade):
    check_covers(golden, handmade)


def test_everything_that_the_default_config_can_show_is_reached_or_listed(default, world):
    choice = golden_of(default, world)
    check_covers(choice, default)
    assert LEAST <= len(choice.interactions) <= ROOM
    assert {f"outcome {one}" for one in ("NEW", "MERGE", "PENDING")} <= set(choice.reached)


def test_everything_that_the_baseline_can_show_is_reached_or_listed(baseline, world):
    choice = golden_of(baseline, world)
    check_covers(choice, baseline)
    assert len(choice.interactions) >= LEAST
    assert {"reason CANNOT_LINK", "reason RIVALS", "reason BRIDGED"} <= set(choice.coverage.unreachable)
    assert "reason OLDEST" in choice.reached


def test_there_are_enough_golden_interactions_and_not_too_many(golden):
    assert LEAST <= len(golden.interactions) <= ROOM


def test_whatever_the_world_shows_is_shown(golden, handmade, world):
    done = replay(tape_of(world, handmade), handmade)
    shown = {feature for i in range(len(world)) for feature in shown_by(done.decision(i))}
    assert names(shown) <= set(golden.reached)


def test_the_handmade_config_reaches_every_outcome_level_key_guard_and_threshold(golden, handmade):
    """But for hubs of many identities, which would take seconds to verify."""
    wide = {
        f"guard max_fanout/{key_name(rule)}"
        for rule in handmade.keys
        if 2 * rule.max_fanout > LARGEST_HUB - 3
    }
    alike = {f"guard max_fanout/{key_name(rule)}" for rule in handmade.keys if len(rule.on) > 1}
    assert set(golden.coverage.not_reached) <= wide | alike
    by_actions, of_the_baseline, switched_off = "reason CANNOT_LINK", "reason OLDEST", "reason NAME_TOO_MANY"
    assert {by_actions, of_the_baseline, switched_off} == set(golden.coverage.unreachable)


def test_a_key_rule_is_driven_over_its_fanout(default):
    keys = tuple(rule.model_copy(update={"max_fanout": 6}) for rule in default.keys)
    tight = default.model_copy(update={"keys": keys})
    reached = choose_golden(tight, crowds(tight)).reached
    assert "reason HUB" in reached
    assert {f"guard max_fanout/{rule.on[0]}" for rule in keys if len(rule.on) == 1} <= set(reached)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=4)
def test_chosen_interactions_decide_alone_as_among_all(seed):
    config = draw_config(Random(seed))
    choice = choose_golden(config, crowds(config, number=12), room=80, enough=60, least=40)
    check_covers(choice, config)
    assert len(choice.interactions) <= 80
    alone = [one.decision for one in decided(config, choice.interactions)]
    assert alone == [GoldenDecision.of(decision) for decision in choice.decisions]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25)
def test_what_is_ruled_out_never_happens(seed):
    config = draw_config(Random(seed))
    made = sorted(
        [*crowds(config, number=20), *edges(config, 40, 40), *families(config, 4)],
        key=lambda one: (one.occurred_at, one.interaction_id),
    )
    done = replay(encode_entries(made, config), config)
    shown = {feature for i in range(len(made)) for feature in shown_by(done.decision(i))}
    assert not shown & ruled_out(config)


def moved(config, **numbers):
    """A config with thresholds moved in units of weight."""
    ready = compiled(config)
    at = {name: getattr(ready.rules, name) + by for name, by in numbers.items()}
    written = {name: ready.score(at[name]) if name in ("merge_at", "pending_at") else at[name] for name in at}
    return changed(config, decide=written)


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_a_threshold_moved_past_the_nearest_golden_decision_is_noticed_by_the_bundle(
    threshold, golden, handmade
):
    bundle = Bundle.of(handmade, golden=golden.interactions)
    sides = golden.coverage.thresholds[threshold]
    for distance, sign in ((sides.raised, 1), (sides.lowered, -1)):
        assert distance is not None
        assert distance < 2.5
        other = bundle.model_copy(update={"config": moved(handmade, **{threshold: sign * (distance + 1e-6)})})
        with pytest.raises(BundleRefused, match="golden decision"):
            other.verify()


def test_a_key_rule_switched_off_is_noticed_by_the_bundle(golden, handmade):
    bundle = Bundle.of(handmade, golden=golden.interactions)
    for place, off in enumerate(handmade.keys):
        if f"key {key_name(off)}" not in golden.reached:
            continue
        keys = tuple(
            rule.model_copy(update={"enabled": rule.enabled and number != place})
            for number, rule in enumerate(handmade.keys)
        )
        other = bundle.model_copy(update={"config": handmade.model_copy(update={"keys": keys})})
        with pytest.raises(BundleRefused, match="golden decision"):
            other.verify()


NOTICED = (
    "of two equal candidates the younger ranks first",
    "the margin is ignored",
    "contradictions are ignored",
    "unions may have any number of names",
    "ambiguous ones are united",
    "a provisional identity is never joined",
    "a member of the union is the runner-up",
    "flagged at the limit",
    "shared one name too late",
)
"""What of the parity test's bugs takes no action, no option that the default config leaves off, and no weight that
equals a threshold."""


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.name in NOTICED], ids=lambda bug: bug.name)
def test_a_bug_planted_into_a_decision_is_noticed_by_the_bundle(bug, golden, handmade):
    bundle = Bundle.of(handmade, golden=golden.interactions)
    with planted(bug), pytest.raises(BundleRefused, match="golden decision"):
        bundle.verify()


def test_every_bug_to_be_noticed_is_one_of_the_parity_tests():
    assert set(NOTICED) <= {bug.name for bug in BUGS}


@pytest.mark.parametrize("guard", ["max_distinct_names", "max_names_per_identifier"])
def test_a_guard_switched_off_is_noticed_by_the_bundle(guard, golden, handmade):
    guards = handmade.guards.model_copy(update={guard: None})
    bundle = Bundle.of(handmade, golden=golden.interactions)
    with pytest.raises(BundleRefused, match="golden decision"):
        bundle.model_copy(update={"config": handmade.model_copy(update={"guards": guards})}).verify()


@pytest.mark.parametrize("make", [crowds, edges, families])
def test_what_is_made_up_is_the_same_every_time_and_nobody_real(make, default):
    made = make(default)
    assert made == make(default)
    assert len({one.interaction_id for one in made}) == len(made)
    assert made == sorted(made, key=lambda one: (one.occurred_at, one.interaction_id))
    for one in made:
        assert one.phone is None or "555-01" in one.phone or "555 01" in one.phone
        assert one.email is None or one.email.rpartition("@")[2].split(".")[-2:][0] == "example"


@pytest.mark.parametrize("kind", KINDS)
def test_variants_can_be_read_and_belong_to_their_number(kind):
    reader = Normalizer([FieldSpec("field", kind)], NormalizeOptions(phone=PhoneOptions(accept="valid")))
    read = {
        number: [reader.value(0, raw)[0] for raw in variants(kind, number)] for number in range(0, 6000, 7)
    }
    assert all(value is not None for values in read.values() for value in values)
    own = [values[0] for values in read.values()]
    assert len(set(own)) == (400 if kind == "date" else len(own))
    assert all(len(set(values)) > 1 for values in read.values())


def test_phones_are_valid_everywhere():
    for number in range(0, 6000, 10):
        assert phonenumbers.is_valid_number(phonenumbers.parse(variants("phone", number)[0]))
