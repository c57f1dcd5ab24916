"""What of a scoring config a tape depends on."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from idlab.compiled import Compiled
from idlab.core.codes import DAMERAU_LEVENSHTEIN, JARO_WINKLER, JARO_WINKLER_ABOVE

_LOOK_INTO_TEXTS = (JARO_WINKLER, JARO_WINKLER_ABOVE, DAMERAU_LEVENSHTEIN)


def fingerprint(ready: Compiled) -> tuple[Any, ...]:
    """What a tape depends on: equal for two configs that can share one."""
    fields = tuple((spec.name, spec.kind, spec.blocked) for spec in ready.normalizer.fields)
    return (
        fields,
        repr(ready.normalizer.options),
        ready.keys,
        bool(ready.predicates),
        _fields_with_terms(ready),
        counted_fields(ready),
        compared_by_similarity(ready),
    )


def compared_by_similarity(ready: Compiled) -> tuple[int, ...]:
    """The fields, by place, that have a level which looks into the texts."""
    rules = ready.rules
    part = [rules.part_start[level] for level in rules.level_start]
    return tuple(
        place
        for place, (start, stop) in enumerate(pairwise(part))
        if any(rules.predicate[k] in _LOOK_INTO_TEXTS for k in range(start, stop))
    )


def counted_fields(ready: Compiled) -> tuple[int, ...]:
    """The fields, by place, whose values may become shared identifiers."""
    return tuple(place for place, counts in enumerate(ready.rules.counts_names) if counts)


def _fields_with_terms(ready: Compiled) -> tuple[int, ...]:
    return tuple(sorted({table.field for table in ready.terms}))
