"""What a labelling desk asks: pairs of interactions, or people by their interactions, with what the answers tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.data.labels import known_persons, labels_table
from idlab.data.place import Place
from idlab.data.sampling import drawn_interactions, drawn_pairs
from idlab.data.worksheet import PAIRS, PEOPLE, pairs_worksheet, people_worksheet, person_labels_of
from idlab.evaluate import counted, history_of, replayed
from idlab.metrics import History
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.metrics.estimates import Estimate
from idlab.metrics.sampled import LabelledPeople, estimate_pairs, estimate_partition
from idlab.metrics.sampled_decisions import estimate_decisions
from idlab.replay.encode import Progress
from idlab.sweep.lookup import candidate_pairs, to_look_through

YES, NO, UNSURE, OPEN = "yes", "no", "unsure", ""
"""The answers that a worksheet holds; what is unsure or open is no label."""


class Side(NamedTuple):
    """One field of the two interactions of a question.

    Args:
        field: Its name.
        left, right: The two values, empty where missing.
    """

    field: str
    left: str
    right: str


class Sheet(Protocol):
    """What is asked, row by row of a worksheet.

    Args:
        frame: The worksheet: what identifies a question, and what was known of both sides.
        column: The one that holds the answers.
        same_sample: The columns by which a saved worksheet is known to be of the same sample.
        order: The rows that are questions, in the order in which they are asked.
    """

    frame: pd.DataFrame
    column: str
    same_sample: tuple[str, ...]
    order: Sequence[int]

    def sides(self, row: int) -> tuple[str, str, tuple[Side, ...]]:
        """Both interaction ids, and every field that either has."""
        ...

    def score(self, row: int) -> float | None:
        """The score that the config gave; None where it gave none."""
        ...

    def informative(self, answers: pd.Series) -> int | None:
        """The open question whose answer would narrow the interval most; None if none is open."""
        ...

    def labels(self, answers: pd.Series) -> pd.DataFrame:
        """The labels that the answers so far are, with the weights that they have so far."""
        ...

    def reached(self, answers: pd.Series) -> dict[str, Estimate]:
        """What the answers so far tell of all interactions, each number with its interval."""
        ...


@dataclass(eq=False)
class PairSheet:
    """Pairs drawn evenly over scores, asked in an order in which every beginning is such a sample as well.

    Args:
        frame: As ``idlab.data.worksheet.pairs_worksheet`` makes it.
        order: The rows in the order asked.
        together: [rows] whether the config has the two in one identity.
        scores: [rows] the score of each pair.
    """

    frame: pd.DataFrame
    order: Sequence[int]
    together: Flags
    scores: Floats
    column: str = "same"
    same_sample: tuple[str, ...] = ("left", "right")

    def sides(self, row: int) -> tuple[str, str, tuple[Side, ...]]:
        """Both interaction ids, and every field that either has."""
        line = self.frame.iloc[row]
        fields = [name.removeprefix("left_") for name in self.frame.columns if name.startswith("left_")]
        found = (Side(name, _text(line, f"left_{name}"), _text(line, f"right_{name}")) for name in fields)
        return line["left"], line["right"], tuple(one for one in found if one.left or one.right)

    def score(self, row: int) -> float | None:
        """The score of the pair."""
        return float(self.scores[row])

    def informative(self, answers: pd.Series) -> int | None:
        """The open pair of the stratum in which one answer more would take most from the variance.

        In a stratum that stands for T pairs, of which k are judged and a share p, with one of each kind added, is
        the same person, that is T**2 p (1 - p) (1 / k - 1 / (k + 1)); none judged counts as a half.
        """
        gains = [self._gain(rows, answers) for rows in self._strata()]
        for place in np.argsort([-gain for gain in gains], kind="stable").tolist():
            rows = set(self._strata()[place].tolist())
            for row in self.order:
                if row in rows and answers.iloc[row] == OPEN:
                    return row
        return None

    def _gain(self, rows: Ints, answers: pd.Series) -> float:
        given = answers.iloc[rows]
        judged, same = int(given.isin([YES, NO]).sum()), int((given == YES).sum())
        share = (same + 1) / (judged + 2)
        total = float(self._weights()[rows].sum())
        return total**2 * share * (1 - share) * (1 / max(judged, 0.5) - 1 / (judged + 1))

    def labels(self, answers: pd.Series) -> pd.DataFrame:
        """The judged pairs; those of a stratum stand for all of it together, so for more while few are judged."""
        judged, weight = answers.isin([YES, NO]).to_numpy(), self._weights().copy()
        for rows in self._strata():
            weight[rows] *= rows.size / max(int(judged[rows].sum()), 1)
        labels = self.frame[list(PAIRS)].assign(same=answers, weight=weight)
        return labels[judged].reset_index(drop=True)

    def reached(self, answers: pd.Series) -> dict[str, Estimate]:
        """How right the united pairs are, and how many of the right ones are united."""
        labels, judged = self.labels(answers), answers.isin([YES, NO]).to_numpy()
        if labels.empty:
            return {}
        same = (labels["same"] == YES).to_numpy()
        return estimate_pairs(same, labels["weight"].to_numpy(), self.together[judged])

    def _weights(self) -> Floats:
        return self.frame["weight"].to_numpy(dtype=np.float64)

    def _strata(self) -> list[Ints]:
        """The rows of each sampling rate, which ``estimate_pairs`` takes for a stratum."""
        weights, stratum = np.unique(self._weights(), return_inverse=True)
        return [np.flatnonzero(stratum == place) for place in range(weights.size)]


def pair_sheet(
    dataset: Dataset,
    config: ScoringConfig,
    pairs: int,
    *,
    seed: int = 0,
    show_identifiers: bool = False,
    progress: Progress | None = None,
) -> PairSheet:
    """Pairs to judge: interactions with what opened their top candidates, drawn evenly over scores.

    Args:
        dataset: What to draw from; its truth is not read.
        config: What scores.
        pairs: How many to draw.
        seed: Of the draw.
        show_identifiers: Whether phones, names and the like are shown as they are.
        progress: Called with what is being done.

    Raises:
        BadInput: If there are not so many interactions with a candidate.
    """
    done = replayed(dataset, config, progress=progress)
    left, right, score = candidate_pairs(done)
    sample = drawn_pairs(score, pairs, seed)
    frame = pairs_worksheet(
        dataset, dataset.order[left], dataset.order[right], sample, show_identifiers=show_identifiers
    )
    rank = pd.Series(sample.stratum).groupby(sample.stratum).cumcount().to_numpy()
    together = done.identity[left[sample.place]] == done.identity[right[sample.place]]
    order = np.lexsort((sample.stratum, rank)).tolist()
    return PairSheet(frame, order, together, score[sample.place])


@dataclass(eq=False)
class PeopleSheet:
    """People drawn by an interaction each, asked interaction by interaction; a person counts once all are judged.

    Args:
        dataset: What was drawn from.
        frame: As ``idlab.data.worksheet.people_worksheet`` makes it.
        history: The replay under the config.
    """

    dataset: Dataset
    frame: pd.DataFrame
    history: History
    column: str = "same_person"
    same_sample: tuple[str, ...] = ("draw", "interaction_id")

    def __post_init__(self) -> None:
        asked = self.frame["drawn"] == NO
        self.order: Sequence[int] = np.flatnonzero(asked.to_numpy()).tolist()
        self._head = {draw: row for row, draw in enumerate(self.frame["draw"]) if not asked.iloc[row]}

    def sides(self, row: int) -> tuple[str, str, tuple[Side, ...]]:
        """The interaction drawn and the one asked about, and every field that either has."""
        line, head = self.frame.iloc[row], self.frame.iloc[self._head[self.frame["draw"].iloc[row]]]
        fields = [name for name in self.frame.columns if name not in (*PEOPLE, "answered")]
        found = (Side(name, _text(head, name), _text(line, name)) for name in fields)
        shown = tuple(one for one in found if one.left or one.right)
        return head["interaction_id"], line["interaction_id"], shown

    def score(self, row: int) -> float | None:
        """None: two interactions of a person need not have been compared."""
        del row
        return None

    def informative(self, answers: pd.Series) -> int | None:
        """The next question about the person of whom fewest are open: whoever is finished counts."""
        waiting = [row for row in self.order if answers.iloc[row] == OPEN]
        left = pd.Series([self.frame["draw"].iloc[row] for row in waiting]).value_counts()
        return min(waiting, key=lambda row: (left[self.frame["draw"].iloc[row]], row), default=None)

    def labels(self, answers: pd.Series) -> pd.DataFrame:
        """Every interaction of the people who are judged whole."""
        decided = answers.isin([YES, NO]).groupby(self.frame["draw"]).transform("all")
        sheet = self.frame.assign(same_person=answers)[decided].reset_index(drop=True)
        if sheet.empty:
            return pd.DataFrame(columns=["interaction_id", "person_id", "weight"])
        return person_labels_of(sheet, self.dataset, Place("worksheet"))

    def reached(self, answers: pd.Series) -> dict[str, Estimate]:
        """Everything that ``idlab label estimate`` tells from people, from those judged whole."""
        labels = self.labels(answers)
        if labels.empty:
            return {}
        known = known_persons(labels_table(labels, self.dataset.ids, Place("worksheet")), self.dataset.ids)
        order: Ints = self.dataset.order
        people = LabelledPeople.of(known.person[order], known.weight[order])
        return estimate_decisions(people, self.history) | estimate_partition(people, self.history.identity)


def people_sheet(
    dataset: Dataset,
    config: ScoringConfig,
    people: int,
    *,
    seed: int = 0,
    show_identifiers: bool = False,
    progress: Progress | None = None,
) -> PeopleSheet:
    """People to label whole, each drawn by an interaction, with what else may be theirs.

    Args:
        dataset: What to draw from; its truth is not read.
        config: Says by its keys and its decisions what may be of the same person.
        people: How many to draw.
        seed: Of the draw.
        show_identifiers: Whether phones, names and the like are shown as they are.
        progress: Called with what is being done.

    Raises:
        BadInput: If there are not so many interactions.
    """
    done = replayed(dataset, config, progress=progress)
    rows = drawn_interactions(len(dataset), people, seed)
    place = np.empty(len(dataset), dtype=np.int64)
    place[dataset.order] = np.arange(len(dataset))
    others = to_look_through(done, place[rows])
    draws = [(int(row), dataset.order[near]) for row, near in zip(rows, others, strict=True)]
    frame = people_worksheet(dataset, draws, show_identifiers=show_identifiers)
    return PeopleSheet(dataset, frame, history_of(done, counted(dataset)))


def _text(line: pd.Series, name: str) -> str:
    """A cell as it is read; moments to the second."""
    text = str(line[name])
    return text.partition(".")[0] if name.endswith("occurred_at") else text
