"""Fitting a world: what a profile tells is found, what it does not tell is named and left alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import synthetic
from idlab.cli.knobs import knobs_of
from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.profile import Profile, Statistic, distance, profile_of
from idlab.tune.world import FittedWorld, Knob, fit_world
from synthetic import load_scenario

CONFIG = ScoringConfig.load(Path(__file__).parents[2] / "configs" / "default.json")

KNOBS = [
    Knob("channels.voice.phone", 0.9, 0.0, 1.0, 0.3, told_by="fill.voice.phone"),
    Knob("landline", 0.4, 0.0, 1.0, 0.3),
    Knob("median", 2.6, 1.0, 100.0, 1.4),
    Knob("size", 9.0, 2.0, 30.0, 4.5, whole=True),
    Knob("silent", 0.5, 0.0, 1.0, 0.3),
]


def made(values: Mapping[str, float]) -> Profile:
    """A world of formulas: every statistic follows from the numbers, and none from ``silent``."""
    of = {knob.name: knob.value for knob in KNOBS} | dict(values)
    if of["landline"] > 0.95:
        raise BadInput("so many landlines are impossible")
    return Profile(
        1000,
        180,
        None,
        {
            "fill.voice.phone": Statistic(0.97 * of["channels.voice.phone"], 0.001),
            "several": Statistic(0.3 * of["landline"] ** 1.2 + 0.02 * of["median"], 0.001),
            "contacts": Statistic(1.4 * of["median"] + 0.1 * of["landline"], 0.01),
            "firms": Statistic(of["size"] / 40 + 0.05 * of["landline"], 0.001),
        },
    )


def test_what_the_profile_tells_is_found() -> None:
    target = made({"channels.voice.phone": 0.7, "landline": 0.8, "median": 4.0, "size": 15})
    found = fit_world(target, KNOBS, made)
    assert found.fitted["channels.voice.phone"].value == pytest.approx(0.7, abs=0.005)
    assert found.fitted["landline"].value == pytest.approx(0.8, abs=0.08)
    assert found.fitted["median"].value == pytest.approx(4.0, rel=0.05)
    assert found.fitted["size"].value == pytest.approx(15, abs=1)
    assert found.after < 0.5
    assert found.before > 10


def test_what_the_profile_does_not_tell_is_pinned_and_named() -> None:
    found = fit_world(made({"median": 4.0}), KNOBS, made)
    assert found.pinned == ("silent",)
    assert "silent" not in found.overrides
    assert all(fitted.deviation >= 0 for fitted in found.fitted.values())


def test_a_world_that_is_alike_stays_as_it_is() -> None:
    found = fit_world(made({}), KNOBS, made)
    assert found.before == found.after == 0.0
    assert found.overrides == {}


def test_numbers_that_do_not_go_together_are_passed_over() -> None:
    knobs = [knob._replace(value=0.9) if knob.name == "landline" else knob for knob in KNOBS]
    target = made({"landline": 0.7})
    found = fit_world(target, knobs, lambda values: made({"landline": 0.9} | dict(values)))
    assert found.after < found.before


def test_a_scenario_that_cannot_even_start_is_refused() -> None:
    with pytest.raises(BadInput, match="impossible"):
        fit_world(made({}), KNOBS, lambda values: made({"landline": 1.0} | dict(values)))


def test_the_same_profile_gives_the_same_world() -> None:
    target = made({"median": 3.3, "size": 12})
    assert fit_world(target, KNOBS, made) == fit_world(target, KNOBS, made)


def test_progress_is_told_for_every_number() -> None:
    told: list[str] = []
    fit_world(made({"median": 4.0}), KNOBS, made, count=lambda doing, done, total: told.append(doing))
    searched = [f"looking at {knob.name}" for knob in KNOBS if not knob.told_by]
    assert [one for one in told if one.startswith("looking")] == searched


def test_every_number_of_a_scenario_is_a_knob_within_its_range() -> None:
    knobs = knobs_of(load_scenario("retail"))
    assert len(knobs) > 150
    assert len({knob.name for knob in knobs}) == len(knobs)
    for knob in knobs:
        assert knob.low <= knob.value <= knob.high, knob.name
        assert knob.spread > 0
    assert "days" not in {knob.name for knob in knobs}


def fitted_to_unusual(names: tuple[str, ...] | None, rows: int) -> tuple[Profile, FittedWorld]:
    """A world of unusual rates, profiled, and what was fitted to its profile from another seed."""
    unusual = {
        "channels.voice.phone": 0.70,
        "channels.webchat.email": 0.80,
        "channels.voice.share": 0.30,
        "households.landline": 0.75,
        "contacts.median": 4.0,
    }

    def profiled(seed: int, values: Mapping[str, float]) -> Profile:
        return profile_of(synthetic.generate("retail", rows, seed, values).dataset, CONFIG, most_pairs=500)

    target = profiled(99, unusual)
    knobs = [
        knob
        for knob in knobs_of(load_scenario("retail"))
        if names is None or knob.told_by or knob.name in names
    ]
    return target, fit_world(target, knobs, lambda values: profiled(1, values))


def check_recovered(target: Profile, found: FittedWorld) -> None:
    fills = [name for name in target.statistics if name.startswith("fill.")]
    for name in fills:
        rows = target.statistics[name].deviation
        apart = abs(found.profile.statistics[name].value - target.statistics[name].value)
        assert apart < 0.02 + 2 * rows, name
    for name, allowed in (("with several people.phone", 0.20), ("mean of contacts per person", 0.10)):
        wanted, got = target.statistics[name].value, found.profile.statistics[name].value
        assert abs(got - wanted) < allowed * wanted, name
    assert found.after < min(1.3, found.before)


STRUCTURE = (
    "contacts.median",
    "contacts.spread",
    "households.landline",
    "households.landline_use",
    "households.size_weights.0",
    "businesses.employees",
    "rhythm.follow_up",
)


def test_fitting_recovers_known_rates() -> None:
    check_recovered(*fitted_to_unusual(STRUCTURE, 8000))


@pytest.mark.slow
def test_fitting_recovers_known_rates_with_every_number_open() -> None:
    target, found = fitted_to_unusual(None, 10_000)
    check_recovered(target, found)
    for name in ("channels.voice.phone", "channels.webchat.email"):
        assert found.fitted[name].value == pytest.approx(
            {"channels.voice.phone": 0.70}.get(name, 0.80), abs=0.02
        )
    assert distance(target, found.profile) == found.after
