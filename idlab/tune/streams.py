"""Who meets whom: the interactions of two streams never do, whatever is decided."""

from __future__ import annotations

import numpy as np

from idlab.config import ScoringConfig
from idlab.data.splits import components_of
from idlab.metrics.arrays import Ints
from idlab.replay import Tape


def streams_of(tape: Tape, config: ScoringConfig) -> Ints:
    """Connected components of a log: the interactions of two of them never meet, whatever is decided.

    Interactions are joined if they share the key of an enabled rule, or a counted identifier.

    Args:
        tape: The encoded interactions.
        config: A config that the tape was encoded for.

    Returns:
        [n] a number for each interaction's component, from 0 by first appearance.
    """
    return components_of(np.full(tape.n_interactions, -1, dtype=np.int64), joining_values(tape, config))


def joining_values(tape: Tape, config: ScoringConfig) -> Ints:
    """[n, k] the keys and counted identifiers of every interaction as numbers; -1 where missing."""
    keys = tape.key.reshape(tape.n_interactions, -1)[:, [rule.enabled for rule in config.keys]]
    record = tape.record.reshape(tape.n_interactions, -1)
    counted = record[:, [field.name in config.guards.count_names_on for field in config.fields]]
    joining: Ints = np.concatenate([keys, counted], axis=1)
    return joining
