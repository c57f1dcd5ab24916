"""Encoding: a log of interactions and actions as arrays of whole numbers, once for any number of replays.

Everything that a trial may change (weights, cut-offs, thresholds, guards, margins, which keys are on) leaves the tape as it
is. What needs a new one: options of normalisation, fields and their kinds, blocked values, the forms keys are made of,
which fields count names, and which are compared by similarity.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from idlab.compiled import Compiled, compiled
from idlab.config import ScoringConfig
from idlab.core.codes import (
    ACTIONS,
    CLEAR,
    DAMERAU_LEVENSHTEIN,
    INTERACTION,
    JARO_WINKLER,
    JARO_WINKLER_ABOVE,
    KEEP_FLAG,
    MISSING,
    SPLIT,
)
from idlab.core.world import LISTS, NO_ORDINAL, SCALARS
from idlab.errors import BadInput
from idlab.model import Action, Interaction, customer_id_of, microseconds
from idlab.normalize.forms import Forms
from idlab.normalize.kinds import forms_of
from idlab.normalize.normalizer import Normalizer
from idlab.replay.course import Course, course_of
from idlab.replay.parts import parts_of
from idlab.replay.texts import Texts

Ints = NDArray[np.int64]
Progress = Callable[[str], None]

_LOOK_INTO_TEXTS = (JARO_WINKLER, JARO_WINKLER_ABOVE, DAMERAU_LEVENSHTEIN)
_VERDICTS = {"keep_flag": KEEP_FLAG, "clear": CLEAR, "split": SPLIT}


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


def fingerprint(ready: Compiled) -> tuple[Any, ...]:
    """What a tape depends on: equal for two configs that can share one."""
    fields = tuple((spec.name, spec.kind, spec.blocked) for spec in ready.normalizer.fields)
    return (
        fields,
        repr(ready.normalizer.options),
        ready.keys,
        bool(ready.predicates),
        _fields_with_terms(ready),
        _counted(ready),
        _compared_by_similarity(ready),
    )


def _compared_by_similarity(ready: Compiled) -> tuple[int, ...]:
    """The fields, by place, that have a level which looks into the texts."""
    rules = ready.rules
    part = [rules.part_start[level] for level in rules.level_start]
    return tuple(
        place
        for place, (start, stop) in enumerate(pairwise(part))
        if any(rules.predicate[k] in _LOOK_INTO_TEXTS for k in range(start, stop))
    )


def _counted(ready: Compiled) -> tuple[int, ...]:
    return tuple(place for place, counts in enumerate(ready.rules.counts_names) if counts)


def _fields_with_terms(ready: Compiled) -> tuple[int, ...]:
    return tuple(sorted({table.field for table in ready.terms}))


def encode(table: pa.Table, config: ScoringConfig, *, progress: Progress | None = None) -> Tape:
    """Encode the interactions of a dataset.

    Args:
        table: Interactions in the order handled, one row each, with the columns of the dataset format.
        config: Says how fields are read and which keys there are.
        progress: Called with the name of each field before it is read.

    Returns:
        The tape, for any config with the same fields, normalisation and keys.

    Raises:
        BadInput: If a field that the config declares is no column.
    """
    ready = compiled(config)
    n = len(table)
    time = np.array(table["occurred_at"].cast(pa.int64()).to_numpy())
    codes_of_column = _TableColumns(table)
    kind = np.full(n, INTERACTION, dtype=np.int64)
    none = np.full(n, MISSING, dtype=np.int64)
    log = (kind, np.arange(n, dtype=np.int64), none, none, np.zeros(n + 1, dtype=np.int64), none[:0])
    return _encode(Texts([table["interaction_id"]]), time, codes_of_column, ready, log, progress)


def encode_entries(entries: Iterable[Interaction | Action], config: ScoringConfig) -> Tape:
    """Encode a log of interactions and actions, in the order handled.

    Args:
        entries: The log. An interaction_id that comes again is a repeated delivery.
        config: Says how fields are read and which keys there are.

    Returns:
        The tape.

    Example:
        >>> from datetime import datetime, UTC
        >>> from pathlib import Path
        >>> config = ScoringConfig.load(Path("configs/default.json"))
        >>> call = Interaction("call-1", datetime(2026, 1, 5, tzinfo=UTC), "voice", phone="+1 202 555 0143")
        >>> encode_entries([call, call], config).n_interactions
        1
    """
    ready = compiled(config)
    log = list(entries)
    number: dict[str, int] = {}
    interactions: list[Interaction] = []
    for entry in log:
        if isinstance(entry, Interaction) and entry.interaction_id not in number:
            number[entry.interaction_id] = len(interactions)
            interactions.append(entry)
    time = np.array([microseconds(one.occurred_at) for one in interactions], dtype=np.int64)
    columns = _InteractionColumns(interactions)
    return _encode(list(number), time, columns, ready, _encode_log(log, number), None)


class _TableColumns:
    """The raw columns of a table: distinct values, and for every row the number of its one."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def distinct(self, name: str) -> tuple[Ints, list[Any]]:
        if name == "conversation":
            return self._conversation()
        if name not in self.table.column_names:
            raise BadInput(
                f"field {name!r} of the scoring config is no column",
                where="dataset",
                hint=f"import it with --field {name}:KIND=COLUMN, or remove it from the config",
            )
        encoded = self.table[name].combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        codes = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int64)
        return codes, encoded.dictionary.to_pylist()

    def _conversation(self) -> tuple[Ints, list[Any]]:
        left, lefts = self.distinct("conversation_id")
        right, rights = self.distinct("participant_id")
        codes, pairs = _pairs(left, right, len(rights))
        return codes, [f"{lefts[a]} {rights[b]}" for a, b in pairs]


class _InteractionColumns:
    def __init__(self, interactions: Sequence[Interaction]) -> None:
        self.interactions = interactions

    def distinct(self, name: str) -> tuple[Ints, list[Any]]:
        numbers: dict[Any, int] = {}
        codes = np.full(len(self.interactions), MISSING, dtype=np.int64)
        for i, interaction in enumerate(self.interactions):
            raw = interaction.region if name == "region" else interaction.raw(name)
            if raw is not None:
                codes[i] = numbers.setdefault(raw, len(numbers))
        return codes, list(numbers)


def _pairs(left: Ints, right: Ints, n_right: int) -> tuple[Ints, list[tuple[int, int]]]:
    """Distinct pairs of codes; a pair is missing where either is."""
    both = (left != MISSING) & (right != MISSING)
    codes, distinct = pd.factorize(np.where(both, left * n_right + right, MISSING))
    if len(distinct) and (missing := np.flatnonzero(distinct == MISSING)).size:
        gone = int(missing[0])
        codes = np.where(codes == gone, MISSING, np.where(codes > gone, codes - 1, codes))
        distinct = np.delete(distinct, gone)
    return codes.astype(np.int64), [divmod(int(pair), n_right) for pair in distinct]


def _encode(
    ids: Sequence[str],
    time: Ints,
    columns: _TableColumns | _InteractionColumns,
    ready: Compiled,
    log: tuple[Ints, Ints, Ints, Ints, Ints, Ints],
    progress: Progress | None,
) -> Tape:
    n_fields = len(ready.field_names)
    record = np.empty((len(time), n_fields), dtype=np.int64)
    book = _FormBook()
    values: list[pa.Array] = []
    starts = [0]
    problems: Counter[tuple[str, str]] = Counter()
    term_codes: dict[int, dict[str, int]] = {}
    texts: list[str] = []
    similar = _compared_by_similarity(ready)
    normalizer = Normalizer(
        ready.normalizer.fields, ready.normalizer.options, cached=1
    )  # each value comes once
    for place, name in enumerate(ready.field_names):
        if progress is not None:
            progress(name)
        numbers, found = _read_field(columns, normalizer, place, problems)
        record[:, place] = np.where(numbers == MISSING, MISSING, numbers + starts[-1])
        values.append(pa.array(found, pa.string()))
        starts.append(starts[-1] + len(found))
        for value in found:
            book.add(forms_of(normalizer.fields[place].kind, value, normalizer.options))
        codes = book.close_field(packed=place in similar)
        if any(table.field == place for table in ready.terms):
            term_codes[place] = codes
        if ready.predicates:
            texts += codes
    scalar = _as_ints(book.scalar)
    key, n_keys = _keys(record, scalar, ready)
    points, text_start = book.packed()
    tape = Tape(
        ids,
        time,
        record.reshape(-1),
        key,
        n_keys,
        *log,
        values=Texts(values),
        value_start=tuple(starts),
        scalar=scalar,
        list_start=_as_ints(book.list_start),
        item=_as_ints(book.item),
        ordinal=_as_ints(book.ordinal),
        points=points,
        text_start=text_start,
        problems=dict(problems),
        counted=_counted(ready),
        fingerprint=fingerprint(ready),
        term_codes=term_codes,
        texts=texts,
    )
    _ = tape.course.tape.room  # found once, so that no replay has to
    return tape


def _read_field(
    columns: _TableColumns | _InteractionColumns,
    normalizer: Normalizer,
    place: int,
    problems: Counter[tuple[str, str]],
) -> tuple[Ints, list[str]]:
    """Every record's value of a field as a number, and the distinct values in order of first appearance."""
    spec = normalizer.fields[place]
    codes, raws = columns.distinct(spec.name)
    regions: list[str | None] = [None] * len(raws)
    if spec.kind == "phone":
        region_codes, names = columns.distinct("region")
        if len(names):
            codes, pairs = _pairs(codes, region_codes + 1, len(names) + 1)
            raws, regions = (
                [raws[a] for a, _ in pairs],
                [names[b - 1] if b else None for _, b in pairs],
            )
    seen = np.bincount(codes[codes != MISSING], minlength=len(raws))
    numbers: dict[str, int] = {}
    number_of_raw = np.full(len(raws) + 1, MISSING, dtype=np.int64)
    for code, raw in enumerate(raws):
        value, found = normalizer.value(place, raw, regions[code])
        if value is not None:
            number_of_raw[code] = numbers.setdefault(value, len(numbers))
        for problem in found:
            problems[spec.name, problem.value] += int(seen[code])
    return number_of_raw[codes], list(numbers)


class _FormBook:
    """The forms of all values, each distinct text of a field with a code of its own.

    Texts are compared within one field only, so a field's texts are packed and let go before the next field is read.
    """

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.start = 0
        self.scalar = array("q")
        self.list_start = array("q", [0])
        self.item = array("q")
        self.ordinal = array("q")
        self.points: list[NDArray[np.int32]] = []
        self.lengths: list[Ints] = []

    def add(self, forms: Forms) -> None:
        """Enter the forms of the next value of the field."""
        codes, start, scalar = self.codes, self.start, self.scalar
        for text in forms.scalars:
            scalar.append(MISSING if text is None else codes.setdefault(text, start + len(codes)))
        scalar.extend([MISSING] * (SCALARS - len(forms.scalars)))
        for texts in forms.lists:
            for text in texts:
                self.item.append(codes.setdefault(text, start + len(codes)))
            self.list_start.append(len(self.item))
        for _ in range(LISTS - len(forms.lists)):
            self.list_start.append(len(self.item))
        number = forms.numbers[0] if forms.numbers else None
        self.ordinal.append(NO_ORDINAL if number is None else number)

    def close_field(self, *, packed: bool) -> dict[str, int]:
        """Pack the texts of the field as code points, or leave them empty; returns their codes."""
        codes, self.codes = self.codes, {}
        if packed:
            self.lengths.append(np.fromiter(map(len, codes), dtype=np.int64, count=len(codes)))
            points = "".join(codes).encode("utf-32-le", "surrogatepass")
            self.points.append(np.frombuffer(points, dtype=np.int32))
        else:
            self.lengths.append(np.zeros(len(codes), dtype=np.int64))
        self.start += len(codes)
        return codes

    def packed(self) -> tuple[NDArray[np.int32], Ints]:
        """All texts in one array, by code."""
        starts = np.concatenate([np.zeros(1, dtype=np.int64), *self.lengths])
        return np.concatenate([np.zeros(0, dtype=np.int32), *self.points]), np.cumsum(starts)


def _as_ints(cells: array[int]) -> Ints:
    """A packed array of whole numbers, without a copy."""
    return np.frombuffer(cells, dtype=np.int64) if len(cells) else np.zeros(0, dtype=np.int64)


def _keys(record: Ints, scalar: Ints, ready: Compiled) -> tuple[Ints, int]:
    """The key of every record under every rule, numbered through all rules."""
    key = np.full((len(record), len(ready.keys)), MISSING, dtype=np.int64)
    forms = scalar.reshape(-1, SCALARS)
    start = 0
    for rule, parts in enumerate(ready.keys):
        codes = np.zeros(len(record), dtype=np.int64)
        for place, form in parts:
            numbers = record[:, place]
            part = np.where(numbers == MISSING, MISSING, forms[numbers, form] if len(forms) else MISSING)
            codes, _ = _pairs(codes, part, int(part.max(initial=0)) + 1)
        key[:, rule] = np.where(codes == MISSING, MISSING, codes + start)
        start += int(codes.max(initial=MISSING)) + 1
    return key.reshape(-1), start


def _encode_log(
    log: Sequence[Interaction | Action], number: Mapping[str, int]
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """The entries of a log as arrays; what an action names is -1 where the log holds no such interaction."""
    by_customer = {customer_id_of(name): i for name, i in number.items()} if len(log) > len(number) else {}
    rows: list[tuple[int, int, int, int]] = []
    part_start, parts = [0], list[int]()
    for entry in log:
        if isinstance(entry, Interaction):
            rows.append((INTERACTION, number[entry.interaction_id], MISSING, MISSING))
        else:
            subject, other = _named(entry, by_customer)
            rows.append(
                (ACTIONS.index(entry.kind), subject, other, _VERDICTS.get(entry.verdict or "", MISSING))
            )
            if entry.kind == "erase":
                parts += [by_customer.get(customer, MISSING) for customer in entry.customers]
            parts += [number.get(one, MISSING) for one in entry.interactions]
        part_start.append(len(parts))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T.copy()
    return (
        columns[0],
        columns[1],
        columns[2],
        columns[3],
        np.array(part_start, dtype=np.int64),
        np.array(parts, dtype=np.int64),
    )


def _named(action: Action, by_customer: Mapping[str, int]) -> tuple[int, int]:
    """The interactions, or the interaction and number, that an action names."""
    if action.link is not None:
        left, _, right = action.link.partition("+")
        return by_customer.get(left, MISSING), by_customer.get(right, MISSING)
    if action.review is not None:
        anchor, _, count = action.review.partition("#")
        return by_customer.get(anchor, MISSING), int(count) if count.isdecimal() and len(
            count
        ) < 10 else MISSING
    return by_customer.get(action.customers[0], MISSING) if action.customers else MISSING, MISSING
