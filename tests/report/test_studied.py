"""What a study found out, on the page: said first in words, drawn without colour, left out where there is nothing."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from idlab.metrics import Rate
from idlab.report import Subject, page_of
from idlab.report.importance import TrialImportance
from idlab.report.search import course_of
from idlab.report.sensitivity import SensitivityMap
from idlab.report.slack import SlackMap
from idlab.report.studied import study_sections
from idlab.tune.findings import FINDINGS, IMPORTANCE, SENSITIVITY, SLACK, what_matters
from idlab.tune.importance import Importance
from idlab.tune.moved import Move, Moved, Sensitivity
from idlab.tune.slack import NumberSlack, Slack, WeightSlack
from tests.report.conftest import COURSE
from tests.report.page_parts import parsed, text_of


def moved(value: object, rise: float, *, reach: float = 5.0) -> Move:
    return Move(value, 400.0 + rise, Rate(rise, rise - reach, rise + reach))


THRESHOLD = Moved("decide/merge_at", 0.9, (0.5, 0.999), (moved(0.85, 2.0), moved(0.95, 40.0)), (0.85, 0.905))
KEY = Moved("keys/phone.e164/enabled", True, None, (moved(False, 30.0),), None)
LIMIT = Moved("guards/max_distinct_names", 13, (1, 13), (moved(12, -9.0), moved(7, 1.0)), (7.0, 13.0), 13)
IDLE = Moved("phone/stale/weight", 9.0, (6.0, 12.0), (moved(8.0, 0.0), moved(10.0, 0.0)), (8.0, 10.0))
MAP = Sensitivity(400.0, 0.01, (3000, 2000), 7, (THRESHOLD, KEY, LIMIT, IDLE))

FIRM = NumberSlack(
    "cookie_id/exact/weight",
    10.0,
    "bits",
    (Slack(1, -6.0, None, 16.0),) * 3,
    (Slack(1, 26.0, None, 16.0),) * 3,
)
LOOSE = NumberSlack(
    "phone/exact/weight",
    12.5,
    "bits",
    (Slack(1, 12.4, 12.3, 0.1), Slack(5, 12.2, 12.1, 0.3), Slack(50, 12.0, 11.9, 0.5)),
    (Slack(1, 12.5, 12.6, 0.0), Slack(5, 13.0, 13.1, 0.5), Slack(50, 28.5, None, 16.0)),
)
SLACKS = WeightSlack(5000, (0.001, 0.01), 90, (LOOSE, FIRM))

SHARES = Importance(
    90, 410.0, {"phone/exact/weight": Rate(0.3, 0.1, 0.4), "model/prior": Rate(0.1, 0.0, 0.2)}
)

FOUND = {SENSITIVITY: MAP.document(), SLACK: SLACKS.document(), IMPORTANCE: SHARES.document()}
STUDIED = replace(COURSE, findings=json.loads(json.dumps(FOUND)))


@pytest.mark.parametrize("section", study_sections(STUDIED), ids=lambda section: section.name)
def test_a_section_has_words_a_figure_and_a_frame(section) -> None:
    piece = ET.fromstring(section.html())  # noqa: S314 - idlab wrote it
    assert piece.get("id") == section.name and text_of(piece).startswith(section.title)
    (figure,) = piece.iter("svg")
    assert figure[0].text == section.alt() and len(section.alt()) > 40
    assert len(section.frame()) > 0


def test_the_page_has_them_after_the_search_and_loads_nothing(subject: Subject) -> None:
    page = page_of(subject, STUDIED)
    names = [element.get("id") for element in parsed(page).iter("section")]
    place = names.index("study")
    assert names[place : place + 4] == ["study", "sensitivity", "importance", "slack"]
    assert not any(foreign in page for foreign in ("http:", "https:", "<script", "src="))


def test_what_a_study_says_nothing_about_is_left_out() -> None:
    assert [one.name for one in study_sections(COURSE)] == ["study"]
    without = replace(STUDIED, findings={SENSITIVITY: None, SLACK: FOUND[SLACK]})
    assert [one.name for one in study_sections(without)] == ["study", "slack"]


def test_the_map_says_first_what_needs_care_and_what_would_be_cheaper() -> None:
    lead = SensitivityMap(MAP).lead()
    assert lead.startswith("Take most care with “decide: merge_at” and “keys: phone.e164 enabled”.")
    assert "at 0.95 instead of 0.9 would cost +40.0 (+35.0 to +45.0) per 1,000" in lead
    assert "2 of 4 numbers are not felt" in lead
    assert "“guards: max_distinct_names” at 12 instead of no limit would cost −9.0" in lead
    assert "5,000 interactions" in lead and "7 whole replays" in lead
    calm = replace(MAP, numbers=(IDLE,))
    assert SensitivityMap(calm).lead().startswith("None of 1 numbers costs more than chance explains")
    assert "No move alone is cheaper" in SensitivityMap(calm).lead()
    assert SensitivityMap(replace(MAP, replays=0, numbers=())).is_empty()


def test_the_map_in_numbers_has_every_move() -> None:
    frame = SensitivityMap(MAP).frame()
    assert len(frame) == 7 and frame["rise"].max() == 40.0
    assert frame[frame["number"] == "decide/merge_at"]["flat_to"].tolist() == [0.905, 0.905]
    rows = {row[0].text: row for row in SensitivityMap(MAP).table().rows}
    assert rows["guards: max_distinct_names"][2].text == "7 to no limit"
    assert rows["keys: phone.e164 enabled"][2].text == "a choice"
    assert rows["decide: merge_at"][4].note == "35.0 to 45.0"


def test_slack_says_where_the_config_stands_least_firmly() -> None:
    lead = SlackMap(SLACKS).lead()
    assert (
        "least firmly on “phone: exact”: from 12.5 it can go down to 12 and up as far as it was tried before 1 %"
        in lead
    )
    assert "1 of 2 weights can move as far as they were tried" in lead
    rows = {row[0].text: [cell.text for cell in row] for row in SlackMap(SLACKS).table().rows}
    assert rows["phone: exact"] == ["phone: exact", "12.5", "12.4 to 12.5", "12.2 to 13", "12 to any"]
    assert rows["cookie_id: exact"][2:] == ["any to any"] * 3
    assert len(SlackMap(SLACKS).frame()) == 12
    assert FIRM.least(2) == math.inf and LOOSE.least(2) == 0.5


def test_bars_are_as_long_as_the_slack() -> None:
    (axes,) = SlackMap(SLACKS).plot().axes
    bars = [
        (bar.get_x(), bar.get_x() + bar.get_width(), round(bar.get_y() + bar.get_height() / 2))
        for bar in axes.patches
    ]
    drawn = {(round(low, 6), round(high, 6)) for low, high, row in bars if row == 0 and high > low}
    assert drawn == {(-0.5, 6.0), (-0.3, 0.5), (-0.1, 0.0)}
    heights = {round(bar.get_height(), 3) for bar in axes.patches if bar.get_width() > 0}
    assert len(heights) == 3


def test_importance_says_what_it_is_worth_or_why_there_is_none() -> None:
    lead = TrialImportance(SHARES).lead()
    assert "90 trials cost than “phone: exact”, by itself 30.0 % (10.0 to 40.0 %)" in lead
    assert "not an even sample" in lead
    refused = TrialImportance(Importance(3, None, {}, "3 trials all cost the same"))
    assert refused.is_empty() and "<svg" not in refused.html()
    assert refused.lead() == "Which numbers made trials cheap cannot be said: 3 trials all cost the same."


def test_one_line_names_the_three_that_matter_most() -> None:
    line = what_matters(FOUND)
    assert line.startswith(
        "what matters most: decide/merge_at (at 0.95 +40.0 per 1,000, +35.0 to +45.0); keys/"
    )
    assert "stale" not in line and what_matters(FOUND, most=1).count(";") == 0
    assert what_matters({SENSITIVITY: replace(MAP, numbers=(IDLE,)).document()}).startswith("no number of 1")


def test_a_course_brings_what_study_json_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    report = {
        "course": {"cost_per_1000": [5.0, 4.0], "complete": [True, True]},
        "starts": {"base": "0"},
        "best": {"trial": 1},
        **FOUND,
    }
    monkeypatch.setattr("idlab.report.search.read_study", lambda folder: (None, report))
    course = course_of("study")
    assert (course.costs, course.starts, course.chosen) == ((5.0, 4.0), ("base",), 1)
    assert course.findings == FOUND and set(FOUND) == set(FINDINGS)
