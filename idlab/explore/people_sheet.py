"""People to label whole, drawn by an interaction each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.data.labels import known_persons, labels_table
from idlab.data.place import Place
from idlab.data.sampling import drawn_interactions
from idlab.data.worksheet import PEOPLE, people_worksheet, person_labels_of
from idlab.evaluate import counted, history_of, replayed
from idlab.explore.sheets import NO, OPEN, YES, Side, cell_text
from idlab.metrics import History
from idlab.metrics.arrays import Ints
from idlab.metrics.estimates import Estimate
from idlab.metrics.sampled import LabelledPeople, estimate_partition
from idlab.metrics.sampled_decisions import estimate_decisions
from idlab.replay.encode import Progress
from idlab.sweep.labelling import with_others


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
        found = (Side(name, cell_text(head, name), cell_text(line, name)) for name in fields)
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
    drawn = drawn_interactions(len(dataset), people, seed)
    done = replayed(dataset, config, progress=progress)
    draws = with_others(dataset, done, drawn)
    frame = people_worksheet(dataset, draws, show_identifiers=show_identifiers)
    return PeopleSheet(dataset, frame, history_of(done, counted(dataset)))
