"""Encoding: a log of interactions and actions as arrays of whole numbers, once for any number of replays.

Everything that a trial may change (weights, cut-offs, thresholds, guards, margins, which keys are on) leaves the tape as it
is. What needs a new one: options of normalisation, fields and their kinds, blocked values, the forms keys are made of,
which fields count names, and which are compared by similarity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pyarrow as pa

from idlab.compiled import Compiled, compiled
from idlab.config import ScoringConfig
from idlab.core.codes import MISSING
from idlab.core.world import SCALARS
from idlab.model import Action, Interaction, microseconds
from idlab.normalize.kinds import forms_of
from idlab.normalize.normalizer import Normalizer
from idlab.replay.components import Ints
from idlab.replay.entries import LogArrays, each_once, log_as_arrays
from idlab.replay.fingerprint import compared_by_similarity, counted_fields, fingerprint
from idlab.replay.form_book import FormBook, as_ints
from idlab.replay.raw import InteractionColumns, RawColumns, TableColumns, pairs_of
from idlab.replay.tape import Tape
from idlab.replay.texts import Texts

Progress = Callable[[str], None]


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
    time = np.array(table["occurred_at"].cast(pa.int64()).to_numpy())
    ids, log = Texts([table["interaction_id"]]), each_once(len(table))
    return _encode(ids, time, TableColumns(table), ready, log, progress)


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
    columns = InteractionColumns(interactions)
    return _encode(list(number), time, columns, ready, log_as_arrays(log, number), None)


def _encode(
    ids: Sequence[str],
    time: Ints,
    columns: RawColumns,
    ready: Compiled,
    log: LogArrays,
    progress: Progress | None,
) -> Tape:
    n_fields = len(ready.field_names)
    record = np.empty((len(time), n_fields), dtype=np.int64)
    book = FormBook()
    values: list[pa.Array] = []
    starts = [0]
    problems: Counter[tuple[str, str]] = Counter()
    term_codes: dict[int, dict[str, int]] = {}
    texts: list[str] = []
    similar = compared_by_similarity(ready)
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
    scalar = as_ints(book.scalar)
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
        list_start=as_ints(book.list_start),
        item=as_ints(book.item),
        ordinal=as_ints(book.ordinal),
        points=points,
        text_start=text_start,
        problems=dict(problems),
        counted=counted_fields(ready),
        fingerprint=fingerprint(ready),
        term_codes=term_codes,
        texts=texts,
    )
    _ = tape.course.tape.room  # found once, so that no replay has to
    return tape


def _read_field(
    columns: RawColumns,
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
            codes, pairs = pairs_of(codes, region_codes + 1, len(names) + 1)
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
            codes, _ = pairs_of(codes, part, int(part.max(initial=0)) + 1)
        key[:, rule] = np.where(codes == MISSING, MISSING, codes + start)
        start += int(codes.max(initial=MISSING)) + 1
    return key.reshape(-1), start
