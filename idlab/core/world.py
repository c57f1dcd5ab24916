"""What the core reads and writes: named sequences, lists in the online engine and arrays in the replay.

An interaction, an identity, an entry of a profile, a link: each is a whole number, and what is known of it stands at that
place in sequences. An identity is called by the number of its root, its earliest handled interaction. Lists of things are
chains: a head, and for each element the next one, ``MISSING`` at the end.

Codes of forms are compared for equality only, so the online engine lets the text itself be the code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Cells = list
"""A sequence that the core reads and writes by place: a list online, an array in the replay (which hands it over untyped)."""

UserPredicates = Callable[[int, Any, Any], int]
"""Calls registered predicate number so-and-so with the codes of two forms; 1 if it holds."""


class Rules(NamedTuple):
    """A scoring config, compiled: thresholds as weights, levels and their parts as flat tables."""

    n_fields: int
    model: int
    prior: float
    merge_at: float
    pending_at: float
    margin: float
    bridge_at: float
    on_rivals: int
    max_links: int
    link_on_merge: int
    top_wins: int
    name_field: int
    max_names: int
    same_name: int
    name_min_count: int
    before: int
    max_identifier_names: int
    keep: Cells[int]
    field_weight: Cells[float]
    asks_shared: Cells[int]
    level_start: Cells[int]
    worth: Cells[float]
    earns_similarity: Cells[int]
    term: Cells[int]
    part_start: Cells[int]
    predicate: Cells[int]
    form: Cells[int]
    cutoff: Cells[float]
    number: Cells[int]
    counts_names: Cells[int]
    key_on: Cells[int]
    max_fanout: Cells[int]
    key_start: Cells[int]
    key_field: Cells[int]
    key_always_lives: Cells[int]


class Values(NamedTuple):
    """The distinct normalised values and their forms: ``SCALARS`` codes and ``LISTS`` lists of codes a value."""

    scalar: Cells[Any]
    list_start: Cells[int]
    item: Cells[Any]
    ordinal: Cells[int]
    term: Cells[float]
    n_terms: int
    text: Any


SCALARS = 4
LISTS = 3
NO_ORDINAL = -(10**9)


class Profiles(NamedTuple):
    """The values of identities: a chain of entries for each identity and field, in order of first handling."""

    head: Cells[int]
    next: Cells[int]
    value: Cells[int]
    count: Cells[int]  # type: ignore[assignment]  # shadows tuple.count
    first: Cells[int]
    last: Cells[int]
    born: Cells[int]
    latest: Cells[int]
    seen_at: Cells[int]


class Identities(NamedTuple):
    """What is known of each interaction's place and of each root."""

    parent: Cells[int]
    serial: Cells[int]
    names: Cells[int]
    allowance: Cells[int]
    objected: Cells[int]
    provisional: Cells[int]
    erased: Cells[int]
    review: Cells[int]
    links: Cells[int]
    cannot: Cells[int]
    items_opened: Cells[int]
    turned: Cells[int]
    stamp: Cells[int]


class Links(NamedTuple):
    """Links and the chains of them: node 2l hangs on the left side's identity, node 2l + 1 on the right side's."""

    left: Cells[int]
    right: Cells[int]
    state: Cells[int]
    next: Cells[int]


class Cannot(NamedTuple):
    """Cannot-links: node 2c hangs on the identity that holds interaction ``member[2c]``, its other side is ``member[2c + 1]``."""

    member: Cells[int]
    next: Cells[int]


class Reviews(NamedTuple):
    """Review items and, for every interaction, the item it was turned away into and the chains it is in."""

    anchor: Cells[int]
    number: Cells[int]
    state: Cells[int]
    head: Cells[int]
    item: Cells[int]
    next_in_item: Cells[int]
    next_of_identity: Cells[int]


class Marks(NamedTuple):
    """Which values are shared, and the names seen with each identifier."""

    shared: Cells[int]
    known_shared: Cells[int]
    holders: Cells[int]
    head: Cells[int]
    next: Cells[int]
    name: Cells[int]
    count: Cells[int]  # type: ignore[assignment]  # shadows tuple.count


class Candidates(NamedTuple):
    """The candidates of the record at hand, by slot, and what is found out about them."""

    identity: Cells[int]
    weight: Cells[float]
    level: Cells[int]
    contribution: Cells[float]
    aside: Cells[int]
    united: Cells[int]
    ranked: Cells[int]
    members: Cells[int]
    targets: Cells[int]
    plan: Cells[int]


class Scratch(NamedTuple):
    """Names gathered for counting: value, times seen, when first handled, and whether counted."""

    name: Cells[int]
    seen: Cells[int]
    born: Cells[int]
    counted: Cells[int]


class World(NamedTuple):
    """All of it."""

    rules: Rules
    values: Values
    user: UserPredicates
    record: Cells[int]
    time: Cells[int]
    profiles: Profiles
    identities: Identities
    links: Links
    cannot: Cannot
    reviews: Reviews
    marks: Marks
    candidates: Candidates
    scratch: Scratch
    counters: Cells[int]


# Places in Candidates.plan
OUTCOME = 0
REASON_BITS = 1
SUBJECT = 2
RUNNER_UP = 3
JOIN = 4
N_RANKED = 5
N_MEMBERS = 6
N_TARGETS = 7
TURNED_FROM = 8
PLAN_SIZE = 9

# Places in World.counters
N_LINKS = 0
N_CANNOT = 1
N_REVIEWS = 2
N_NAME_NODES = 3
N_COUNTERS = 4
