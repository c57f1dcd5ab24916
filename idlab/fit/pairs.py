"""The pair mode: m and u of pairs of records, as other libraries estimate them, to check idlab's EM against theirs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from idlab.core.codes import MISSING
from idlab.core.compare import NEVER_STALE
from idlab.fit.em import EmFit, fit_em, patterns_of
from idlab.fit.levels import Asking
from idlab.metrics.arrays import Floats, Ints


def pair_levels(asking: Asking, left: Ints, right: Ints) -> Ints:
    """[k, fields] the levels of pairs of records, -1 where either lacks the field.

    Args:
        asking: The tape and the levels.
        left, right: [k] interactions, by number in the order handled.
    """
    columns = []
    for place in range(len(asking.ready.field_names)):
        value = asking.values(place)
        one, other = value[left], value[right]
        level = np.full(left.size, MISSING, dtype=np.int64)
        there = (one != MISSING) & (other != MISSING)
        never = np.full(int(there.sum()), NEVER_STALE, dtype=np.int64)
        level[there] = asking.levels(place, one[there], other[there], never)
        columns.append(level)
    return np.stack(columns, axis=1)


def every_pair(rows: int) -> tuple[Ints, Ints]:
    """Every pair of rows once, the earlier one on the left."""
    left, right = np.triu_indices(rows, 1)
    return left.astype(np.int64), right.astype(np.int64)


def pair_u(level: Ints, n_levels: Sequence[int]) -> list[Floats]:
    """Per field, the share of each level among pairs: u, if nearly all of these pairs are no match.

    Args:
        level: [k, fields] levels of pairs drawn without regard to any field.
        n_levels: How many levels each field has.

    Returns:
        Shares, a level that never came up counted as half a pair.
    """
    shares = []
    for column, size in zip(level.T, n_levels, strict=True):
        counts = np.maximum(np.bincount(column[column != MISSING], minlength=size), 0.5)
        shares.append(counts / counts.sum())
    return shares


def fit_pairs(level: Ints, u: Sequence[Floats], blocked_on: Sequence[int], *, seed: int = 0) -> EmFit:
    """The m of pairs that were blocked on some fields, which say nothing then; u stays as given.

    Args:
        level: [k, fields] levels of the pairs on which the fields of ``blocked_on`` agree.
        u: Per field.
        blocked_on: Fields, by place.
        seed: Of the starts.
    """
    rest = level.copy()
    rest[:, list(blocked_on)] = MISSING
    return fit_em(patterns_of(rest, np.zeros(len(rest), dtype=np.int64)), u, seed=seed)
