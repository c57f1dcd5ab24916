"""Key rules and forms of a replay as codes: those of its config, and those that come with idlab."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from idlab.core.codes import MISSING
from idlab.core.world import SCALARS
from idlab.metrics.arrays import Ints, dense
from idlab.normalize.kinds import KINDS
from idlab.replay import Replay

Rule = tuple[str, ...]
"""A key rule: the forms it is made of, each ``field.form``."""

SHIPPED_RULES: tuple[Rule, ...] = (
    ("conversation.value",),
    ("phone.e164",),
    ("email.address",),
    ("cookie_id.value",),
    ("full_name.full", "email.local"),
    ("full_name.full", "email.domain"),
    ("full_name.first", "full_name.last"),
)
"""The key rules of ``configs/default.json``, which hold those of ``configs/baseline.json``."""


def declared_rules(done: Replay) -> tuple[Rule, ...]:
    """The key rules of the replay's config, switched on or not, in its order."""
    names = form_names(done)
    return tuple(tuple(names[part] for part in parts) for parts in done.compiled.keys)


def rules_read(done: Replay) -> tuple[Rule, ...]:
    """Every key rule that a replay can speak of: the declared ones, then the shipped ones on its fields."""
    declared = declared_rules(done)
    there = set(form_names(done).values())
    same = {frozenset(rule) for rule in declared}
    more = (rule for rule in SHIPPED_RULES if set(rule) <= there and frozenset(rule) not in same)
    return (*declared, *more)


def form_names(done: Replay) -> dict[tuple[int, int], str]:
    """Every form that is one text, as ``field.form``, by the places of field and form."""
    return {
        (place, form): f"{spec.name}.{name}"
        for place, spec in enumerate(done.compiled.normalizer.fields)
        for form, name in enumerate(KINDS[spec.kind].scalars)
    }


def form_codes(done: Replay, field: int, form: int) -> Ints:
    """The code of one form of every record.

    Args:
        done: The replay.
        field: Its place among the fields.
        form: Its place among the field's forms that are one text.

    Returns:
        [n] codes, -1 where the record has no such form.
    """
    tape = done.tape
    numbers = tape.record.reshape(tape.n_interactions, -1)[:, field]
    if not len(tape.scalar):
        return np.full(tape.n_interactions, MISSING, dtype=np.int64)
    codes: Ints = np.where(numbers == MISSING, MISSING, tape.scalar[numbers * SCALARS + form])
    return codes


def key_codes(done: Replay, rules: Sequence[Rule]) -> Ints:
    """The key of every interaction under any rules on the fields of a replay, hubs or not.

    Args:
        done: The replay.
        rules: The rules.

    Returns:
        [n, rules] codes, each rule's its own; -1 where a form is missing.
    """
    places = {name: place for place, name in form_names(done).items()}
    columns = [_combined(form_codes(done, *places[part]) for part in rule) for rule in rules]
    if not columns:
        return np.zeros((done.tape.n_interactions, 0), dtype=np.int64)
    return np.stack(columns, axis=1)


def _combined(parts: Iterable[Ints]) -> Ints:
    """One code for every combination of codes; -1 where one is missing."""
    first, *others = parts
    found = first
    for part in others:
        there = np.flatnonzero((found != MISSING) & (part != MISSING))
        left, _ = dense(found[there])
        right, rights = dense(part[there])
        pairs, _ = dense(left * max(rights, 1) + right)
        found = np.full(found.size, MISSING, dtype=np.int64)
        found[there] = pairs
    return found
