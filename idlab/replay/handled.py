"""What a replay wrote down in the order of its course, put back into the order handled."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idlab.core.world import N_LINKS, N_REVIEWS, World
from idlab.replay.components import Ints
from idlab.replay.course import Course
from idlab.replay.state import N_MOVED, N_TARGETS_WRITTEN, N_UNIONS, Results


class LinkArrays(NamedTuple):
    """Links in the order opened: the interaction at hand, the other one, and a place in ``LINK_STATES``."""

    left: Ints
    right: Ints
    state: Ints


def results_as_handled(results: Results, course: Course) -> Results:
    """What was decided, by interaction in the order handled; what happened, in the order of the log."""
    unions = _by_entry(results.union_at[: results.sizes[N_UNIONS]], course)
    moves = _by_entry(results.moved_at[: results.sizes[N_MOVED]], course)
    start, target = _targets(results, course)
    entries, handled = course.entries, course.handled
    return results._replace(
        result=_put_back(results.result, entries).astype(np.int64),
        outcome=_put_back(results.outcome, course.interactions).astype(np.int64),
        joined=_put_back(handled(results.joined), course.interactions),
        subject=_put_back(handled(results.subject), course.interactions),
        runner_up=_put_back(handled(results.runner_up), course.interactions),
        weight=_put_back(results.weight, course.interactions),
        runner_up_weight=_put_back(results.runner_up_weight, course.interactions),
        reasons=_put_back(results.reasons, course.interactions).astype(np.int64),
        level=_put_back(results.level, course.interactions),
        contribution=_put_back(results.contribution, course.interactions),
        target_start=start,
        target=target,
        union_at=entries[results.union_at[unions]],
        union_kept=handled(results.union_kept[unions]),
        union_gone=handled(results.union_gone[unions]),
        union_by_action=results.union_by_action[unions],
        moved_at=entries[results.moved_at[moves]],
        moved=handled(results.moved[moves]),
        moved_to=handled(results.moved_to[moves]),
    )


def links_as_handled(world: World, course: Course) -> LinkArrays:
    """Every link ever opened, in the order opened."""
    size, links = world.counters[N_LINKS], world.links
    left = course.handled(np.asarray(links.left[:size]))
    order = np.argsort(left, kind="stable")
    right, state = course.handled(np.asarray(links.right[:size])), np.asarray(links.state[:size])
    return LinkArrays(left[order], right[order], state[order])


def items_as_handled(world: World, results: Results, course: Course) -> Ints:
    """The numbers of all review items ever opened, in the order opened."""
    return _by_entry(results.item_at[: world.counters[N_REVIEWS]], course)


def hubs_as_handled(hub_since: Ints, course: Course) -> NDArray[np.bool_]:
    """[n, rules] whether each key was a hub when its interaction was decided, by when each became one."""
    n = course.tape.n_interactions
    key = np.asarray(course.tape.key).reshape(n, -1)
    met = np.zeros(key.shape, dtype=np.bool_)
    there = key >= 0
    since = np.asarray(hub_since)[key[there]]
    met[there] = (since > 0) & (since <= 1 + np.nonzero(there)[0])
    handled = np.empty_like(met)
    handled[course.interactions] = met
    return handled


def identity_as_handled(root: Ints, course: Course) -> Ints:
    """The identity of every interaction, from the roots by course."""
    identity: Ints = _put_back(course.handled(root), course.interactions)
    return identity


def _by_entry(at: Ints, course: Course) -> Ints:
    """The places of what happened at these entries of the course, in the order of the log."""
    return np.argsort(course.entries[at], kind="stable")


def _put_back(cells: Any, order: Ints) -> Any:
    """Rows of a flat table in the course, as rows in the order that ``order`` gives the places of."""
    if not len(order):
        return cells
    put = np.empty_like(cells).reshape(len(order), -1)
    put[order] = cells.reshape(len(order), -1)
    return put.reshape(-1)


def _targets(results: Results, course: Course) -> tuple[Ints, Ints]:
    """Where each interaction's targets start, and the targets."""
    size = results.sizes[N_TARGETS_WRITTEN]
    counts = np.diff(results.target_start)
    start = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(_put_back(counts, course.interactions))])
    place = np.repeat(start[:-1][course.interactions] - results.target_start[:-1], counts) + np.arange(size)
    target = np.empty(size, dtype=np.int64)
    target[place] = course.handled(results.target[:size])
    return start, target
