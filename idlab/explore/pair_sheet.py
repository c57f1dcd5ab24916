"""Pairs of interactions to judge, drawn evenly over scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.data.worksheet import PAIRS
from idlab.evaluate import replayed
from idlab.explore.sheets import NO, OPEN, YES, Side, cell_text
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.metrics.estimates import Estimate
from idlab.metrics.sampled import estimate_pairs
from idlab.replay.encode import Progress
from idlab.sweep.labelling import drawn_candidate_pairs, in_file


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
        parts = (str(name).partition("_") for name in self.frame.columns)
        fields = dict.fromkeys(field for side, _, field in parts if side in {"left", "right"} and field)
        found = (
            Side(name, cell_text(line, f"left_{name}"), cell_text(line, f"right_{name}")) for name in fields
        )
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
    drawn = drawn_candidate_pairs(dataset, done, pairs, seed)
    frame = drawn.worksheet(dataset, show_identifiers=show_identifiers)
    stratum = drawn.sample.stratum
    rank = pd.Series(stratum).groupby(stratum).cumcount().to_numpy()
    order = np.lexsort((stratum, rank)).tolist()
    return PairSheet(
        frame, order, drawn.alike(in_file(dataset, done.identity)), drawn.score[drawn.sample.place]
    )
