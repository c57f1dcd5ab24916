"""The lowest ``merge_at`` whose false-merge rate can be promised, each threshold by a full replay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from idlab.config import ScoringConfig
from idlab.metrics import Disposition, components, judge
from idlab.metrics.arrays import Ints
from idlab.metrics.guarantee import Guarantee, certify
from idlab.replay.encode import Progress
from idlab.sweep.grid import AVERAGES, PROBABILITIES
from idlab.sweep.prepared import Prepared, changed, each, joined


def guaranteed_threshold(
    prepared: Prepared,
    config: ScoringConfig,
    *,
    alpha: float = 0.01,
    delta: float = 0.05,
    merge_at: Sequence[float] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Guarantee:
    """Certify a threshold on a dataset of people that the config was not tuned on.

    Judged are MERGE decisions that count, by the plurality person of the identity before. ``pending_at``
    stays, or comes down to ``merge_at`` where that is lower. Components are those of persons and of the final
    identities of every threshold tried, so that they are the same at each.

    Args:
        prepared: The dataset, encoded for the config.
        config: Everything but ``merge_at``.
        alpha: The false-merge rate to promise.
        delta: The risk that the promise does not hold.
        merge_at: The thresholds to try, in any order; those of a grid above 0.5 if None.
        workers: How many threads replay.
        progress: Called with what is being done.

    Raises:
        BadInput: If a level or threshold is out of range.
    """
    usual = PROBABILITIES if config.model.kind == "fellegi_sunter" else AVERAGES
    tried = merge_at if merge_at is not None else [level for level in usual if level > 0.5]
    thresholds = sorted({float(level) for level in tried}, reverse=True)

    def at(threshold: float) -> tuple[Ints, Ints]:
        decide = {"merge_at": threshold, "pending_at": min(config.decide.pending_at, threshold)}
        _, history = prepared.replayed(changed(config, decide=decide))
        disposition = judge(history, prepared.person).disposition
        verdict = np.where(history.counted, disposition, Disposition.UNJUDGED)
        return verdict, history.identity

    runs = each(thresholds, at, workers=workers, progress=progress, doing="certifying replay")
    component, count = components(prepared.person, joined((run[1] for run in runs), len(prepared)))
    wrong, right = (
        np.stack([np.bincount(component[run[0] == verdict], minlength=count) for run in runs], axis=1)
        for verdict in (Disposition.MERGE_WRONG, Disposition.MERGE_RIGHT)
    )
    people = int(np.unique(prepared.person[prepared.person >= 0]).size)
    false = wrong.astype(np.float64)
    return certify(np.array(thresholds), false, false + right, alpha, delta, people)
