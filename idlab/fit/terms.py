"""Term-frequency tables: how common the common names are, never e-mails or phones."""

from __future__ import annotations

import json

import numpy as np

from idlab.config import ScoringConfig
from idlab.core.codes import MISSING
from idlab.fit.levels import Asking, exact_level
from idlab.metrics.arrays import Ints

LEAST_HOLDERS = 20
"""A value that fewer identities or persons hold is not in a table: a table in a config must not name people."""


def with_term_frequencies(
    config: ScoringConfig, asking: Asking, group: Ints
) -> tuple[ScoringConfig, dict[str, int]]:
    """A config whose names' exact levels are adjusted for how common the name is.

    The frequency of a value is the share of holders that have it, u the chance that two holders agree (the sum of
    squares), and the floor what that chance is for values not in the table: so an adjustment is right on average.

    Args:
        config: Of the model ``fellegi_sunter``; other tables that it has are replaced.
        asking: The tape of the data.
        group: [n] who each interaction belongs to, -1 where unknown.

    Returns:
        The config, and for each field of names how many values its table has; a field without any is left as it is.
    """
    document, told = json.loads(config.to_json()), {}
    for place, field in enumerate(config.fields):
        rung = exact_level(field)
        if field.kind != "name" or rung is None:
            continue
        value = asking.values(place)
        there = (value != MISSING) & (group >= 0)
        held = np.unique(np.stack([value[there], group[there]]), axis=1)[0]
        distinct, holders = np.unique(held, return_counts=True)
        listed = holders >= LEAST_HOLDERS
        told[field.name] = int(listed.sum())
        if not listed.any() or listed.all():
            continue
        share = holders / held.size
        floor = float((share[~listed] ** 2).sum() / share[~listed].sum())
        texts = [asking.tape.values[number] for number in distinct[listed].tolist()]
        table = sorted(zip(texts, share[listed].tolist(), strict=True))
        document["fields"][place]["term_frequencies"] = {text: float(f"{tf:.4g}") for text, tf in table}
        document["fields"][place]["levels"][rung]["term_frequency"] = {
            "u": float(f"{(share**2).sum():.4g}"),
            "floor": float(f"{floor:.4g}"),
        }
    return ScoringConfig.parse(document, where=f"scoring config {config.name}, with term frequencies"), told
