"""The way from one interaction to another: by the keys that each shares with the next."""

from __future__ import annotations

from collections import deque
from itertools import pairwise

import numpy as np

from idlab.core.codes import MISSING
from idlab.metrics.arrays import Ints
from idlab.why.answer import Step
from idlab.why.past import Past
from idlab.why.sides import rule_names


def way_between(
    past: Past, start: int, stop: int, rows: Ints, link: tuple[int, int] | None
) -> tuple[Step, ...]:
    """The shortest way from one interaction to another over some interactions that share keys.

    Args:
        past: The world when the two became one customer.
        start: Where the way starts.
        stop: Where it ends.
        rows: The interactions that it may lead over.
        link: Two interactions that an accepted link joined, if one did.

    Returns:
        The steps; none if there is no way, as after a split.
    """
    steps = _shortest(past, start, stop, rows, link, hubs=False)
    return steps or _shortest(past, start, stop, rows, link, hubs=True)


def _shortest(
    past: Past, start: int, stop: int, rows: Ints, link: tuple[int, int] | None, *, hubs: bool
) -> tuple[Step, ...]:
    """Breadth first; a hub is used only where asked for: its key may have served before it was one."""
    keys = _usable_keys(past, rows, hubs=hubs)
    holders: dict[int, list[int]] = {}
    for row, held in keys.items():
        for _, key in held:
            holders.setdefault(key, []).append(row)
    came_from: dict[int, int] = {start: start}
    waiting = deque([start])
    while waiting and stop not in came_from:
        row = waiting.popleft()
        reached = [other for _, key in keys.get(row, ()) for other in holders.pop(key, ())]
        if link is not None and row in link:
            reached += [one for one in link if one != row]
        for other in reached:
            if other not in came_from:
                came_from[other] = row
                waiting.append(other)
    if stop not in came_from:
        return ()
    way = [stop]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    way.reverse()
    names, ids = rule_names(past.done), past.done.tape.ids
    steps = []
    for row, following in pairwise(way):
        shared = tuple(names[rule] for rule, _ in sorted(set(keys[row]) & set(keys[following])))
        steps.append(Step(shared or ("accepted link",), ids[following]))
    return tuple(steps)


def _usable_keys(past: Past, rows: Ints, *, hubs: bool) -> dict[int, list[tuple[int, int]]]:
    """The keys of every row under enabled rules, as (rule, key)."""
    tape, rules = past.done.tape, past.world.rules
    keys = tape.key.reshape(tape.n_interactions, tape.n_rules)[rows]
    enabled = np.asarray(rules.key_on, dtype=np.bool_)
    usable = (keys != MISSING) & enabled
    if not hubs:
        usable &= past.index.hub[keys] == 0
    return {
        int(row): [(int(rule), int(keys[place, rule])) for rule in np.flatnonzero(usable[place])]
        for place, row in enumerate(rows)
    }
