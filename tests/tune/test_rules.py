"""The space file: what it opens, pins and ties, and what it says of what it cannot understand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.trial import FixedTrial

from idlab.errors import BadInput
from idlab.tune import AT_BASE, Range, SearchSpace, SpaceRules, Tie
from idlab.tune.opening import CLOSED
from idlab.tune.parameter import Choice, Real, Whole
from tests.tune.test_space import drawn, edited

FILE = """
rest: pinned
open:
  phone/exact/weight: [8, 16]
  decide/margin:                      # the range that it has by default
  keys/phone.e164/max_fanout: {low: 10, high: 1000, log: true}
  decide/on_rivals: [bridge, pending]
  keys/*/enabled:
pin:
  guards/max_distinct_names: null     # no limit
  decide/bridge_at: -6.5
tie:
  cookie_id/exact/weight: {to: phone/exact/weight, plus: -2}
  email/exact/weight: phone/exact/weight
"""


@pytest.fixture(scope="module")
def default(default):
    """The default config with numbers that these tests know."""
    return edited(default, decide={"merge_at": 0.9, "pending_at": 0.7, "margin": 3.0, "on_rivals": "bridge"})


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("rules") / "space.yaml"
    path.write_text(FILE)
    return path


def test_a_file_opens_pins_and_ties(default, file):
    space = SearchSpace(default, rules=SpaceRules.load(file))
    found = {parameter.name: parameter for parameter in space.parameters}
    assert set(found) == {
        "phone/exact/weight",
        "decide/margin",
        "keys/phone.e164/max_fanout",
        "decide/on_rivals",
        *(f"keys/{' + '.join(rule.on)}/enabled" for rule in default.keys),
    }
    weight, fanout = found["phone/exact/weight"], found["keys/phone.e164/max_fanout"]
    assert isinstance(weight, Real) and (weight.low, weight.high) == (8.0, 16.0)
    assert isinstance(fanout, Whole) and (fanout.low, fanout.high, fanout.log) == (10, 1000, True)
    by_default = {parameter.name: parameter for parameter in SearchSpace(default).parameters}
    assert found["decide/margin"] == by_default["decide/margin"]


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_whatever_is_drawn_keeps_pins_and_ties(default, file, seed):
    space = SearchSpace(default, rules=SpaceRules.load(file), name="tried")
    config = space.suggest(FixedTrial(drawn(space, seed)))
    weights = {(field.name, level.name): level.weight for field in config.fields for level in field.levels}
    phone = weights["phone", "exact"]
    assert weights["cookie_id", "exact"] == phone - 2
    assert weights["email", "exact"] == phone
    assert config.guards.max_distinct_names is None
    assert config.decide.bridge_at == -6.5
    assert config.decide.pending_at == default.decide.pending_at
    assert config.model.prior == default.model.prior
    assert space.holds(config)


def test_what_is_pinned_or_tied_otherwise_is_not_held(default):
    pinned = SearchSpace(default, rules=SpaceRules(pin={"decide/margin": 1.5}))
    assert not pinned.holds(default)
    assert pinned.holds(edited(default, decide={"margin": 1.5}))
    band = SpaceRules(
        open={"decide/pending_at": [0.5, 0.8]}, tie={"decide/merge_at": Tie("decide/pending_at", 1.0, 0.1)}
    )
    tied = SearchSpace(default, rules=band)
    assert not tied.holds(default)
    assert tied.holds(edited(default, decide={"merge_at": default.decide.pending_at + 0.1}))
    narrow = SearchSpace(default, rules=SpaceRules(open={"decide/margin": [0, 1]}))
    assert not narrow.holds(default)


def test_at_base_and_patterns_pin_what_stands_there(default):
    space = SearchSpace(default, rules=SpaceRules(pin={"guards/*": AT_BASE, "*/weight": AT_BASE}))
    names = {parameter.name for parameter in space.parameters}
    assert names and not any(name.startswith("guards/") or name.endswith("/weight") for name in names)
    assert space.holds(default)


def test_an_exact_name_beats_a_pattern(default):
    rules = SpaceRules.parse({"pin": ["guards/*"], "open": {"guards/guard_when": None}})
    names = [parameter.name for parameter in SearchSpace(default, rules=rules).parameters]
    assert [name for name in names if name.startswith("guards/")] == ["guards/guard_when"]


def test_what_is_closed_by_default_can_be_opened(default):
    for name in CLOSED:
        assert name not in {parameter.name for parameter in SearchSpace(default).parameters}
        opened = SearchSpace(default, rules=SpaceRules(open={name: None}))
        assert name in {parameter.name for parameter in opened.parameters}
        assert opened.holds(default)


def test_choices_are_those_that_are_listed(default):
    rules = SpaceRules(open={"guards/same_name_level": ["near", "partial"]})
    (level,) = (
        one for one in SearchSpace(default, rules=rules).parameters if one.name == "guards/same_name_level"
    )
    assert isinstance(level, Choice) and level.choices == ("near", "partial")


def test_a_range_may_leave_an_end_as_it_is(default):
    (margin,) = (
        one
        for one in SearchSpace(default, rules=SpaceRules(open={"decide/margin": Range(low=1)})).parameters
        if one.name == "decide/margin"
    )
    assert isinstance(margin, Real) and (margin.low, margin.high) == (1.0, 12.0)


def test_the_record_of_rules_is_json_and_tells_them_apart(default):
    one = SpaceRules.parse({"open": {"decide/margin": {"low": 1}}, "pin": ["guards/*"], "tie": {"a": "b"}})
    assert json.loads(json.dumps(one.document())) == one.document()
    assert one.document() != SpaceRules.parse({"pin": ["guards/*"]}).document()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([1], "is no mapping; write it with rest, open, pin, tie"),
        ({"opne": {}}, "'opne' is no key here; valid are rest, open, pin, tie"),
        ({"rest": "shut"}, "rest is 'shut'; valid are open and pinned"),
        ({"pin": 3}, "pin is 3; write a list of names"),
        ({"open": {"phone/exat/weight": None}}, "did you mean 'phone/exact/weight'.*valid are .*model/prior"),
        ({"pin": ["guard/*"]}, r"'guard/\*' is no parameter.*valid are "),
        ({"tie": {"model/prior": "nothing"}}, "'nothing' is no parameter"),
        ({"tie": {"model/prior": {"plus": 3}}}, "write the other's name, or to, times and plus"),
        ({"tie": {"model/prior": "decide/on_rivals"}}, "decide/on_rivals is of another kind"),
        ({"tie": {"model/prior": "decide/margin", "decide/margin": "model/prior"}}, "is tied itself"),
        ({"open": {"decide/margin": [5, 1]}}, "got 5 to 1; low is above high"),
        ({"open": {"decide/margin": [1, 2, 3]}}, r"got 1, 2, 3; write \[low, high\]"),
        ({"open": {"decide/margin": "wide"}}, "got 'wide'"),
        ({"open": {"decide/margin": {"lo": 1}}}, "'lo' is no key here; valid are low, high, log"),
        ({"open": {"decide/margin": {"low": 0, "log": True}}}, "low must be above 0 on a logarithmic scale"),
        ({"open": {"decide/margin": ["a", "b"]}}, "'a' is no number"),
        ({"open": {"decide/margin": [0, 2000]}}, "decide.margin: .*less than or equal to 1000"),
        ({"open": {"guards/name_min_count": [1, 2.5]}}, "2.5 is no whole number"),
        ({"open": {"decide/on_rivals": {"low": 1}}}, "it is a choice of bridge, pending"),
        ({"open": {"decide/on_rivals": ["oldest"]}}, "'oldest' is for the baseline only"),
        ({"pin": {"decide/max_links": 0}}, "max_links: .*greater than or equal to 1"),
        ({"pin": ["guards/*"], "open": ["guards/*"]}, "stands under open and pin; name it under one"),
        (
            {"tie": {"cookie_id/exact/weight": {"to": "phone/exact/weight", "plus": 99}}},
            "less than or equal to 100",
        ),
    ],
)
def test_what_cannot_be_understood_is_refused_in_one_line(default, document, message):
    with pytest.raises(BadInput, match=f"(?s)mine.yaml.*{message}") as refused:
        SearchSpace(default, rules=SpaceRules.parse(document, where="mine.yaml"))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: [", "space.yaml: is no YAML in line 1"), (None, r"cannot be read \(No such file")],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, text, message):
    path = tmp_path / "space.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BadInput, match=message):
        SpaceRules.load(path)


def test_an_empty_file_says_nothing(tmp_path, default):
    path = tmp_path / "space.yaml"
    path.write_text("# nothing\n")
    opened = SearchSpace(default, rules=SpaceRules.load(path)).parameters
    assert opened == SearchSpace(default).parameters
