"""The labelling desk: saved after every answer, taken up again, and estimating from a sample at any moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.data.worksheet import labels_of_worksheet
from idlab.errors import BadInput
from idlab.explore import LabellingDesk, labelling_desk
from idlab.explore.desk import Desk
from idlab.explore.pair_sheet import PairSheet, pair_sheet
from idlab.explore.people_sheet import PeopleSheet, people_sheet
from idlab.explore.sheets import NO, OPEN, YES
from idlab.metrics.sampled import estimate_pairs
from idlab.sweep import true_labels

SamePerson = Callable[[str, str], bool]


@pytest.fixture(scope="module")
def pairs(world: Dataset, default: ScoringConfig) -> PairSheet:
    return pair_sheet(world, default, 40, seed=2, show_identifiers=True)


@pytest.fixture(scope="module")
def people(world: Dataset, default: ScoringConfig) -> PeopleSheet:
    return people_sheet(world, default, 6, seed=2, show_identifiers=True)


def _answer_all(desk: Desk, same_person: SamePerson) -> None:
    while (asked := desk.question) is not None:
        desk.answer(YES if same_person(asked.left, asked.right) else NO)


def test_a_finished_worksheet_of_pairs_is_taken_like_any_other(
    pairs: PairSheet, world: Dataset, default: ScoringConfig, same_person: SamePerson, tmp_path: Path
) -> None:
    desk = Desk(pairs, tmp_path / "sheet.csv")
    _answer_all(desk, same_person)
    taken = labels_of_worksheet(tmp_path / "sheet.csv", world)
    wanted = true_labels(world, default, pairs=40, seed=2)
    assert taken["same"].tolist() == wanted["same"].tolist() == desk.labels()["same"].tolist()
    assert np.allclose(desk.labels()["weight"], wanted["weight"])
    same, weight = (wanted["same"] == YES).to_numpy(), wanted["weight"].to_numpy()
    assert desk.reached() == estimate_pairs(same, weight, pairs.together)


def test_a_finished_worksheet_of_people_gives_their_labels(
    people: PeopleSheet, world: Dataset, default: ScoringConfig, same_person: SamePerson, tmp_path: Path
) -> None:
    desk = Desk(people, tmp_path / "sheet.csv")
    _answer_all(desk, same_person)
    taken = labels_of_worksheet(tmp_path / "sheet.csv", world)
    assert taken.equals(desk.labels())
    wanted = true_labels(world, default, people=6, seed=2)
    found = set(taken["interaction_id"])
    assert found <= set(wanted["interaction_id"])  # what no key leads to is not on the worksheet
    assert {"bcubed_precision", "merge_precision"} <= set(desk.reached())


def test_half_judged_people_tell_nothing_yet(people: PeopleSheet, tmp_path: Path) -> None:
    desk = Desk(people, tmp_path / "sheet.csv")
    draws = people.frame["draw"].iloc[list(people.order)]
    begun = desk.question
    assert begun is not None and (draws == draws.iloc[0]).sum() > 1
    for _ in range((draws == draws.iloc[0]).sum() - 1):
        desk.answer(NO)
    assert begun.left not in set(desk.labels()["interaction_id"])
    desk.answer(NO)
    assert begun.left in set(desk.labels()["interaction_id"])


def test_weights_of_any_beginning_sum_to_the_strata_judged(
    pairs: PairSheet, same_person: SamePerson, tmp_path: Path
) -> None:
    desk = Desk(pairs, tmp_path / "sheet.csv")
    whole = pairs.frame["weight"].astype(float)
    for _ in range(25):
        asked = desk.question
        assert asked is not None
        desk.answer(YES if same_person(asked.left, asked.right) else NO)
        judged = desk.answers.isin([YES, NO])
        strata = whole[whole.isin(whole[judged])]
        assert desk.labels()["weight"].sum() == pytest.approx(strata.sum())


def test_every_stratum_is_begun_before_any_has_two(pairs: PairSheet) -> None:
    weights = pairs.frame["weight"].tolist()
    begun = [weights[row] for row in pairs.order[: len(set(weights))]]
    assert len(set(begun)) >= len(set(weights)) - 1


def test_a_desk_is_taken_up_where_it_was_left(pairs: PairSheet, tmp_path: Path) -> None:
    first = Desk(pairs, tmp_path / "sheet.csv")
    for answer in ("yes", "unsure", "no"):
        first.answer(answer)
    again = Desk(pairs, tmp_path / "sheet.csv")
    assert again.progress == first.progress == (2, 1, 40)
    assert again.question == first.question
    assert again.undo() and again.undo()
    assert again.progress == (1, 0, 40)
    assert again.question is not None and again.question.row == pairs.order[1]
    assert Desk(pairs, tmp_path / "sheet.csv").progress == (1, 0, 40)
    assert again.undo() and not again.undo()


def test_the_worksheet_of_another_sample_is_left_alone(
    pairs: PairSheet, people: PeopleSheet, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.csv"
    Desk(pairs, path).answer("yes")
    saved = path.read_bytes()
    with pytest.raises(BadInput, match="another sample"):
        Desk(people, path)
    path.write_bytes(saved.replace(b",yes,", b",perhaps,"))
    with pytest.raises(BadInput, match="another sample"):
        Desk(pairs, path)


def test_a_blind_desk_keeps_the_score_back(pairs: PairSheet, tmp_path: Path) -> None:
    blind, seeing = (
        Desk(pairs, tmp_path / "a.csv").question,
        Desk(pairs, tmp_path / "b.csv", blind=False).question,
    )
    assert blind is not None and blind.score is None
    assert seeing is not None and seeing.score == pairs.scores[seeing.row]


def test_the_most_informative_pair_is_open_and_of_a_stratum_in_doubt(
    pairs: PairSheet, tmp_path: Path
) -> None:
    desk = Desk(pairs, tmp_path / "sheet.csv")
    while desk.ask_informative():
        asked = desk.question
        assert asked is not None and desk.answers.iloc[asked.row] == OPEN
        weights = pairs.frame["weight"].astype(float)
        gains = {}
        for weight in set(weights):
            rows = np.flatnonzero(weights == weight)
            given = desk.answers.iloc[rows]
            if (given == OPEN).any():
                k, same = given.isin([YES, NO]).sum(), (given == YES).sum()
                p = (same + 1) / (k + 2)
                gains[weight] = (
                    (weights.iloc[rows].sum()) ** 2 * p * (1 - p) * (1 / max(k, 0.5) - 1 / (k + 1))
                )
        assert gains[weights.iloc[asked.row]] == pytest.approx(max(gains.values()))
        desk.answer(YES if asked.row % 3 else NO)
    assert desk.question is None


def test_keys_do_what_they_say_and_late_ones_nothing(
    world: Dataset, default: ScoringConfig, tmp_path: Path
) -> None:
    shown = labelling_desk(world, default, tmp_path / "sheet.csv", pairs=12)
    assert isinstance(shown, LabellingDesk)

    def press(key: str, serial: int) -> None:
        shown._heard(shown, {"key": key, "serial": serial}, [])

    first = shown.serial
    press("s", first)
    press("d", first)  # the same question twice: the second came too late
    assert shown.desk.progress == (1, 0, 12)
    press("d", shown.serial)
    press("u", shown.serial)
    assert shown.desk.progress == (2, 1, 12)
    press("z", shown.serial)
    press("x", shown.serial)
    assert shown.desk.progress == (2, 0, 12)
    assert "2 of 12 answered" in shown.html
    assert shown.labels()["same"].isin([YES, NO]).all()


def test_it_asks_for_pairs_or_for_people(world: Dataset, default: ScoringConfig, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="either"):
        labelling_desk(world, default, tmp_path / "sheet.csv", pairs=3, people=3)
