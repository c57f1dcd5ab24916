"""Which other interactions may be of the same person: what a labeller looks through, and pairs to judge."""

from __future__ import annotations

import numpy as np

from idlab.core.codes import MISSING
from idlab.evaluate import enabled_keys
from idlab.metrics.arrays import Floats, Ints
from idlab.replay import Replay


def to_look_through(done: Replay, drawn: Ints, most: int = 200) -> list[Ints]:
    """For each drawn interaction, those that may be of the same person.

    These are the rest of its identity, the identities linked with that, and every interaction that shares a
    key with one of the identity.

    Args:
        done: A replay.
        drawn: [k] interactions, by number in the order handled.
        most: How many to give for each at most, the identity's own first.

    Returns:
        For each the others, without itself.
    """
    keys, identity = enabled_keys(done), done.identity
    members = _Groups(identity)
    sharing = [_Groups(column) for column in keys.T]
    left, right, _ = done.link_arrays
    pairs = np.concatenate([identity[[left, right]], identity[[right, left]]], axis=1)
    found = []
    for row in drawn.tolist():
        own = members.of(identity[[row]])
        linked = members.of(pairs[1, pairs[0] == identity[row]])
        near = [groups.of(keys[own, place]) for place, groups in enumerate(sharing)]
        others = np.concatenate([own, linked, *near])
        _, first = np.unique(others, return_index=True)
        others = others[np.sort(first)]
        found.append(others[others != row][:most])
    return found


def candidate_pairs(done: Replay) -> tuple[Ints, Ints, Floats]:
    """Every interaction with the interaction that opened its top candidate, and the score.

    Returns:
        [k] interactions, [k] the others, and [k] scores.
    """
    row = np.flatnonzero(done.results.subject != MISSING)
    return row, done.results.subject[row], done.score[row]


class _Groups:
    """Rows by a code; negative codes are none."""

    def __init__(self, code: Ints) -> None:
        self._order = np.argsort(code, kind="stable")
        self._sorted = code[self._order]

    def of(self, codes: Ints) -> Ints:
        """The rows that have one of the codes, ascending within each."""
        wanted = np.unique(codes[codes >= 0])
        start = np.searchsorted(self._sorted, wanted, side="left")
        stop = np.searchsorted(self._sorted, wanted, side="right")
        parts = [self._order[a:b] for a, b in zip(start, stop, strict=True)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
