"""Displays: their numbers add up to the evaluation's, and each has a figure, a frame and a piece of the page."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from idlab.evaluate import flips
from idlab.evaluate.flips import NO_FIELD
from idlab.metrics import Disposition
from idlab.report import (
    Answers,
    Arrival,
    BlastRadius,
    Comparison,
    CostSplit,
    Display,
    Dispositions,
    EndResult,
    Examples,
    FalseMerges,
    FlaggedSlices,
    Guaranteed,
    GuardLaboratory,
    Hindsight,
    InFull,
    LostRecall,
    Merges,
    PendingBand,
    Problems,
    Reliability,
    Scores,
    Search,
    StudyCourse,
    Subject,
    Sweeps,
    Thresholds,
    TrivialBaselines,
    Weights,
    run_sweeps,
)
from idlab.report.palette import INKS
from idlab.report.sweeps import Circumstances
from idlab.report.wording import MINUS, interval_of, value_of
from idlab.sweep import best_band, leading_bands
from tests.report.conftest import COURSE
from tests.report.page_parts import text_of


def piece_of(display: Display) -> ET.Element:
    """A display's piece of the page."""
    return ET.fromstring(str(display.html()))  # noqa: S314 - idlab wrote it


OF_A_SUBJECT = (
    BlastRadius,
    Comparison,
    CostSplit,
    Dispositions,
    EndResult,
    Examples,
    FalseMerges,
    FlaggedSlices,
    Hindsight,
    InFull,
    LostRecall,
    Merges,
    PendingBand,
    Problems,
    Scores,
    TrivialBaselines,
    Weights,
)

OF_SWEEPS = (Answers, Arrival, Guaranteed, GuardLaboratory, Reliability, Thresholds)


@pytest.fixture(scope="module")
def sweeps(subject: Subject) -> Sweeps:
    candidate = subject.candidate
    return run_sweeps(subject.dataset, candidate.config, tape=candidate.evaluation.replay.tape)


@pytest.mark.parametrize("kind", OF_A_SUBJECT)
def test_a_display_gives_a_frame_a_figure_and_a_piece_of_the_page(
    kind: type[Display], subject: Subject
) -> None:
    display = kind(subject)  # type: ignore[call-arg]
    assert isinstance(display.frame(), pd.DataFrame) and len(display.frame())
    assert isinstance(display.plot(), Figure)
    assert piece_of(display).tag in ("section", "div")


@pytest.mark.parametrize("kind", OF_SWEEPS)
def test_a_display_of_sweeps_gives_a_frame_a_figure_and_a_piece_of_the_page(
    kind: type[Display], sweeps: Sweeps
) -> None:
    display = kind(sweeps)  # type: ignore[call-arg]
    assert isinstance(display.frame(), pd.DataFrame) and len(display.frame())
    assert isinstance(display.plot(), Figure)
    assert piece_of(display).tag == "section"


def test_sweeps_start_from_the_evaluation_itself(subject: Subject, sweeps: Sweeps) -> None:
    numbers = subject.candidate.evaluation.numbers
    own = sweeps.grid.frame.iloc[sweeps.grid.current]
    assert own["cost_per_1000"] == pytest.approx(numbers["cost_per_1000"].value)
    assert own["merge_precision"] == pytest.approx(numbers["merge"]["precision"].value)
    assert own["bcubed_f1"] == pytest.approx(numbers["bcubed"]["f1"].value)
    as_it_is = sweeps.guards[sweeps.guards["is_current"]]
    assert (as_it_is["costlier_per_1000"].abs() < 1e-9).all()
    assert sweeps.orders.iloc[0]["bcubed"] == 1.0


def test_losses_add_up_to_what_recall_lacks(subject: Subject) -> None:
    recall = subject.candidate.evaluation.numbers["merge"]["recall"].value
    lost = sum(rate.value or 0.0 for rate in LostRecall(subject).causes.values())
    assert lost == pytest.approx(1 - recall)


def test_the_trivial_resolvers_are_what_they_are_called(subject: Subject) -> None:
    numbers = TrivialBaselines(subject).numbers
    assert list(numbers) == ["all new", "equal identifiers", "baseline", "asking", "default"]
    assert numbers["all new"]["bcubed"]["precision"].value == 1.0
    assert numbers["all new"]["pairwise"]["recall"].value == 0.0
    assert (
        numbers["equal identifiers"]["bcubed"]["recall"].value > numbers["all new"]["bcubed"]["recall"].value
    )


def test_hindsight_holds_every_decision_at_both_moments(subject: Subject) -> None:
    frame, numbers = Hindsight(subject).frame(), subject.candidate.evaluation.numbers
    for when in ("then", "in_the_end"):
        here = frame[frame["when"] == when].set_index("what")
        assert here["decisions"].sum() == numbers["counts"]["counted"]
        assert here.loc[here["decisions"].notna(), "value"].sum() == pytest.approx(1.0)
        faults = here.loc[["wrong_profile", "incomplete_profile"], "value"]
        assert faults.max() <= here.loc["faulty_profile", "value"] <= faults.sum()
    then = frame[frame["when"] == "then"].set_index("what")["value"]
    assert then["merge_precision"] == pytest.approx(numbers["merge"]["precision"].value)


def test_what_is_attained_is_a_share_of_the_ceiling(subject: Subject) -> None:
    frame = InFull(subject).frame().set_index(["measure", "config"])["value"]
    for one in subject.judged:
        numbers = one.evaluation.numbers
        attained = frame["B-cubed F1, of the attainable", one.name]
        assert attained * numbers["ceiling"]["f1"].value == pytest.approx(numbers["bcubed"]["f1"].value)
        assert frame["B-cubed F1 by person", one.name] == numbers["entity_bcubed"]["f1"].value


def test_dispositions_add_up(subject: Subject) -> None:
    evaluation = subject.candidate.evaluation
    display = Dispositions(subject)
    assert display.counts.sum() == evaluation.numbers["counts"]["counted"]
    by_kind = display.counts.sum(axis=0)
    merges = by_kind[Disposition.MERGE_RIGHT] + by_kind[Disposition.MERGE_WRONG]
    assert merges == evaluation.numbers["counts"]["merges"]
    assert by_kind[Disposition.MERGE_RIGHT] / merges == pytest.approx(
        evaluation.numbers["merge"]["precision"].value
    )


def test_the_parts_of_the_cost_add_up(subject: Subject) -> None:
    for one in subject.judged:
        split = CostSplit(subject).splits[one.name]
        whole = one.evaluation.numbers["cost_per_1000"].value
        assert sum(rate.value or 0 for rate in split.parts) == pytest.approx(whole)
        assert split.ceiling.value is not None and split.ceiling.value < whole


def test_false_merges_add_up(subject: Subject) -> None:
    patterns = FalseMerges(subject).patterns
    wrong = Dispositions(subject).counts[:, Disposition.MERGE_WRONG].sum()
    assert sum(one.wrong for one in patterns) == wrong > 0
    assert all(one.rate.value == pytest.approx(one.wrong / one.merges) for one in patterns)


def test_what_would_have_undone_false_merges_is_told(subject: Subject) -> None:
    patterns = FalseMerges(subject).patterns
    fields = {field.name for field in subject.candidate.config.fields}
    told = [one.undone_by for one in patterns]
    assert all(one.partition(" ")[0] in fields or one.startswith("no change") for one in told)
    assert any(one.partition(" ")[0] in fields for one in told)
    assert all(one.distance >= 0 for one in patterns)


def test_capacity_chooses_among_bands_and_is_told(sweeps: Sweeps) -> None:
    loads = sweeps.choice.frame["questions_per_day"]
    choice = best_band(sweeps.grid, per_day=loads.median())
    frame, told = sweeps.grid.frame, sweeps.rates[["pending_at", "merge_at"]].to_numpy().tolist()
    ranked = leading_bands(sweeps.grid, choice, len(frame))
    leading = tuple(row for row in ranked if frame[["pending_at", "merge_at"]].iloc[row].to_list() in told)
    busy = replace(sweeps, given=Circumstances(per_day=float(loads.median())), choice=choice, leading=leading)
    kept = int(choice.frame["affordable"].sum())
    assert f"can keep up with {kept} of them" in Thresholds(busy).lead()
    rows = Thresholds(busy).table().rows
    notes = [row[4].note.endswith("too many") for row in rows]
    assert len(rows) == len(leading) > 9 and notes == sorted(notes) and notes[-1] and not notes[0]
    nobody = replace(sweeps, given=Circumstances(per_day=0.0), choice=replace(sweeps.choice, best=None))
    assert "The cheapest" not in Thresholds(nobody).lead()
    assert "keep up" not in Thresholds(sweeps).lead()


@pytest.mark.parametrize("kind", OF_SWEEPS)
def test_every_rate_of_a_sweep_has_its_interval(kind: type[Display], sweeps: Sweeps) -> None:
    rates = 0
    for cell in piece_of(kind(sweeps)).iter("td"):  # type: ignore[call-arg]
        parts = {part.get("class"): text_of(part) for part in cell}
        if re.fullmatch(r"[0-9.,]+ %", parts.get("text", "")):
            rates += 1
            assert re.fullmatch(r"[0-9.,]+ to [0-9.,]+ %", parts["note"]), parts
    assert rates or kind is GuardLaboratory


def test_a_stream_without_answers_is_the_evaluation(subject: Subject, sweeps: Sweeps) -> None:
    frame = Answers(sweeps).frame().set_index("measure")
    numbers = subject.candidate.evaluation.numbers
    assert frame.loc["Merges that are right", "without"] == numbers["merge"]["precision"].value
    assert frame.loc["Cost per 1,000 interactions", "without"] == numbers["cost_per_1000"].value
    with_answers = sweeps.consent.with_answers["cost_per_1000"]
    assert frame.loc["Cost per 1,000 interactions", "with"] == pytest.approx(with_answers)


def test_rates_of_bands_stand_with_their_intervals(subject: Subject, sweeps: Sweeps) -> None:
    numbers = subject.candidate.evaluation.numbers["merge"]["precision"]
    display = Thresholds(sweeps)
    own = next(row for row in display.table().rows if row[0].note == "the config's own")
    assert own[2].text == value_of(numbers, "share") and own[2].note == interval_of(numbers, "share")


def test_every_band_tells_the_prices_that_it_is_right_at(sweeps: Sweeps) -> None:
    frame = Thresholds(sweeps).frame()
    textbook = frame[(frame["pending_at"] == 0.75) & (frame["merge_at"] == 0.85)].iloc[0]
    assert textbook["implied_false"] == pytest.approx(20 / 3)
    assert textbook["implied_missed"] == pytest.approx(4 / 3)


def test_the_band_adds_up_and_is_cut_by_score(subject: Subject) -> None:
    parts = PendingBand(subject).parts
    numbers = subject.candidate.evaluation.numbers
    assert len(parts) > 1
    assert sum(part.decisions for part in parts) == numbers["counts"]["pendings"]
    right = sum(part.decisions * (part.worth.value or 0) for part in parts)
    assert right / numbers["counts"]["pendings"] == pytest.approx(numbers["pending"]["yield"].value)
    assert all(one.high < other.low for one, other in pairwise(parts))


def test_the_histogram_holds_every_merge(subject: Subject) -> None:
    frame = Scores(subject).frame()
    assert (
        frame[["merged, right", "merged, wrong"]].to_numpy().sum()
        == subject.candidate.evaluation.numbers["counts"]["merges"]
    )


def test_examples_went_wrong_and_show_both_sides(subject: Subject) -> None:
    found = Examples(subject).examples()
    assert {one.case.disposition for one in found} >= {Disposition.MERGE_WRONG, Disposition.NEW_MISSED}
    replay = subject.candidate.evaluation.replay
    for one in found:
        assert subject.candidate.evaluation.disposition[one.number] == one.case.disposition
        frame = one.frame()
        turned = flips(replay, np.array([one.number]))
        merged = one.case.disposition == Disposition.MERGE_WRONG
        if turned.field[0] != NO_FIELD:
            assert (turned.weight[0] >= turned.bound[0]) == merged
            assert (turned.new_weight[0] >= turned.bound[0]) == (not merged)
            assert turned.told(replay.compiled, 0).replace("-", MINUS) in one.lead()
            assert ("kept it from merging" in one.lead()) == merged
        prior = replay.compiled.rules.prior
        assert frame["contribution"].sum() + prior == pytest.approx(replay.results.weight[one.number])
        compared = frame[frame["level"] != ""]
        assert len(compared) and (compared["record"] != "").all() and (compared["candidate"] != "").all()


def test_weights_name_every_level(subject: Subject) -> None:
    frame = Weights(subject).frame()
    for one in subject.judged:
        for field in one.config.fields:
            settings = frame[frame["of"] == field.name].set_index("setting")[one.name]
            for level in field.levels:
                assert settings[level.name] == (level.credit if level.weight is None else level.weight)


def test_the_course_of_a_study() -> None:
    assert Search(COURSE).best_so_far == [410.0, 395.5, 395.5, 371.25]
    assert "The one that is marked was then chosen" in Search(COURSE).lead()
    assert piece_of(Search(StudyCourse(()))).tag == "section"


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2


@pytest.mark.parametrize("screen", ["light", "dark"])
def test_text_stands_out_from_the_page(screen: str) -> None:
    """WCAG 2.2 asks for a contrast of 4.5 for text."""
    page = _lightness(getattr(INKS["surface"], screen))
    for use in ("ink", "muted", "right", "wrong"):
        text = _lightness(getattr(INKS[use], screen))
        contrast = (max(page, text) + 0.05) / (min(page, text) + 0.05)
        assert contrast >= 4.5 or (use == "wrong" and contrast >= 3), (use, contrast)


def test_no_two_uses_share_a_colour() -> None:
    assert len({ink.light for ink in INKS.values()}) == len(INKS)
