"""The tape: an encoded log, and what can be read off it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idlab.core.codes import INTERACTION, MISSING
from idlab.replay.components import Ints
from idlab.replay.course import Course, course_of
from idlab.replay.parts import parts_of


@dataclass(frozen=True, eq=False)
class Tape:
    """An encoded log.

    Args:
        ids: interaction_id of every interaction, in the order first handled.
        time: When each occurred, microseconds since 1970 UTC, [n].
        record: The value of every field, [n * fields]; -1 where missing.
        key: The key under every key rule, [n * rules]; -1 where missing.
        kind, subject, other, verdict, part_start, part: The entries of the log, see ``idlab.replay.state.Log``.
        values: The distinct normalised values, field after field; field f's are ``value_start[f]`` up to
            ``value_start[f + 1]``.
        problems: How often each reason for an unusable raw value occurred, by (field, reason).
        counted: The fields, by place, whose values may become shared identifiers.
        fingerprint: What of the scoring config the tape depends on.
        term_codes: Per field with term frequencies, the codes of its forms.
        texts: The text of every code, where registered predicates ask for it.
    """

    ids: Sequence[str]
    time: Ints
    record: Ints
    key: Ints
    n_keys: int
    kind: Ints
    subject: Ints
    other: Ints
    verdict: Ints
    part_start: Ints
    part: Ints
    values: Sequence[str]
    value_start: tuple[int, ...]
    scalar: Ints
    list_start: Ints
    item: Ints
    ordinal: Ints
    points: NDArray[np.int32]
    text_start: Ints
    problems: Mapping[tuple[str, str], int]
    counted: tuple[int, ...]
    fingerprint: tuple[Any, ...]
    term_codes: Mapping[int, Mapping[str, int]] = field(repr=False, default_factory=dict)
    texts: Sequence[str] = field(repr=False, default=())

    @cached_property
    def course(self) -> Course:
        """The order in which it is replayed."""
        return course_of(self)

    def parts(self, count: int) -> tuple[Course, ...]:
        """The course cut into at most so many parts that never meet, found once for each number."""
        if count not in self._parts:
            self._parts[count] = parts_of(self.course, count)
        return self._parts[count]

    @cached_property
    def _parts(self) -> dict[int, tuple[Course, ...]]:
        return {}

    @cached_property
    def room(self) -> Ints:
        """[n] where the entries of profiles start that each interaction has room for, one for each of its values."""
        there = (self.record != MISSING).reshape(max(1, self.n_interactions), -1)
        counts = there.sum(axis=1, dtype=np.int64)
        starts: Ints = np.cumsum(counts) - counts
        return starts

    @cached_property
    def handled_at(self) -> Ints:
        """[n] the log position at which each interaction was first handled."""
        entries = np.flatnonzero(self.kind == INTERACTION)
        _, first = np.unique(self.subject[entries], return_index=True)
        return entries[first]

    @property
    def n_interactions(self) -> int:
        """How many different interactions there are."""
        return len(self.time)

    @property
    def n_entries(self) -> int:
        """How many entries the log has, actions and repeated interactions included."""
        return len(self.kind)

    @property
    def n_values(self) -> int:
        """How many distinct values there are."""
        return len(self.values)

    @property
    def n_rules(self) -> int:
        """How many key rules the tape was encoded with."""
        return len(self.key) // max(1, self.n_interactions)

    def value_number(self, field_place: int, value: str) -> int | None:
        """The number of a normalised value of a field, None if no record has it."""
        start, stop = self.value_start[field_place], self.value_start[field_place + 1]
        for number in range(start, stop):
            if self.values[number] == value:
                return number
        return None

    def code_of(self, field_place: int, text: str) -> int | None:
        """The code of a form of a field with term frequencies, None if no value has it."""
        return self.term_codes.get(field_place, {}).get(text)
