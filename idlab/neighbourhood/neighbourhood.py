"""A small world around one entry of the log."""

from __future__ import annotations

from collections.abc import Sequence

from idlab.compiled import Compiled
from idlab.core.codes import MISSING
from idlab.core.world import N_COUNTERS, PLAN_SIZE, Candidates, UserPredicates, World
from idlab.neighbourhood.identifiers import Identifiers
from idlab.neighbourhood.links import LinksAround
from idlab.neighbourhood.nodes import Nodes
from idlab.neighbourhood.profiles import ProfileEntries, Wanted, asks_for_equality_alone
from idlab.neighbourhood.reviews import ReviewsAround
from idlab.neighbourhood.room import by_slots, make_room
from idlab.neighbourhood.values import ValueTable
from idlab.stores.base import Entry, IdentityState, RecordState, Transaction


class Neighbourhood:
    """A small world around one entry, used again for the next: its many lists are made once.

    Args:
        ready: The compiled config.
    """

    t: Transaction
    counted: list[tuple[int, int]]

    def __init__(self, ready: Compiled) -> None:
        self.rules = ready.rules
        self.n_fields = ready.rules.n_fields
        self._whole: list[Wanted] = [(field, None) for field in range(self.n_fields)]
        self._by_equality = [asks_for_equality_alone(ready.rules, field) for field in range(self.n_fields)]
        self.counters = [0] * N_COUNTERS
        self._no_counts = [0] * N_COUNTERS
        self._no_profile: list[tuple[Entry, ...]] = [()] * self.n_fields
        texts: list[str] = []
        self.identifiers = Identifiers(ready, self.counters, texts)
        self.table = ValueTable(ready, texts, self.identifiers)
        self.nodes = Nodes(self.n_fields)
        self.entries = ProfileEntries(self.n_fields, self.nodes.head, self.table)
        self.links = LinksAround(self.nodes, self.counters, ready.rules.max_links)
        self.reviews = ReviewsAround(self.nodes, self.counters)
        self.loaded: dict[int, IdentityState] = {}
        self.wanted = self._whole
        world = World(
            rules=ready.rules,
            values=self.table.values,
            user=_user_calls(ready),
            record=self.nodes.record,
            time=self.nodes.time,
            profiles=self.entries.profiles,
            identities=self.nodes.identities,
            links=self.links.links,
            cannot=self.links.cannot,
            reviews=self.reviews.reviews,
            marks=self.identifiers.marks,
            candidates=Candidates([], [], [], [], [], [], [], [], [], [0] * PLAN_SIZE),
            scratch=self.identifiers.scratch,
            counters=self.counters,
        )
        self.candidates = world.candidates
        self.world = by_slots(world)

    def around(self, transaction: Transaction) -> None:
        """Empty the world, to be loaded from this transaction."""
        self.t = transaction
        self.counters[:] = self._no_counts
        self.table.clear()
        self.identifiers.clear(transaction)
        self.nodes.clear(transaction)
        self.entries.used = 0
        if self.loaded:
            self.links.clear()
            self.reviews.clear()
            self.loaded.clear()
        self.wanted = self._whole

    def at_hand(self, record: RecordState) -> int:
        """Load the record that is to be decided about, with the names seen with its identifiers; returns its place.

        Of profiles loaded from now on, only what is compared with the record is loaded until ``compare_profiles``.
        """
        nodes, number, is_counted = self.nodes, self.table.number, self.identifiers.is_counted
        node = nodes.add(record.interaction_id)
        _, _, nodes.time[node], values = record
        self.wanted, self.counted = wanted, counted = [], []
        for field, value in enumerate(values):
            if value is not None:
                wanted.append((field, value if self._by_equality[field] else None))
                nodes.record[node * self.n_fields + field] = numbered = number(field, value)
                if is_counted[field]:
                    counted.append((field, numbered))
        for _, identifier in counted:
            self.identifiers.load_names(identifier, number)
        return node

    def draw_serial(self, node: int) -> int:
        """Draw the serial number of the record at hand, once all that its decision depends on is loaded."""
        serial = self.nodes.identities.serial[node] = self.t.draw()
        return serial

    def add_record(self, record: RecordState) -> int:
        """Load a handled record; returns its place."""
        nodes, number = self.nodes, self.table.number
        node = nodes.of_interaction(record.interaction_id)
        nodes.identities.serial[node] = record.serial
        nodes.time[node] = record.time
        place = node * self.n_fields
        for field, value in enumerate(record.values, place):
            if value is not None:
                nodes.record[field] = number(field - place, value)
        return node

    def counted_of(self, node: int) -> list[tuple[int, int]]:
        """(field, number of the value) of the counted identifiers of a record."""
        row, record = node * self.n_fields, self.nodes.record
        return [
            (field, number)
            for field in self.identifiers.counted
            if (number := record[row + field]) != MISSING
        ]

    def load_names(self, number: int) -> None:
        """Load the names that were seen with an identifier."""
        self.identifiers.load_names(number, self.table.number)

    def load(self, root: str, state: IdentityState | None = None) -> int:
        """Load an identity with its profile; returns its place."""
        node = self.nodes.node_of.get(root)
        if node is None:
            node = self.nodes.add(root)
        elif node in self.loaded:
            return node
        if state is None:
            state = self.t.identity(root)
        self.loaded[node] = state
        self.nodes.fill(node, state)
        self.entries.load(node, state.profile, self.wanted)
        if state.links or state.cannot:
            self.links.note(state)
        if state.review is not None or state.turned:
            self.reviews.note(node, state)
        return node

    def compare_profiles(self) -> None:
        """Load whole profiles: identities are compared with each other, not only with the record."""
        missing = [one for one in self._whole if one not in self.wanted]
        self.wanted = self._whole
        for node, state in self.loaded.items():
            self.entries.load(node, state.profile, missing)

    def connect(self, *, whole_items: bool = False) -> None:
        """Load the links, cannot-links and review items of the identities loaded so far.

        Args:
            whole_items: Load every record of the review items, not only those of loaded identities.
        """
        self.links.connect()
        self.reviews.connect(whole_items=whole_items)

    def make_slots(self, identities: Sequence[int]) -> None:
        """Put the candidates in their slots."""
        n, candidates = len(identities), self.candidates
        if n >= len(candidates.identity):
            *by_slot, _ = candidates
            make_room(by_slot, n + 1)
            make_room((candidates.level, candidates.contribution), len(candidates.identity) * self.n_fields)
        candidates.identity[:n] = identities

    def state_of(self, node: int) -> IdentityState:
        """An identity as the store keeps it."""
        old, one = self.loaded.get(node), self.nodes.identities
        profile = list(self._no_profile if old is None else old.profile)
        self.entries.update(profile, node, self.wanted)
        return IdentityState(
            self.nodes.ids[node],
            one.serial[node],
            tuple(profile),
            one.names[node],
            one.allowance[node],
            one.objected[node] != 0,
            one.provisional[node] != 0,
            one.erased[node] != 0,
            None if one.review[node] == MISSING else self.reviews.of(node),
            () if one.links[node] == MISSING else self.links.of(node),
            () if one.cannot[node] == MISSING else self.links.cannot_of(node),
            () if one.turned[node] == MISSING else self.reviews.turned_of(node),
        )


def _user_calls(ready: Compiled) -> UserPredicates:
    """Registered predicates as the core calls them; codes are texts here."""
    predicates = ready.predicates
    return lambda number, left, right: int(bool(predicates[number](left, right)))
