"""How far wrong merges reach: the worst, the mean and the tail of what they laid open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from idlab.evaluate.evaluation import Evaluation
from idlab.metrics import Disposition, Rate
from idlab.metrics.arrays import Floats
from idlab.metrics.exposure import NEVER, Exposures, exposures
from idlab.model import customer_id_of

DAY = 86_400_000_000
"""Microseconds in a day."""


@dataclass(frozen=True, eq=False)
class BlastRadius:
    """What the counted wrong merges laid open to other people.

    Args:
        evaluation: What they are of.
        exposures: What each laid open.
    """

    evaluation: Evaluation
    exposures: Exposures

    @cached_property
    def days(self) -> Floats:
        """[wrong] from the merge until a split ended it, else until the last interaction of the log."""
        time, found = self.evaluation.replay.tape.time, self.exposures
        last = time.max(initial=0)
        beyond = np.append(time, last)  # a split behind the last interaction
        end = np.where(found.until == NEVER, last, beyond[found.until])
        elapsed: Floats = np.maximum(end - time[found.row], 0) / DAY
        return elapsed

    def mean(self) -> dict[str, Rate]:
        """Means per wrong merge, with intervals: ``interactions``, ``persons``, ``identifiers``, ``days``."""
        return {name: self._mean(values) for name, values in self._measures().items()}

    def tail(self, shares: tuple[float, ...] = (0.5, 0.9, 0.99)) -> pd.DataFrame:
        """The quantiles of every measure over wrong merges, and the worst, a row for each share."""
        columns = {
            name: [float(np.quantile(values, share)) for share in (*shares, 1.0)] if values.size else []
            for name, values in self._measures().items()
        }
        return pd.DataFrame({"share": [*shares, 1.0] if self.days.size else [], **columns})

    def worst(self, most: int = 10) -> pd.DataFrame:
        """The wrong merges that laid most identifiers open, the worst first, one for each identity and person."""
        ids, person = self.evaluation.replay.tape.ids, self.evaluation.person
        row, identity = self.exposures.row, self.evaluation.history.identity
        table = pd.DataFrame(self._measures()).assign(row=row, identity=identity[row], person=person[row])
        table = table.sort_values(["identifiers", "interactions", "days"], ascending=False, kind="stable")
        table = table.drop_duplicates(["identity", "person"]).head(most).reset_index(drop=True)
        table.insert(0, "interaction_id", [ids[one] for one in table["row"].tolist()])
        table.insert(1, "customer_id", [customer_id_of(ids[one]) for one in table["identity"].tolist()])
        return table.drop(columns=["row", "identity", "person"])

    def _measures(self) -> dict[str, Floats]:
        found = self.exposures
        counts = {name: getattr(found, name) for name in ("interactions", "persons", "identifiers")}
        return {**{name: values.astype(np.float64) for name, values in counts.items()}, "days": self.days}

    def _mean(self, values: Floats) -> Rate:
        whole = np.zeros(self.evaluation.person.size)
        among = np.zeros(whole.size, dtype=np.bool_)
        whole[self.exposures.row], among[self.exposures.row] = values, True
        return self.evaluation.components.mean(whole, among, most=float(values.max(initial=1.0)))


def blast_radius(evaluation: Evaluation) -> BlastRadius:
    """What every counted wrong merge laid open to other people, how much of it and for how long.

    Identifiers are the normalised values of all fields of the config but conversations.

    Args:
        evaluation: The evaluation.

    Returns:
        The blast radius of each.
    """
    tape = evaluation.replay.tape
    fields = evaluation.replay.compiled.normalizer.fields
    kept = [place for place, spec in enumerate(fields) if spec.kind != "conversation"]
    values = tape.record.reshape(tape.n_interactions, -1)[:, kept]
    rows = np.flatnonzero(evaluation.judged & (evaluation.disposition == Disposition.MERGE_WRONG))
    return BlastRadius(evaluation, exposures(evaluation.history, evaluation.person, values, rows))
