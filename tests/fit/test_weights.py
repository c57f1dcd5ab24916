"""Weights from m and u, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.fit.chance import Chance
from idlab.fit.fitting import stack
from idlab.fit.levels import sessions_of
from idlab.fit.supervised import regress
from idlab.fit.weights import check_exact, evidence, fitted_config, level_fits, prior_for
from idlab.tune import SearchSpace

DEFAULT = ScoringConfig.load(Path(__file__).resolve().parents[2] / "configs" / "default.json")
SIZES = [len(field.levels) for field in DEFAULT.fields]


def chances(exact: float = 0.001) -> list[Chance]:
    shares = [np.array([exact] * (size - 1) + [1 - exact * (size - 1)]) for size in SIZES]
    return [Chance(u, np.full(u.size, 1e-5), 1e9, 1e5, 100_000) for u in shares]


def matches(each: float = 100.0) -> list[np.ndarray]:
    return [np.full(size, each) for size in SIZES]


def test_a_weight_is_the_log_of_m_over_u_and_conversations_stay() -> None:
    fits = level_fits(DEFAULT, matches(), chances())
    by_name = {(one.field, one.level): one for one in fits}
    phone = by_name["phone", "exact"]
    assert phone.m == pytest.approx(0.25) and phone.weight == pytest.approx(np.log2(0.25 / 0.001), abs=0.001)
    assert by_name["conversation", "equal"].weight == 16.0
    assert by_name["conversation", "equal"].kept is not None
    assert by_name["ip_address", "exact"].weight == 2.0  # travels with the cookie: capped


def test_what_few_have_keeps_its_weight() -> None:
    counts, by_chance = matches(), chances(exact=1e-6)
    counts[1][1] = 1.0
    counts[2] = np.full(SIZES[2], 1.0)
    fits = level_fits(DEFAULT, counts, by_chance)
    config = fitted_config(DEFAULT, fits, -7.0)
    assert config.fields[1].levels[1].weight == DEFAULT.fields[1].levels[1].weight
    assert config.fields[2] == DEFAULT.fields[2]
    assert config.fields[1].levels[2].weight != DEFAULT.fields[1].levels[2].weight
    assert config.model.prior == -7.0 and config.decide == DEFAULT.decide


def test_standard_errors_land_in_the_config_as_notes_that_decide_nothing() -> None:
    fits = level_fits(DEFAULT, matches(), chances())
    config = ScoringConfig.parse(json.loads(fitted_config(DEFAULT, fits, -7.0).to_json()))
    for field in config.fields:
        for level in field.levels:
            one = next(one for one in fits if (one.field, one.level) == (field.name, level.name))
            if one.error is None:
                assert level.fitted is None
            else:
                assert level.fitted is not None
                assert (level.fitted.weight, level.fitted.error) == (level.weight, one.error)
    assert any(one.error for one in fits) and any(one.error is None for one in fits)
    space = SearchSpace(config)
    assert (
        space.difference_from(fitted_config(DEFAULT, level_fits(DEFAULT, matches(300.0), chances()), -7.0))
        is None
    )


def test_equality_that_speaks_against_a_match_is_refused() -> None:
    counts = matches()
    counts[3] = np.array([1.0] + [10.0] * (SIZES[3] - 2) + [10_000.0])
    with pytest.raises(BadInput, match="full_name"):
        check_exact(DEFAULT, level_fits(DEFAULT, counts, chances(exact=0.01)))


def test_too_few_comparisons_and_no_overlap_are_refused() -> None:
    level = np.full((50, len(SIZES)), -1)
    level[:, 1] = 2  # the phone is equal, all else is missing
    with pytest.raises(BadInput, match="only 50 comparisons"):
        stack(DEFAULT, level, sessions_of(DEFAULT, level))
    many = np.repeat(level, 10, axis=0)
    with pytest.raises(BadInput, match="no field beside the keys"):
        stack(DEFAULT, many, sessions_of(DEFAULT, many))


def test_a_session_hides_its_key_what_travels_with_it_and_conversations() -> None:
    level = np.zeros((200, len(SIZES)), dtype=np.int64)
    level[:, 0] = 1  # another conversation
    level[:, 4] = 1  # the cookie is equal
    stacked = stack(DEFAULT, level, sessions_of(DEFAULT, level))
    cookie = stacked.sessions.index("cookie_id.value")
    of_cookie = stacked.patterns.level[stacked.patterns.session == cookie]
    assert (of_cookie[:, [0, 4, 5]] == -1).all() and (of_cookie[:, [1, 2, 3]] == 0).all()
    same_conversation = level.copy()
    same_conversation[:, 0] = 0
    assert not any(one.chosen.any() for one in sessions_of(DEFAULT, same_conversation))


def test_scores_sum_to_the_matches_that_the_prior_is_for() -> None:
    bits = np.random.default_rng(1).normal(8, 6, 500)
    prior = prior_for(bits, 321.0)
    assert (1 / (1 + 2.0 ** -(bits + prior))).sum() == pytest.approx(321.0)


def test_evidence_is_the_sum_of_weights_and_missing_adds_none() -> None:
    fits = level_fits(DEFAULT, matches(), chances())
    level = np.full((1, len(SIZES)), -1)
    assert evidence(level, fits, DEFAULT)[0] == 0.0
    level[0, 1] = 2
    assert evidence(level, fits, DEFAULT)[0] == next(
        one.weight for one in fits if (one.field, one.level) == ("phone", "exact")
    )


def test_a_regression_finds_the_bits_that_made_the_labels() -> None:
    chance = np.random.default_rng(2)
    truth = [np.array([4.0, -2.0]), np.array([1.5, 0.0, -3.0])]
    level = np.stack([chance.integers(-1, bits.size, 50_000) for bits in truth], axis=1)
    bits = sum(np.append(one, 0.0)[level[:, place]] for place, one in enumerate(truth)) - 1.0
    right = chance.random(50_000) < 1 / (1 + 2.0**-bits)
    found = regress(level, right, [2, 3], penalty=100.0)
    assert found.prior == pytest.approx(-1.0, abs=0.2)
    for one, errors, made in zip(found.bits, found.error, truth, strict=True):
        assert (np.abs(one - made) < 4 * errors + 0.02).all()
