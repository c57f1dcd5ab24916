"""The arrays of a replay: the world of the core, the key index, the members of identities and what comes out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idlab.compiled import Compiled
from idlab.core.codes import MISSING
from idlab.core.similarity import WORK_SIZE, Packed
from idlab.core.world import (
    N_COUNTERS,
    PLAN_SIZE,
    SCALARS,
    Candidates,
    Cannot,
    Cells,
    Identities,
    Links,
    Marks,
    Profiles,
    Reviews,
    Rules,
    Scratch,
    UserPredicates,
    Values,
    World,
)
from idlab.replay.tape import Tape

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Index(NamedTuple):
    """What leads where.

    A key leads to records: a chain of nodes, node i * rules + r for record i under rule r. An interaction leads to the links
    opened when it was handled, which end at ``link_at``, to the chain of review items that it anchors, and to ``room`` for as
    many entries of profiles as it has values.
    """

    n_rules: int
    key: Cells[int]
    head: Cells[int]
    next: Cells[int]
    posted: Cells[int]
    hub: Cells[int]
    holders: Cells[int]
    found: Cells[int]
    seen_key: Cells[int]
    seen_by: Cells[int]
    found_by: Cells[int]
    seen_record: Cells[int]
    link_at: Cells[int]
    item_newest: Cells[int]
    item_before: Cells[int]
    room: Cells[int]


class Members(NamedTuple):
    """The interactions of each identity: a chain from its root's ``head``."""

    head: Cells[int]
    tail: Cells[int]
    next: Cells[int]
    handled: Cells[int]
    gathered: Cells[int]
    moved: Cells[int]
    rooms: Cells[int]
    listed: Cells[int]


class Log(NamedTuple):
    """The entries of the tape: interactions and actions in the order handled."""

    n_entries: int
    n_interactions: int
    room_cannot: int
    room_moved: int
    kind: Cells[int]
    subject: Cells[int]
    other: Cells[int]
    verdict: Cells[int]
    part_start: Cells[int]
    part: Cells[int]


class Results(NamedTuple):
    """What was decided, by interaction, and what happened, by log position; the kernel writes some of it in fewer bits."""

    result: Ints
    outcome: Ints
    joined: Ints
    subject: Ints
    runner_up: Ints
    weight: Floats
    runner_up_weight: Floats
    reasons: Ints
    level: NDArray[np.int8]
    contribution: Floats
    target_start: Ints
    target: Ints
    union_at: Ints
    union_kept: Ints
    union_gone: Ints
    union_by_action: Ints
    moved_at: Ints
    moved: Ints
    moved_to: Ints
    item_at: Ints
    sizes: Ints


# Places in Results.sizes
N_TARGETS_WRITTEN = 0
N_UNIONS = 1
N_MOVED = 2
N_ITEMS = 3
N_SIZES = 4


class Room(NamedTuple):
    """How many cannot-links and moves the arrays have room for; grown when a replay needs more."""

    cannot: int
    moved: int


def full(size: int, value: int = MISSING) -> Any:
    """A new array of one whole number."""
    return np.full(size, value, dtype=np.int64)


def narrow(size: int, value: int, kind: type[np.signedinteger[Any]]) -> Any:
    """As ``full``, in fewer bits: for what is written once and not reckoned with."""
    return np.full(size, value, dtype=kind)


def empty(size: int) -> Any:
    """A new array that is written before it is read; it takes no memory until then."""
    return np.empty(size, dtype=np.int64)


ROW = 8
"""Cells in the row of a table: 64 bytes, what a processor fetches at once."""


def empty_floats(size: int) -> Any:
    """As ``empty``, of floats."""
    return np.empty(size, dtype=np.float64)


def numbers(size: int) -> Any:
    """The whole numbers from 0."""
    return np.arange(size, dtype=np.int64)


def table(rows: int, *defaults: int | None) -> Any:
    """Columns of one table, so that what belongs to one thing lies together: one fetch from memory and not eight.

    Args:
        rows: How many things.
        defaults: What each column holds at first, at most ``ROW`` columns; None if it is written before it is read.

    Returns:
        The columns: every ``ROW``-th cell of the same memory.
    """
    rows = max(rows, 2)  # a column of one cell would not be told from an array
    cells = np.empty((rows + 1) * ROW, dtype=np.int64)
    past_line = cells.ctypes.data // cells.itemsize % ROW
    aligned = cells[(ROW - past_line) % ROW :][: rows * ROW].reshape(rows, ROW)
    if any(default is not None for default in defaults):
        aligned[:, : len(defaults)] = [MISSING if default is None else default for default in defaults]
    return [aligned[:, column] for column in range(len(defaults))]


_FLOATS = ("field_weight", "worth", "cutoff")


def rules_as_arrays(rules: Rules) -> Rules:
    """The tables of a compiled config as arrays."""
    tables: dict[str, Any] = {
        name: np.asarray(cells, dtype=np.float64 if name in _FLOATS else np.int64)
        for name, cells in rules._asdict().items()
        if isinstance(cells, list)
    }
    return rules._replace(**tables)


def term_bits(tape: Tape, compiled: Compiled) -> Any:
    """The term-frequency adjustment of every value, a column for each level that asks for one."""
    bits = np.zeros((tape.n_values, len(compiled.terms)), dtype=np.float64)
    for column, table in enumerate(compiled.terms):
        by_code = {tape.code_of(table.field, text): bit for text, bit in table.bits.items()}
        start, stop = tape.value_start[table.field], tape.value_start[table.field + 1]
        forms = tape.scalar.reshape(-1, SCALARS)[start:stop, table.form]
        bits[start:stop, column] = [by_code.get(int(code), table.unlisted) for code in forms]
    return bits.reshape(-1)


def new_world(tape: Tape, compiled: Compiled, user: UserPredicates, room: Room) -> World:
    """An empty world with room for everything that a replay of the tape can bring about."""
    n, n_fields = tape.n_interactions, compiled.rules.n_fields
    n_entries, n_values = int(np.count_nonzero(tape.record != MISSING)), tape.n_values
    arrays: Any = tape
    max_links = n * compiled.rules.max_links
    names = tape.n_values + 1
    shared = np.zeros(n_values, dtype=np.int64)
    for field, listed in enumerate(compiled.known_shared):
        for value in listed:
            number = tape.value_number(field, value)
            if number is not None:
                shared[number] = 1
    entries: Any = table(n_entries, None, None, None, None, None, None, None)
    items: Any = table(max_items(tape), None, None, None, None)
    marks = table(n_values, 0, 0, 0, MISSING, MISSING)
    marks[0][:n_values] = marks[1][:n_values] = shared
    n_name_nodes = n * max(1, sum(int(counted) for counted in compiled.rules.counts_names))
    return World(
        rules=rules_as_arrays(compiled.rules),
        values=Values(
            scalar=arrays.scalar,
            list_start=arrays.list_start,
            item=arrays.item,
            ordinal=arrays.ordinal,
            term=term_bits(tape, compiled),
            n_terms=len(compiled.terms),
            text=Packed(arrays.points, arrays.text_start, empty(WORK_SIZE)),
        ),
        user=user,
        record=arrays.record,
        time=arrays.time,
        profiles=Profiles._make([full(n * n_fields), *entries, marks[4]]),
        identities=Identities(
            numbers(n),
            numbers(n),
            *table(n, 0, 0, 0, 0, 0, MISSING, MISSING, MISSING),
            *table(n, 0, MISSING, MISSING),
        ),
        links=Links(empty(max_links), empty(max_links), empty(max_links), empty(2 * max_links)),
        cannot=Cannot(empty(2 * room.cannot), empty(2 * room.cannot)),
        reviews=Reviews._make([*items, full(n), empty(n), empty(n)]),
        marks=Marks(
            *marks[:4],
            *table(n_name_nodes, None, None, None),
        ),
        candidates=Candidates(
            identity=empty(n + 1),
            weight=empty_floats(n + 1),
            level=empty((n + 1) * n_fields),
            contribution=empty_floats((n + 1) * n_fields),
            aside=empty(n + 1),
            united=empty(n + 1),
            ranked=empty(n + 1),
            members=empty(n + 1),
            targets=empty(n + 1),
            plan=full(PLAN_SIZE),
        ),
        scratch=Scratch(empty(names), empty(names), empty(names), empty(names)),
        counters=full(N_COUNTERS, 0),
    )


def new_index(tape: Tape) -> Index:
    """An empty key index."""
    n, n_rules = tape.n_interactions, tape.n_rules
    nodes = n * n_rules
    arrays: Any = tape
    return Index(
        n_rules=n_rules,
        key=arrays.key,
        next=empty(nodes),
        posted=full(nodes, 0),
        found=empty(n + 1),
        link_at=full(n, 0),
        item_newest=full(n),
        item_before=empty(max_items(tape)),
        room=arrays.room,
        **dict(zip(("head", "hub", "holders"), table(tape.n_keys, MISSING, 0, 0), strict=True)),
        **dict(
            zip(
                ("seen_key", "seen_by", "found_by", "seen_record"),
                table(n, MISSING, MISSING, MISSING, MISSING),
                strict=True,
            )
        ),
    )


def new_members(tape: Tape) -> Members:
    """No identity has members yet."""
    n = tape.n_interactions
    return Members(empty(n), empty(n), full(n), full(n, 0), empty(n), empty(n), empty(n), full(n, 0))


def new_log(tape: Tape, room: Room) -> Log:
    """The entries of a tape, with how much there is of everything."""
    arrays: Any = tape
    return Log(
        tape.n_entries,
        tape.n_interactions,
        room.cannot,
        room.moved,
        arrays.kind,
        arrays.subject,
        arrays.other,
        arrays.verdict,
        arrays.part_start,
        arrays.part,
    )


def new_results(tape: Tape, compiled: Compiled, room: Room) -> Results:
    """Room for what comes out."""
    n, n_fields = tape.n_interactions, compiled.rules.n_fields
    n_unions = n + tape.n_entries
    return Results(
        result=narrow(tape.n_entries, MISSING, np.int8),
        outcome=narrow(n, MISSING, np.int8),
        joined=narrow(n, MISSING, np.int32),
        subject=narrow(n, MISSING, np.int32),
        runner_up=narrow(n, MISSING, np.int32),
        weight=np.zeros(n, dtype=np.float64),
        runner_up_weight=np.zeros(n, dtype=np.float64),
        reasons=narrow(n, 0, np.int32),
        level=narrow(n * n_fields, MISSING, np.int8),
        contribution=np.zeros(n * n_fields, dtype=np.float64),
        target_start=full(n + 1, 0),
        target=empty(n * compiled.rules.max_links),
        union_at=empty(n_unions),
        union_kept=empty(n_unions),
        union_gone=empty(n_unions),
        union_by_action=empty(n_unions),
        moved_at=empty(room.moved),
        moved=empty(room.moved),
        moved_to=empty(room.moved),
        item_at=empty(max_items(tape)),
        sizes=full(N_SIZES, 0),
    )


def max_items(tape: Tape) -> int:
    """How many review items may be opened at most."""
    return 2 * (tape.n_interactions + tape.n_entries)
