"""The smallest change of evidence that would have made another decision."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from idlab.compiled import Compiled
from idlab.core.codes import MERGE, MISSING, OLDEST, WEIGHTED_AVERAGE
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.replay import Replay

NO_FIELD = -1
"""The field of a flip that no change of one field alone would bring about."""


class Flips(NamedTuple):
    """What would have turned decisions: a MERGE into something else, anything else into a MERGE with its best.

    Args:
        row: [k] the interactions.
        weight: [k] the weight of the decision.
        bound: [k] the weight that must be passed: ``merge_at``, or the runner-up's weight and ``margin``.
        by_margin: [k] whether it is the latter.
        field: [k] the field whose change alone suffices with the least difference; ``NO_FIELD`` if none.
        level: [k] the level that it would have to be on; ``MISSING`` for a value that is not there.
        new_weight: [k] the weight that it would bring; that of the decision if there is none.
    """

    row: Ints
    weight: Floats
    bound: Floats
    by_margin: Flags
    field: Ints
    level: Ints
    new_weight: Floats

    @property
    def distance(self) -> Floats:
        """[k] from the weight to the bound, in the weight's unit: bits, or the weighted average's own."""
        found: Floats = np.abs(self.weight - self.bound)
        return found

    def told(self, ready: Compiled, place: int) -> str:
        """One of the changes in words.

        Args:
            ready: The config that decided.
            place: Which, from 0 to k - 1.
        """
        if self.field[place] == NO_FIELD:
            return "no change of one field alone"
        field = int(self.field[place])
        level = "missing" if self.level[place] == MISSING else ready.level_names[field][self.level[place]]
        change = self.new_weight[place] - self.weight[place]
        return f"{ready.field_names[field]} {level} ({change:+.2f})"


def flips(done: Replay, rows: Ints) -> Flips:
    """The smallest change of one field's level that would have turned each decision.

    A MERGE is undone by a weight below ``merge_at``, or by one that leaves a runner-up in the band within
    ``margin`` (unless the config takes the oldest). Anything else becomes a MERGE with its best candidate by a
    weight of at least ``merge_at`` that leaves such a runner-up behind. Guards, cannot-links and unions are
    left as they are. A level is taken at its plain weight, without term frequencies; a level that earns its
    similarity at its cut-off.

    Args:
        done: The replay.
        rows: [k] decisions that had a candidate.

    Returns:
        The changes.
    """
    rules, results = done.compiled.rules, done.results
    weight, runner_up = results.weight[rows], results.runner_up_weight[rows]
    merged = results.outcome[rows] == MERGE
    rival = (results.runner_up[rows] != MISSING) & (runner_up >= rules.pending_at)
    rival &= rules.on_rivals != OLDEST
    behind = runner_up + rules.margin
    by_margin = rival & (behind > rules.merge_at) & (~merged | (behind < weight))
    bound = np.where(by_margin, behind, rules.merge_at)
    fields, levels, table = _alternatives(done, rows)
    # A rival at exactly the margin still stands in the way, a weight of exactly merge_at merges.
    least = bound[:, None]
    merges = (table >= least) & ~(by_margin[:, None] & (table == least))
    suffices = np.where(merged[:, None], ~merges, merges)
    current = levels[None, :] == results.level.reshape(-1, rules.n_fields)[rows][:, fields]
    costs = np.where(suffices & ~current, np.abs(table - weight[:, None]), np.inf)
    best = costs.argmin(axis=1) if table.shape[1] else np.zeros(rows.size, dtype=np.int64)
    at = np.arange(rows.size)
    there = np.isfinite(costs[at, best])
    return Flips(
        rows,
        weight,
        bound,
        by_margin,
        np.where(there, fields[best], NO_FIELD),
        np.where(there, levels[best], MISSING),
        np.where(there, table[at, best], weight),
    )


def _alternatives(done: Replay, rows: Ints) -> tuple[Ints, Ints, Floats]:
    """Every field and level, and [k, alternatives] the weights that they would bring each decision."""
    rules, results = done.compiled.rules, done.results
    n_fields = rules.n_fields
    worth = _plain_worth(done.compiled)
    pairs = [
        (field, level)
        for field in range(n_fields)
        for level in range(MISSING, rules.level_start[field + 1] - rules.level_start[field])
    ]
    fields, levels = np.array(pairs, dtype=np.int64).T
    earned = np.array(
        [0.0 if level == MISSING else worth[rules.level_start[field] + level] for field, level in pairs]
    )
    contribution = results.contribution.reshape(-1, n_fields)[rows]
    total = contribution.sum(axis=1, keepdims=True)
    changed = total - contribution[:, fields] + earned
    if rules.model != WEIGHTED_AVERAGE:
        return fields, levels, changed + rules.prior
    shares = np.array(rules.field_weight)
    compared = results.level.reshape(-1, n_fields)[rows] != MISSING
    divisor = (compared * shares).sum(axis=1, keepdims=True) - (compared * shares)[:, fields]
    divisor = divisor + np.where(levels == MISSING, 0.0, shares[fields])
    return fields, levels, np.divide(changed, divisor, out=np.zeros_like(changed), where=divisor > 0)


def _plain_worth(ready: Compiled) -> list[float]:
    """What each level contributes: its weight, or its field's weight times its credit."""
    rules = ready.rules
    if rules.model != WEIGHTED_AVERAGE:
        return list(rules.worth)
    found = []
    for field in range(rules.n_fields):
        for level in range(rules.level_start[field], rules.level_start[field + 1]):
            similar = rules.earns_similarity[level] != 0
            credit = rules.cutoff[rules.part_start[level]] if similar else rules.worth[level]
            found.append(rules.field_weight[field] * credit)
    return found
