"""Normalised values of one config as those of another."""

from __future__ import annotations

from collections import Counter

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.errors import BadInput

Values = tuple[str | None, ...]


class ValueMap:
    """Takes the values of a record held under one config over to another config.

    Fields are the same if their names are. A value that is held is normalised once more, as a raw one: that changes nothing
    where both configs normalise alike. What the former config could not use or does not know was never held and stays missing.

    Args:
        held: The config under which values are held.
        wanted: The other one.

    Raises:
        BadInput: If a field is of another kind in the other config.

    Example:
        >>> config = ScoringConfig.load("configs/default.json")
        >>> values = tuple("+12025550143" if field.name == "phone" else None for field in config.fields)
        >>> ValueMap(config, config).of(values) == values
        True
    """

    def __init__(self, held: ScoringConfig, wanted: ScoringConfig) -> None:
        places = {field.name: place for place, field in enumerate(held.fields)}
        for field in wanted.fields:
            if field.name in places and held.fields[places[field.name]].kind != field.kind:
                kind = held.fields[places[field.name]].kind
                what = f"the store holds {field.name!r} as {kind}, and the config wants it as {field.kind}"
                hint = "give the field another name, or the kind that it has"
                raise BadInput(what, where=f"field {field.name!r}", hint=hint)
        self._normalizer = compiled(wanted).normalizer
        self._from = [places.get(field.name) for field in wanted.fields]
        self._names = [field.name for field in held.fields]
        self.new_fields = tuple(field.name for field in wanted.fields if field.name not in places)
        """Fields that the other config adds; what is held knows no values of them."""
        taken = {field.name for field in wanted.fields}
        self._dropped = [place for place, name in enumerate(self._names) if name not in taken]

    def of(self, values: Values, lost: Counter[str] | None = None) -> Values:
        """The values under the other config.

        Args:
            values: Those held.
            lost: Counts, by field, the values that the other config has no use for.
        """
        found = tuple([self._value(field, place, values) for field, place in enumerate(self._from)])
        if lost is not None:
            lost.update(self._names[place] for place in self._dropped if values[place] is not None)
            for value, place in zip(found, self._from, strict=True):
                if value is None and place is not None and values[place] is not None:
                    lost[self._names[place]] += 1
        return found

    def _value(self, field: int, place: int | None, values: Values) -> str | None:
        raw = None if place is None else values[place]
        return None if raw is None else self._normalizer.value(field, raw)[0]
