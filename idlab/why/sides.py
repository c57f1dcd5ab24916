"""The two sides of a comparison: their keys, their values, and what they have in common beyond keys."""

from __future__ import annotations

import numpy as np

from idlab.core.codes import MISSING
from idlab.core.world import SCALARS
from idlab.masking import masked
from idlab.metrics.arrays import Ints
from idlab.normalize.kinds import KINDS
from idlab.replay import Replay
from idlab.why.answer import KeyComparison, Values
from idlab.why.past import Past


def rule_names(done: Replay) -> tuple[str, ...]:
    """The key rules of a replay, each as the forms it is made of, joined by ``+``."""
    ready = done.compiled
    forms = [KINDS[spec.kind].scalars for spec in ready.normalizer.fields]
    return tuple(
        "+".join(f"{ready.field_names[field]}.{forms[field][form]}" for field, form in parts)
        for parts in ready.keys
    )


def compared_keys(past: Past, root: int, i: int) -> tuple[KeyComparison, ...]:
    """Every key rule, for an identity as it was then and record ``i``.

    Args:
        past: The world before the decision about ``i``, which was decided in it.
        root: The identity.
        i: The record.
    """
    done = past.done
    keys = done.tape.key.reshape(done.tape.n_interactions, done.tape.n_rules)
    theirs, mine = keys[past.members(root)], keys[i]
    found = []
    for rule, name in enumerate(rule_names(done)):
        key = int(mine[rule])
        shared = key != MISSING and bool((theirs[:, rule] == key).any())
        found.append(
            KeyComparison(
                rule=name,
                enabled=bool(past.world.rules.key_on[rule]),
                earlier=bool((theirs[:, rule] != MISSING).any()),
                later=key != MISSING,
                shared=shared,
                hub=shared and bool(past.index.hub[key]),
            )
        )
    return tuple(found)


def agreeing_forms(past: Past, root: int, i: int) -> tuple[str, ...]:
    """The forms of record ``i`` that an identity had as well and that no enabled key rule stands on alone."""
    done = past.done
    ready, members = done.compiled, past.members(root)
    keys = zip(ready.keys, past.world.rules.key_on, strict=True)
    alone = {parts[0] for parts, enabled in keys if enabled and len(parts) == 1}
    found = []
    for field, spec in enumerate(ready.normalizer.fields):
        for form, name in enumerate(KINDS[spec.kind].scalars):
            mine, theirs = _forms(done, np.array([i]), field, form), _forms(done, members, field, form)
            if (field, form) not in alone and mine[0] != MISSING and bool((theirs == mine[0]).any()):
                found.append(f"{spec.name}.{name}")
    return tuple(found)


def _forms(done: Replay, rows: Ints, field: int, form: int) -> Ints:
    """The codes of one form of some records; -1 where missing."""
    numbers = done.tape.record.reshape(done.tape.n_interactions, -1)[rows, field]
    if not len(done.tape.scalar):
        return np.asarray(numbers, dtype=np.int64)
    codes: Ints = np.where(numbers == MISSING, MISSING, done.tape.scalar[numbers * SCALARS + form])
    return codes


def compared_values(done: Replay, earlier: int, later: int, *, show_identifiers: bool) -> tuple[Values, ...]:
    """Every field of two records.

    Args:
        done: The replay.
        earlier, later: The records.
        show_identifiers: Whether values are shown as they are; else they are masked.
    """
    tape, found = done.tape, []
    records = tape.record.reshape(tape.n_interactions, -1)
    for field, spec in enumerate(done.compiled.normalizer.fields):
        numbers = [int(records[i, field]) for i in (earlier, later)]
        values = [None if number == MISSING else tape.values[number] for number in numbers]
        one, other = (
            value if value is None or show_identifiers else masked(spec.kind, value) for value in values
        )
        found.append(Values(spec.name, one, other, values[0] is not None and values[0] == values[1]))
    return tuple(found)
