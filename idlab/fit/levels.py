"""The levels on which a replay's comparisons lie, and those of any other pairs of values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from idlab.compiled import Compiled
from idlab.config import FieldConfig, ScoringConfig, When
from idlab.core.codes import MISSING
from idlab.metrics.arrays import Flags, Ints
from idlab.normalize.kinds import KINDS
from idlab.replay import Replay, Tape
from idlab.replay.levels import levels_of

_EQUALITIES = ("equal", "equal_stale", "shared", "phonetic")


@dataclass(frozen=True, eq=False)
class Asking:
    """A tape, and a config whose levels its values are asked for.

    Args:
        tape: The values.
        ready: The levels.
        shared: [values] above 0 for identifiers that are shared; empty if none is.
    """

    tape: Tape
    ready: Compiled
    shared: Ints

    def n_levels(self, place: int) -> int:
        """How many levels a field has."""
        return len(self.ready.level_names[place])

    def values(self, place: int) -> Ints:
        """[n] the value of a field in every interaction, -1 where missing."""
        values: Ints = self.tape.record.reshape(self.tape.n_interactions, -1)[:, place]
        return values

    def levels(self, place: int, left: Ints, right: Ints, age: Ints) -> Ints:
        """[k] the levels of pairs of values."""
        none = np.zeros(left.size, dtype=np.int64)
        marked = self.shared[left] + self.shared[right] if self.shared.size else none
        return levels_of(self.tape, self.ready, place, left, right, age, marked)


def asking(done: Replay) -> Asking:
    """What a replay's values are asked for, identifiers being shared that were at its end."""
    return Asking(done.tape, done.compiled, done.shared.astype(np.int64))


class Comparisons(NamedTuple):
    """Comparisons of a record with its top candidate's profile, one for each decision that had a candidate.

    Args:
        row: [k] the interaction, by number in the order handled.
        subject: [k] the identity, by the number of its earliest interaction.
        level: [k, fields] the levels that the replay found, -1 where a side is missing.
    """

    row: Ints
    subject: Ints
    level: Ints


def comparisons_of(done: Replay, counted: Flags | None = None) -> Comparisons:
    """The comparisons that a replay made of every record with its top candidate, at that moment.

    Other candidates of the same record are not counted: the replay does not keep them. So m, and the prior, are
    about the candidate that a decision is about.

    Args:
        done: The replay.
        counted: [n] which interactions to take; all if None. Superseded revisions of a conversation would count
            the same evidence twice.
    """
    results = done.results
    asked = results.subject != MISSING
    row = np.flatnonzero(asked if counted is None else asked & counted)
    level = results.level.reshape(len(results.subject), -1)[row].astype(np.int64)
    return Comparisons(row, results.subject[row], level)


class Session(NamedTuple):
    """Comparisons that are candidates whatever their other fields say, because the fields of a key agree.

    Args:
        name: The key rule's forms.
        fields: The fields of the rule, which say nothing more among these.
        chosen: [k] whether each comparison is among them.
    """

    name: str
    fields: tuple[int, ...]
    chosen: Flags


def sessions_of(config: ScoringConfig, level: Ints) -> list[Session]:
    """The sessions of a config: one for each key rule that is on and not of conversations.

    A comparison is in a rule's session if every field of the rule is on a level that only equal forms reach, and no
    conversation agrees: what is said within one conversation is the same device and mostly the same words, and would
    make every field look more faithful than it is.

    Args:
        config: The config.
        level: [k, fields] the comparisons.
    """
    names = [field.name for field in config.fields]
    kinds = [field.kind for field in config.fields]
    outside = apart(config, level)
    found = []
    for rule in config.keys:
        on = [key.partition(".") for key in rule.on]
        fields = tuple(sorted({names.index(field) for field, _, _ in on}))
        if not rule.enabled or any(kinds[place] == "conversation" for place in fields):
            continue
        chosen = outside.copy()
        for field, _, form in on:
            place = names.index(field)
            chosen &= np.isin(level[:, place], list(equal_levels(config.fields[place], form)))
        found.append(Session("+".join(rule.on), fields, chosen))
    return found


def apart(config: ScoringConfig, level: Ints) -> Flags:
    """[k] whether no conversation agrees."""
    flags = np.ones(len(level), dtype=np.bool_)
    for place, field in enumerate(config.fields):
        if field.kind == "conversation":
            flags &= (level[:, place] == MISSING) | (level[:, place] == len(field.levels) - 1)
    return flags


def equal_levels(field: FieldConfig, form: str) -> Iterator[int]:
    """The levels of a field that only values with this form in common reach."""
    whole = KINDS[field.kind].scalars[0]
    for place, level in enumerate(field.levels):
        parts: tuple[When, ...] = level.when.parts() if level.when else ()
        if any(part.predicate_name in _EQUALITIES and part.form_name in (form, whole) for part in parts):
            yield place


def exact_level(field: FieldConfig) -> int | None:
    """The level of plain equality of the whole value; None if the field has none."""
    whole = KINDS[field.kind].scalars[0]
    for place, level in enumerate(field.levels):
        if level.when is not None and level.when.equal == whole:
            return place
    return None
