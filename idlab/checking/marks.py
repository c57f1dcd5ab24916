"""The keys and counted identifiers of a record, worked out again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.neighbourhood import KeyBook
from idlab.stores.base import Identifier, Key

Marks = Callable[[tuple[str | None, ...]], tuple[Iterable[Key], Iterable[Identifier]]]
"""The keys and the counted identifiers of a record's values, under the scoring config of the store."""


def marks_under(config: ScoringConfig) -> Marks:
    """How a config makes keys and counted identifiers of a record's values.

    Example:
        >>> from pathlib import Path
        >>> marks = marks_under(ScoringConfig.load(Path("configs/baseline.json")))
        >>> marks(("+12025550143", None, None, None))[0]
        [('phone.e164', '+12025550143')]
    """
    ready = compiled(config)
    keys = KeyBook(ready, config)
    counted = [place for place, counts in enumerate(ready.rules.counts_names) if counts]
    return lambda values: (
        keys.of(values)[1],
        [(ready.field_names[place], value) for place in counted if (value := values[place]) is not None],
    )
