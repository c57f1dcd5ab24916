"""The search space: every trial gives a valid config, and every config of the space comes from a trial."""

from __future__ import annotations

import json
from random import Random

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.trial import FixedTrial

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.replay.fingerprint import fingerprint
from idlab.testing.configs import draw_config
from idlab.tune.parameter import Choice, Real, Whole
from idlab.tune.space import SearchSpace


def edited(config: ScoringConfig, **parts: dict) -> ScoringConfig:
    document = json.loads(config.to_json())
    for name, values in parts.items():
        document[name] |= values
    return ScoringConfig.parse(document)


def drawn(space: SearchSpace, seed: int) -> dict:
    """A value for every parameter, drawn without Optuna."""
    chance = Random(seed)
    values = {}
    for parameter in space.parameters:
        if isinstance(parameter, Choice):
            values[parameter.name] = chance.choice(parameter.choices)
        elif isinstance(parameter, Whole):
            values[parameter.name] = chance.randint(parameter.low, parameter.high)
        else:
            assert isinstance(parameter, Real)
            values[parameter.name] = chance.choice(
                (parameter.low, parameter.high, chance.uniform(parameter.low, parameter.high))
            )
    return values


fellegi_sunter = (
    st.integers(0, 2**32)
    .map(lambda seed: draw_config(Random(seed)))
    .filter(lambda config: config.model.kind == "fellegi_sunter")
)


@given(base=fellegi_sunter)
def test_suggest_is_the_inverse_of_parameters_of(base):
    space = SearchSpace(base)
    assert space.suggest(FixedTrial(space.parameters_of(base))).digest == base.digest


@given(base=fellegi_sunter, seed=st.integers(0, 2**32))
def test_whatever_is_suggested_comes_back_from_its_own_parameters(base, seed):
    space = SearchSpace(base, name="tried")
    config = space.suggest(FixedTrial(drawn(space, seed)))
    assert config.name == "tried"
    assert config.decide.pending_at <= config.decide.merge_at
    assert any(rule.enabled for rule in config.keys)
    again = SearchSpace(base, starts=[config], name="tried")
    assert again.suggest(FixedTrial(again.parameters_of(config))) == config


@given(base=fellegi_sunter, seed=st.integers(0, 2**32))
def test_no_trial_needs_another_tape(base, seed):
    space = SearchSpace(base)
    config = space.suggest(FixedTrial(drawn(space, seed)))
    assert fingerprint(compiled(config)) == fingerprint(compiled(base))


def test_a_live_and_a_frozen_trial_give_the_same_config(default):
    space = SearchSpace(default)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    seen = []
    for _ in range(5):
        trial = study.ask()
        seen.append(space.suggest(trial))
        study.tell(trial, 1.0)
    assert [space.suggest(frozen) for frozen in study.trials] == seen
    assert [space.suggest(FixedTrial(frozen.params)) for frozen in study.trials] == seen
    assert len({config.digest for config in seen}) == 5


def test_every_tunable_number_is_open(default):
    numbers = ("at_least", "at_most", "days")
    guards = (
        "max_distinct_names",
        "max_names_per_identifier",
        "same_name_level",
        "name_min_count",
        "guard_when",
    )
    decide = ("merge_at", "pending_at", "margin", "bridge_at", "on_rivals", "link_on_merge")
    wanted = {
        "model/prior",
        *(f"{field.name}/{level.name}/weight" for field in default.fields for level in field.levels),
        *(
            f"{field.name}/{level.name}/{number}"
            for field in default.fields
            for level in field.levels
            for number in numbers
            if level.when is not None and getattr(level.when, number) is not None
        ),
        *(
            f"{field.name}/{level.name}/{place}/{number}"
            for field in default.fields
            for level in field.levels
            for place, part in enumerate((level.when and level.when.all) or ())
            for number in numbers
            if getattr(part, number) is not None
        ),
        *(f"decide/{name}" for name in decide),
        *(f"guards/{name}" for name in guards),
        *(
            f"keys/{' + '.join(rule.on)}/{what}"
            for rule in default.keys
            for what in ("enabled", "max_fanout")
        ),
    }
    assert {parameter.name for parameter in SearchSpace(default).parameters} == wanted


def test_ranges_are_widened_to_hold_the_starts(default):
    far = edited(
        default, model={"prior": -40.0}, guards={"max_distinct_names": None, "same_name_level": None}
    )
    space = SearchSpace(default, starts=[far])
    assert space.suggest(FixedTrial(space.parameters_of(far))).digest == far.digest
    assert space.suggest(FixedTrial(space.parameters_of(default))).digest == default.digest


def test_proposals_are_rounded_but_not_the_numbers_they_start_from(default):
    precise = edited(default, model={"prior": -7.123456789})
    space = SearchSpace(precise)
    kept = space.parameters_of(precise)
    assert space.suggest(FixedTrial(kept)).model.prior == -7.123456789
    assert space.suggest(FixedTrial(kept | {"model/prior": -6.123456789})).model.prior == -6.123


def test_all_keys_off_leaves_the_first_of_the_base_on(default):
    space = SearchSpace(default)
    off = {name: False for name in space.parameters_of(default) if name.endswith("/enabled")}
    config = space.suggest(FixedTrial(space.parameters_of(default) | off))
    assert [rule.enabled for rule in config.keys] == [True] + [False] * (len(config.keys) - 1)


def test_another_model_has_no_search_space(baseline):
    with pytest.raises(BadInput, match=r"weighted_average.*start from a fellegi_sunter"):
        SearchSpace(baseline)


def test_a_config_that_differs_in_what_is_closed_is_refused_by_its_path(default):
    document = json.loads(default.to_json())
    document["decide"]["max_links"] = 7
    other = ScoringConfig.parse(document)
    assert SearchSpace(default).difference_from(other) == "decide.max_links"
    with pytest.raises(BadInput, match=r"decide\.max_links is closed"):
        SearchSpace(default, starts=[other])
    with pytest.raises(BadInput, match=r"decide\.max_links is closed"):
        SearchSpace(default).parameters_of(other)
