"""The values met in a neighbourhood, each with a number, and their forms."""

from __future__ import annotations

from idlab.compiled import Compiled
from idlab.core.codes import MISSING
from idlab.core.world import LISTS, NO_ORDINAL, SCALARS, Values
from idlab.neighbourhood.identifiers import Identifiers
from idlab.neighbourhood.room import make_room, on_demand
from idlab.normalize.kinds import KINDS, QUICK_FORMS


class ValueTable:
    """Values numbered in the order met. A text is its own code, and forms are made when the core first reads them.

    Args:
        ready: The compiled config.
        texts: Where the values go, by number.
        identifiers: Where their marks go.
    """

    def __init__(self, ready: Compiled, texts: list[str], identifiers: Identifiers) -> None:
        self.texts = texts
        self._ready = ready
        self._identifiers = identifiers
        self._field_of: list[int] = []
        self._number_of: list[dict[str, int]] = [{} for _ in ready.field_names]
        self._unmarked: set[int] = set()
        self._items: list[str] = []
        self._n_listed = 0
        self._list_starts = on_demand(self._list_start)
        self._scalars = on_demand(self._scalar)
        ordinals = on_demand(self._ordinal)
        terms = on_demand(self._term)
        self.seen_at: list[int] = []
        self._quick = [
            [QUICK_FORMS.get((field.kind, form)) for form in range(SCALARS)]
            for field in ready.normalizer.fields
        ]
        self._has_lists = [bool(KINDS[field.kind].lists) for field in ready.normalizer.fields]
        self.values = Values(
            self._scalars, self._list_starts, self._items, ordinals, terms, len(ready.terms), None
        )
        made = self._scalars, self._list_starts, self._items, ordinals, terms
        self._clear = [one.clear for one in (texts, self._field_of, self._unmarked, *self._number_of, *made)]

    @property
    def is_unread(self) -> bool:
        """Whether no form of any value was read, so that the values could have been any others."""
        values = self.values
        return not (values.scalar or values.list_start or values.ordinal or values.term)

    def clear(self) -> None:
        """Forget every value."""
        for clear in self._clear:
            clear()
        self._n_listed = 0

    def number(self, field: int, value: str) -> int:
        """The number of a value of a field, with its marks loaded when first met."""
        numbers = self._number_of[field]
        number = numbers.get(value)
        if number is None:
            number = self._add(field, value)
            if self._identifiers.has_marks[field]:
                self._identifiers.meet(field, number, value)
        elif number in self._unmarked:
            self._unmarked.discard(number)
            self._identifiers.meet(field, number, value)
        return number

    def number_in_profile(self, field: int, value: str) -> int:
        """The same for a value of a profile: marks that matter where values are equal wait until it is met once more."""
        if not self._identifiers.marks_equals_alone[field] or value in self._number_of[field]:
            return self.number(field, value)
        number = self._add(field, value)
        self._unmarked.add(number)
        self._identifiers.pass_by(field, number, value)
        return number

    def _add(self, field: int, value: str) -> int:
        texts = self.texts
        number = self._number_of[field][value] = len(texts)
        texts.append(value)
        self._field_of.append(field)
        if number >= len(self.seen_at):
            make_room((self.seen_at,), number + 8, MISSING)
            self._identifiers.make_room_for_values(len(self.seen_at))
        return number

    def _scalar(self, place: int) -> object:
        number, form = divmod(place, SCALARS)
        if form == 0:  # the first form is the value itself
            return self.texts[number]
        field, value = self._field_of[number], self.texts[number]
        quick = self._quick[field][form]
        if quick is not None:
            text = quick(value)
        else:
            scalars = self._ready.normalizer.forms(field, value).scalars
            text = scalars[form] if form < len(scalars) else None
        return MISSING if text is None else text

    def _list_start(self, place: int) -> int:
        """Lists stand one behind the other, so those of all values met so far are made together."""
        starts = self._list_starts
        for number in range(self._n_listed, len(self.texts)):
            lists: tuple[tuple[str, ...], ...] = ()
            if self._has_lists[self._field_of[number]]:
                lists = self._ready.normalizer.forms(self._field_of[number], self.texts[number]).lists
            for k in range(LISTS):
                starts[number * LISTS + k] = len(self._items)
                if k < len(lists):
                    self._items += lists[k]
            starts[(number + 1) * LISTS] = len(self._items)
        self._n_listed = len(self.texts)
        return int(starts[place])

    def _ordinal(self, number: int) -> int:
        numbers = self._ready.normalizer.forms(self._field_of[number], self.texts[number]).numbers
        return NO_ORDINAL if not numbers or numbers[0] is None else numbers[0]

    def _term(self, place: int) -> float:
        number, term = divmod(place, len(self._ready.terms))
        table = self._ready.terms[term]
        if table.field != self._field_of[number]:
            return 0.0
        return table.bits.get(str(self._scalars[number * SCALARS + table.form]), table.unlisted)
