"""The entries of a log as arrays: which interaction each is about, and what its action names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from idlab.core.codes import ACTIONS, CLEAR, INTERACTION, KEEP_FLAG, MISSING, SPLIT
from idlab.model import Action, Interaction, customer_id_of
from idlab.replay.components import Ints

_VERDICTS = {"keep_flag": KEEP_FLAG, "clear": CLEAR, "split": SPLIT}


class LogArrays(NamedTuple):
    """A log, entry by entry, see ``idlab.replay.state.Log``."""

    kind: Ints
    subject: Ints
    other: Ints
    verdict: Ints
    part_start: Ints
    part: Ints


def each_once(interactions: int) -> LogArrays:
    """The log of so many interactions, each delivered once, and of no action."""
    kind = np.full(interactions, INTERACTION, dtype=np.int64)
    none = np.full(interactions, MISSING, dtype=np.int64)
    subject = np.arange(interactions, dtype=np.int64)
    return LogArrays(kind, subject, none, none, np.zeros(interactions + 1, dtype=np.int64), none[:0])


def log_as_arrays(log: Sequence[Interaction | Action], number: Mapping[str, int]) -> LogArrays:
    """The entries of a log as arrays; what an action names is -1 where the log holds no such interaction.

    Args:
        log: The entries, in the order handled.
        number: Of every interaction, by its id, in the order first handled.
    """
    by_customer = {customer_id_of(name): i for name, i in number.items()} if len(log) > len(number) else {}
    rows: list[tuple[int, int, int, int]] = []
    part_start, parts = [0], list[int]()
    for entry in log:
        if isinstance(entry, Interaction):
            rows.append((INTERACTION, number[entry.interaction_id], MISSING, MISSING))
        else:
            subject, other = _named(entry, by_customer)
            rows.append(
                (ACTIONS.index(entry.kind), subject, other, _VERDICTS.get(entry.verdict or "", MISSING))
            )
            if entry.kind == "erase":
                parts += [by_customer.get(customer, MISSING) for customer in entry.customers]
            parts += [number.get(one, MISSING) for one in entry.interactions]
        part_start.append(len(parts))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T.copy()
    return LogArrays(
        columns[0],
        columns[1],
        columns[2],
        columns[3],
        np.array(part_start, dtype=np.int64),
        np.array(parts, dtype=np.int64),
    )


def _named(action: Action, by_customer: Mapping[str, int]) -> tuple[int, int]:
    """The interactions, or the interaction and number, that an action names."""
    if action.link is not None:
        left, _, right = action.link.partition("+")
        return by_customer.get(left, MISSING), by_customer.get(right, MISSING)
    if action.review is not None:
        anchor, _, count = action.review.partition("#")
        return by_customer.get(anchor, MISSING), int(count) if count.isdecimal() and len(
            count
        ) < 10 else MISSING
    return by_customer.get(action.customers[0], MISSING) if action.customers else MISSING, MISSING
