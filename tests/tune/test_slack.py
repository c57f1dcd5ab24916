"""Weight slack: what it says of every number holds in the online engine, and where it is known it is that."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import synthetic
from idlab import MemoryStore, Resolver, ScoringConfig
from idlab.data.dataset import in_memory
from idlab.data.stream import interactions_of
from idlab.errors import BadInput
from idlab.evaluate import tape_of
from idlab.replay import replay
from idlab.tune.movable import AVERAGE, BITS, movable, with_value
from idlab.tune.slack import WeightSlack, flipped, weight_slack

SHARES = (0.02, 0.1)
INTERACTIONS = 120


@pytest.fixture(scope="module")
def world():
    return synthetic.generate("tiny", INTERACTIONS, 5).dataset


@pytest.fixture(scope="module", params=["default", "baseline"])
def config(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def found(world, config) -> WeightSlack:
    return weight_slack(tape_of(world, config), config, shares=SHARES)


def decided(world, config):
    """What the online engine decides, one interaction after the other."""
    resolver = Resolver(config, MemoryStore())
    decisions = [resolver.resolve(one) for one in interactions_of(world)]
    return [(one.outcome, one.customer_id) for one in decisions]


def test_the_online_engine_flips_so_many_where_it_says_and_fewer_short_of_it(found, world, config):
    numbers = {one.name: one for one in movable(config)}
    before = decided(world, config)

    def flips(name, value):
        after = decided(world, with_value(config, numbers[name], value))
        return sum(one != other for one, other in zip(before, after, strict=True))

    checked = 0
    for one in found.numbers[::5]:
        for side in (one.down, one.up):
            for slack in side[:2]:
                assert flips(one.name, slack.safe) < slack.decisions
                if slack.reached is not None:
                    assert flips(one.name, slack.reached) >= slack.decisions
                    checked += 1
    assert checked > 3


def test_nothing_nearer_flips_so_many(found, world, config):
    """Against a plain walk away from the number, in small steps."""
    tape = tape_of(world, config)
    before = replay(tape, config)
    numbers = {one.name: one for one in movable(config)}
    for one in found.numbers[:4]:
        for direction, side in ((-1, one.down), (1, one.up)):
            slack = side[2]
            for by in np.linspace(0, min(slack.by, 8.0), 25):
                value = numbers[one.name].moved(direction * by)
                assert (
                    flipped(before, replay(tape, with_value(config, numbers[one.name], value)))
                    < slack.decisions
                )


def test_values_lie_in_order_and_near_each_other(found, config):
    numbers = {one.name: one for one in movable(config)}
    assert {one.name for one in found.numbers} == set(numbers)
    assert all(one.unit == (BITS if config.name == "default" else AVERAGE) for one in found.numbers)
    for one in found.numbers:
        number = numbers[one.name]
        for direction, side in ((-1, one.down), (1, one.up)):
            assert [slack.decisions for slack in side] == [1, 3, 12]
            assert [slack.by for slack in side] == sorted(slack.by for slack in side)
            for slack in side:
                assert direction * (slack.safe - number.value) >= 0
                assert number.low <= slack.safe <= number.high
                if slack.reached is None:
                    assert slack.by == min(16.0 if one.unit == BITS else 1.0, number.room(direction))
                elif slack.by > 0 and not number.is_probability:
                    assert 1 < (slack.reached - number.value) / (slack.safe - number.value) <= 1.1 + 1e-9


def test_the_least_slack_comes_first(found):
    by_share = [one.least(2) for one in found.numbers]
    assert by_share == sorted(by_share) and by_share[0] < math.inf
    some = found.numbers[0]
    assert some.least(0) <= some.least(1) <= some.least(2)
    sides = [slack.by for slack in (some.down[2], some.up[2]) if slack.reached is not None]
    assert some.least(2) == min(sides)


def one_field(phone, prior, odds):
    """A config that compares phones alone; ``odds`` are the bits at which it merges."""
    levels = [
        {"name": "exact", "when": {"equal": "e164"}, "weight": phone},
        {"name": "else", "weight": -1.0},
    ]
    return ScoringConfig.parse(
        {
            "schema": "idlab.scoring/1",
            "name": "one field",
            "fields": [{"name": "phone", "kind": "phone", "levels": levels}],
            "keys": [{"on": ["phone.e164"]}],
            "model": {"kind": "fellegi_sunter", "prior": prior},
            "decide": {"merge_at": 1 / (1 + 2**-odds), "pending_at": 0.01},
            "guards": {"max_distinct_names": None},
        }
    )


@settings(max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(phone=st.floats(11.5, 20.0), prior=st.floats(-8.0, -5.0), odds=st.floats(1.0, 3.4))
def test_two_calls_from_one_phone_flip_where_the_weight_passes_the_threshold(phone, prior, odds):
    config = one_field(phone, prior, odds)
    moments = pd.to_datetime(["2026-01-05T09:30Z", "2026-01-06T09:30Z"])
    calls = pd.DataFrame({"interaction_id": ["a", "b"], "occurred_at": moments, "channel": "sms"})
    tape = tape_of(in_memory(calls.assign(phone="+12025550143")), config)
    found = {one.name: one for one in weight_slack(tape, config, shares=[1.0]).numbers}
    room = phone + prior - odds
    for name in ("phone/exact/weight", "model/prior"):
        slack = found[name].down[0]
        assert slack.by <= room + 1e-9 and slack.decisions == 1
        assert found[name].value - slack.reached >= room - 1e-9
        assert found[name].up[0].reached is None
        assert found[name].down[1].reached is None and found[name].down[1].decisions == 2
    threshold = found["decide/merge_at"].up[0]
    assert threshold.by <= room + 1e-6 and bits(threshold.reached) >= phone + prior - 1e-6
    assert found["phone/else/weight"].least(0) == math.inf


def bits(probability):
    return math.log2(probability / (1 - probability))


def test_moving_a_number_stays_within_what_is_valid(config):
    for number in movable(config):
        for direction in (-1, 1):
            end = number.high if direction > 0 else number.low
            assert number.moved(2 * direction * number.room(direction) + direction) == end
            for share in (0.25, 1.0):
                by = direction * share * min(number.room(direction), 16.0)
                value = number.moved(by)
                moved = bits(value) - bits(number.value) if number.is_probability else value - number.value
                assert moved == pytest.approx(by, rel=1e-6, abs=1e-9)
                with_value(config, number, value)


def test_it_reads_back_from_json(found):
    assert WeightSlack.parse(json.loads(json.dumps(found.document(), allow_nan=False))) == found


def test_a_number_asked_for_alone_comes_out_as_among_all(found, world, config):
    asked = {one.name: one for one in found.numbers[:2]}
    alone = weight_slack(tape_of(world, config), config, shares=SHARES, names=list(asked))
    assert {one.name: one for one in alone.numbers} == asked
    with pytest.raises(BadInput, match="'shoe size' is no number"):
        weight_slack(tape_of(world, config), config, names=["shoe size"])


@pytest.mark.parametrize("shares", [(0.0,), (1.2,), (0.1, 0.01), (0.1, 0.1)])
def test_shares_that_are_none_are_refused(world, default, shares):
    with pytest.raises(BadInput, match="shares"):
        weight_slack(tape_of(world, default), default, shares=shares)
