"""What passes wrote down in the order of the course, put back into the order handled, column by column as asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from idlab.core.codes import MISSING
from idlab.replay.components import Ints
from idlab.replay.passes import LinkArrays, Pass
from idlab.replay.state import N_MOVED, N_TARGETS_WRITTEN, N_UNIONS, Floats

Flags = NDArray[np.bool_]
Cells = TypeVar("Cells", bound=NDArray[Any])


class Handled:
    """What was decided, by interaction in the order handled, and what happened, in the order of the log.

    Args:
        passes: Over the parts of one course, in its order.
    """

    def __init__(self, passes: Sequence[Pass]) -> None:
        self._passes = passes

    @cached_property
    def result(self) -> Ints:
        """[entries] what each entry came to: an outcome, or what an action came to."""
        cells = np.concatenate([one.written.result for one in self._passes])
        return put_back(cells, self._entries).astype(np.int64)

    @cached_property
    def outcome(self) -> Ints:
        """[n] a place in ``idlab.core.codes.OUTCOMES``."""
        outcome: Ints = self._column("outcome").astype(np.int64)
        return outcome

    @cached_property
    def joined(self) -> Ints:
        """[n] the identity that each joined, itself if it opened one."""
        return self._who("joined")

    @cached_property
    def subject(self) -> Ints:
        """[n] the candidate that the decision rests on, -1 without candidates."""
        return self._who("subject")

    @cached_property
    def runner_up(self) -> Ints:
        """[n] the next best candidate, -1 without one."""
        return self._who("runner_up")

    @cached_property
    def weight(self) -> Floats:
        """[n] the weight of ``subject``."""
        weight: Floats = self._column("weight")
        return weight

    @cached_property
    def runner_up_weight(self) -> Floats:
        """[n] the weight of ``runner_up``."""
        weight: Floats = self._column("runner_up_weight")
        return weight

    @cached_property
    def reasons(self) -> Ints:
        """[n] bits, see ``idlab.core.codes.reasons_of``."""
        reasons: Ints = self._column("reasons").astype(np.int64)
        return reasons

    @cached_property
    def level(self) -> NDArray[np.int8]:
        """[n * fields] the level that ``subject`` reached in each field, -1 where a side is missing."""
        level: NDArray[np.int8] = self._column("level")
        return level

    @cached_property
    def contribution(self) -> Floats:
        """[n * fields] what each field contributed to the weight of ``subject``."""
        contribution: Floats = self._column("contribution")
        return contribution

    @cached_property
    def target_start(self) -> Ints:
        """[n + 1] where the targets of each start in ``target``."""
        counts = put_back(self._target_counts, self._interactions)
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])

    @cached_property
    def target(self) -> Ints:
        """The identities that the links or the review item of a decision point to."""
        return _targets(self._passes, self._target_counts, self.target_start, self._interactions)

    @cached_property
    def union_at(self) -> Ints:
        """[unions] the log position of each union."""
        return self._happened("union_at")[self._union_order]

    @cached_property
    def union_kept(self) -> Ints:
        """[unions] the identity that survived."""
        return self._happened("union_kept")[self._union_order]

    @cached_property
    def union_gone(self) -> Ints:
        """[unions] the identity that was absorbed."""
        return self._happened("union_gone")[self._union_order]

    @cached_property
    def union_by_action(self) -> Ints:
        """[unions] 1 if an accepted link united them, 0 if a decision did."""
        return self._happened("union_by_action")[self._union_order]

    @cached_property
    def moved_at(self) -> Ints:
        """[moved] the log position of the split."""
        return self._happened("moved_at")[self._move_order]

    @cached_property
    def moved(self) -> Ints:
        """[moved] an interaction of the identity that was split."""
        return self._happened("moved")[self._move_order]

    @cached_property
    def moved_to(self) -> Ints:
        """[moved] the identity that holds it afterwards."""
        return self._happened("moved_to")[self._move_order]

    @cached_property
    def _interactions(self) -> Ints:
        return np.concatenate([one.course.interactions for one in self._passes])

    @cached_property
    def _entries(self) -> Ints:
        return np.concatenate([one.course.entries for one in self._passes])

    @cached_property
    def _target_counts(self) -> Ints:
        """[n] how many targets each has, in the course."""
        return np.concatenate([np.diff(one.written.target_start) for one in self._passes])

    @cached_property
    def _union_order(self) -> Ints:
        return np.argsort(self._happened("union_at"), kind="stable")

    @cached_property
    def _move_order(self) -> Ints:
        return np.argsort(self._happened("moved_at"), kind="stable")

    def _column(self, name: str) -> Any:
        cells = np.concatenate([getattr(one.written, name) for one in self._passes])
        return put_back(cells, self._interactions)

    def _who(self, name: str) -> Ints:
        named = [one.course.handled(getattr(one.written, name)) for one in self._passes]
        return put_back(np.concatenate(named), self._interactions)

    def _happened(self, name: str) -> Ints:
        """One column of the unions or moves, in the order of the course."""
        return np.concatenate([_happened(one, name) for one in self._passes])


def _happened(one: Pass, name: str) -> Ints:
    written = one.written
    size = written.sizes[N_UNIONS if name.startswith("union") else N_MOVED]
    cells: Ints = getattr(written, name)[:size]
    if name.endswith("_at"):
        return one.course.entries[cells]
    return cells if name == "union_by_action" else one.course.handled(cells)


def _targets(passes: Sequence[Pass], counts: Ints, start: Ints, interactions: Ints) -> Ints:
    """All targets, each interaction's where they start."""
    found = np.concatenate(
        [one.course.handled(one.written.target[: one.written.sizes[N_TARGETS_WRITTEN]]) for one in passes]
    )
    written_from = np.cumsum(counts) - counts
    place = np.repeat(start[:-1][interactions] - written_from, counts) + np.arange(len(found))
    target = np.empty_like(found)
    target[place] = found
    return target


def links_as_handled(passes: Sequence[Pass]) -> LinkArrays:
    """Every link ever opened, in the order opened."""
    left, right = (
        np.concatenate([one.course.handled(getattr(one.links, side)) for one in passes])
        for side in ("left", "right")
    )
    state = np.concatenate([one.links.state for one in passes])
    order = np.argsort(left, kind="stable")
    return LinkArrays(left[order], right[order], state[order])


def items_as_handled(passes: Sequence[Pass]) -> list[tuple[Pass, int]]:
    """All review items ever opened, in the order opened: the pass in which each was, and its number there."""
    opened_at = np.concatenate([one.course.entries[one.items.opened_at] for one in passes])
    numbers = [(one, item) for one in passes for item in range(len(one.items.anchor))]
    return [numbers[place] for place in np.argsort(opened_at, kind="stable").tolist()]


def hubs_as_handled(passes: Sequence[Pass]) -> Flags:
    """[n, rules] whether each key was a hub when its interaction was decided, by when each became one."""
    met = np.concatenate([_met_hub(one) for one in passes])
    return put_back(met, np.concatenate([one.course.interactions for one in passes]))


def _met_hub(one: Pass) -> Flags:
    key = one.course.tape.key.reshape(one.course.tape.n_interactions, -1)
    met = np.zeros(key.shape, dtype=np.bool_)
    there = key != MISSING
    since = one.hub_since[key[there]]
    met[there] = (since > 0) & (since <= 1 + np.nonzero(there)[0])
    return met


def identity_as_handled(passes: Sequence[Pass]) -> Ints:
    """[n] the final identity of every interaction."""
    return put_back(
        np.concatenate([one.course.handled(one.root) for one in passes]),
        np.concatenate([one.course.interactions for one in passes]),
    )


def erased_as_handled(passes: Sequence[Pass]) -> Flags:
    """[n] whether the identity of this number is a tombstone."""
    return put_back(
        np.concatenate([one.erased for one in passes]),
        np.concatenate([one.course.interactions for one in passes]),
    )


def put_back(cells: Cells, order: Ints) -> Cells:
    """Rows of a table in the course, flat or not, as rows in the order that ``order`` gives the places of."""
    if not len(order):
        return cells
    put: Cells = np.empty_like(cells)
    put.reshape(len(order), -1)[order] = cells.reshape(len(order), -1)
    return put
