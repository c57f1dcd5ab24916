"""Marks of identifiers: whether they are shared, and the names that were seen with them."""

from __future__ import annotations

from collections.abc import Callable

from idlab.compiled import Compiled
from idlab.core.codes import MISSING, SHARED
from idlab.core.world import N_NAME_NODES, Marks, Rules, Scratch
from idlab.neighbourhood.room import make_room
from idlab.stores.base import Identifier, IdentifierState, Transaction


class Identifiers:
    """What is known of the identifiers in a neighbourhood, by the numbers of their values.

    Args:
        ready: The compiled config.
        counters: The world's.
        texts: The values, by number.
    """

    t: Transaction

    def __init__(self, ready: Compiled, counters: list[int], texts: list[str]) -> None:
        rules = ready.rules
        self.has_marks = [
            bool(counted or asked)
            for counted, asked in zip(rules.counts_names, rules.asks_shared, strict=True)
        ]
        self.marks_equals_alone = [
            has and asks_of_equal_values_alone(rules, field) for field, has in enumerate(self.has_marks)
        ]
        self.is_counted = [bool(counted) for counted in rules.counts_names]
        self.counted = [field for field, counted in enumerate(rules.counts_names) if counted]
        self.marks = Marks([], [], [], [], *([0] * len(self.counted) for _ in range(3)))
        self._shared, self._known, self._holders, self._head, self._next, self._name, self._seen = self.marks
        self.scratch = Scratch([], [], [], [])
        self._known_shared = ready.known_shared
        self._field_names = ready.field_names
        self._name_field = rules.name_field
        self._counters = counters
        self._texts = texts
        self._states: dict[int, IdentifierState] = {}

    def clear(self, transaction: Transaction) -> None:
        """Forget every identifier."""
        self.t = transaction
        self._states.clear()

    def meet(self, field: int, number: int, value: str) -> None:
        """Load the marks of a value; not yet the names seen with it."""
        is_shared = self._known[number] = int(value in self._known_shared[field])
        self._head[number] = MISSING
        holders = 0
        if self.is_counted[field]:
            state = self.t.identifier((self._field_names[field], value))
            if state is not None:
                self._states[number] = state
                holders = state.holders
                is_shared |= state.shared
        self._holders[number] = holders
        self._shared[number] = is_shared

    def pass_by(self, field: int, number: int, value: str) -> None:
        """Take a value for one whose marks are not looked at."""
        self._shared[number] = self._known[number] = int(value in self._known_shared[field])
        self._head[number] = MISSING
        self._holders[number] = 0

    def load_names(self, number: int, number_of: Callable[[int, str], int]) -> None:
        """Load the names that were seen with an identifier which was met; each gets a number from ``number_of``."""
        state = self._states.get(number)
        if state is None or not state.names or self._name_field == MISSING:
            return
        following, name, seen = self._next, self._name, self._seen
        node = self._counters[N_NAME_NODES]
        needed = node + len(state.names) + len(self.counted)  # one name more for each identifier of a record
        if needed > len(name):
            make_room((following, name, seen), needed)
        self._head[number] = node
        for text, seen[node] in state.names:
            name[node] = number_of(self._name_field, text)
            node += 1
            following[node - 1] = node
        following[node - 1] = MISSING
        self._counters[N_NAME_NODES] = node

    def make_room_for_values(self, size: int) -> None:
        """Let there be room for so many values, and to gather as many names and two more."""
        shared, known_shared, holders, head, *_ = self.marks
        make_room((shared, known_shared, holders, head), size)
        make_room(self.scratch, size + 2)

    def as_kept(self, field: int, number: int) -> tuple[Identifier, IdentifierState | None]:
        """A counted identifier and its state as the store keeps them; None if no live record holds it."""
        texts, following, name, seen = self._texts, self._next, self._name, self._seen
        identifier = self._field_names[field], texts[number]
        holders = self._holders[number]
        if holders == 0:
            return identifier, None
        names, node = [], self._head[number]
        while node != MISSING:
            names.append((texts[name[node]], seen[node]))
            node = following[node]
        is_shared = self._shared[number] != 0 and self._known[number] == 0
        stored = self._states.get(number)
        is_bereft = stored is not None and stored.bereft
        return identifier, IdentifierState(holders, is_shared, tuple(names), is_bereft)


def asks_of_equal_values_alone(rules: Rules, field: int) -> bool:
    """Whether a mark of a field's values counts only where two values are the same, not where some other form of them is.

    Then the marks of a value that nobody else has around here need not be known.
    """
    start, stop = rules.level_start[field], rules.level_start[field + 1]
    parts = range(rules.part_start[start], rules.part_start[stop])
    return all(rules.form[part] == 0 for part in parts if rules.predicate[part] == SHARED)
