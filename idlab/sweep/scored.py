"""Every decision's top candidate: how it was scored, and whether it was the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from idlab.config import ScoringConfig
from idlab.core.codes import MISSING
from idlab.data.splits import split_by_component
from idlab.metrics import components
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.metrics.calibration import Calibration, calibration, calibration_by
from idlab.metrics.holdings import NOBODY
from idlab.metrics.recalibration import Curve, fit_curve
from idlab.metrics.shares import Components
from idlab.metrics.standing import standing
from idlab.sweep.prepared import Prepared

SIZES = ((1, "1 interaction"), (2, "2"), (4, "3 to 4"), (9, "5 to 9"), (10**9, "10 or more"))
"""Profile sizes that are told apart, by their upper ends."""


class Scored(NamedTuple):
    """Decisions with a top candidate whose person is known.

    Args:
        row: [k] the interaction, by number in the order handled.
        score: [k] of the top candidate, 0 to 1.
        weight: [k] what it was ranked by.
        right: [k] whether its plurality person before the event is the person.
        size: [k] how many interactions of known persons it held then.
        pair: [k] the channel pair, as a place in ``pairs``.
        pairs: The channel of the interaction and that in which the candidate was first seen.
        component: [k] of persons and final identities.
    """

    row: Ints
    score: Floats
    weight: Floats
    right: Flags
    size: Ints
    pair: Ints
    pairs: tuple[str, ...]
    component: Ints


def scored(prepared: Prepared, config: ScoringConfig) -> Scored:
    """Replay a dataset and judge the top candidate of every decision that counts, merged with or not.

    Args:
        prepared: The dataset, encoded for the config.
        config: What scores.
    """
    done, history = prepared.replayed(config)
    results, person = done.results, prepared.person
    row = np.flatnonzero((results.subject != MISSING) & (person >= 0) & prepared.counted)
    was = standing(history, person, history.entry[row], results.subject[row])
    kept = was.owner != NOBODY
    row, owner, size = row[kept], was.owner[kept], was.size[kept]
    channel, names = prepared.channel
    pair = channel[row] * len(names) + channel[results.subject[row]]
    component, _ = components(person, history.identity)
    return Scored(
        row,
        done.score[row],
        results.weight[row],
        owner == person[row],
        size,
        pair,
        tuple(f"{one} to {other}" for one in names for other in names),
        component[row],
    )


def calibration_frame(found: Scored, bins: int = 10) -> pd.DataFrame:
    """Calibration of all decisions, of each channel pair and of each profile size.

    Returns:
        Columns ``by`` (``all``, ``channel pair``, ``profile size``), ``group``, those of ``Calibration``, and
        ``right_low`` and ``right_high``, the 95 % interval of ``right`` over components; groups without decisions
        are left out.
    """
    of_size = np.searchsorted([most for most, _ in SIZES], found.size)
    parts = {
        "channel pair": (found.pair, dict(enumerate(found.pairs))),
        "profile size": (of_size, {place: name for place, (_, name) in enumerate(SIZES)}),
    }
    together = Components(found.component, int(found.component.max(initial=-1)) + 1)

    def told(by: str, name: str, one: Calibration, among: Flags) -> dict[str, Any]:
        right = together.share(found.right, among)
        return {"by": by, "group": name, **one._asdict(), "right_low": right.low, "right_high": right.high}

    everybody = np.ones(found.row.size, dtype=np.bool_)
    rows = [told("all", "all", calibration(found.score, found.right, bins), everybody)]
    for by, (code, names) in parts.items():
        groups = calibration_by(found.score, found.right, code, names, bins)
        rows += [
            told(by, name, groups[name], code == place)
            for place, name in names.items()
            if groups[name].decisions
        ]
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Recalibration:
    """A curve, and what it does on components that it was not fitted on.

    Args:
        curve: The curve.
        before: Calibration of the scores there.
        after: Calibration of the curve's probabilities there.
    """

    curve: Curve
    before: Calibration
    after: Calibration


def recalibrated(
    found: Scored, method: str = "isotonic", *, fraction: float = 0.5, seed: int = 0, bins: int = 10
) -> Recalibration:
    """Fit a curve on some components and measure it on the others.

    Args:
        found: The judged decisions.
        method: One of ``idlab.metrics.recalibration.METHODS``.
        fraction: The share of decisions to fit on, above 0 and below 1.
        seed: Of the choice of components.
        bins: Of the calibration, at most.

    Raises:
        BadInput: If the fraction is out of range, or the decisions to fit on are too few or of one kind.
    """
    no_keys = np.full((found.row.size, 1), -1, dtype=np.int64)
    fitted = split_by_component(found.component, no_keys, (fraction, 1 - fraction), seed) == 0
    curve = fit_curve(found.weight[fitted], found.right[fitted], method)
    rest = ~fitted
    return Recalibration(
        curve,
        calibration(found.score[rest], found.right[rest], bins),
        calibration(curve(found.weight[rest]), found.right[rest], bins),
    )
