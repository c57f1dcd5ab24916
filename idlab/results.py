"""The results of a run: its tables, whichever engine made them, and the folder they are written to."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from idlab.core.codes import MISSING, OUTCOMES, reasons_of
from idlab.data.dataset import Dataset
from idlab.data.storage import ParquetFile, new_folder
from idlab.errors import BadInput
from idlab.model import Decision, Link, ReviewItem
from idlab.replay import Replay
from idlab.stores import Store

SCHEMA = "idlab.results/1"
"""The version of the format, named by every manifest."""

MANIFEST = "manifest.json"
METRICS = "metrics.json"
RUN = "run.json"
TABLES = ("decisions", "identities", "pending", "review")
"""The tables of a run, each a Parquet file of that name."""

FILES = (*(f"{name}.parquet" for name in TABLES), METRICS, MANIFEST, RUN, "report.html")
"""Every file that the results of a run may consist of."""

_TEXTS = pa.list_(pa.string())
_DECISIONS = pa.schema(
    [
        ("interaction_id", pa.string()),
        ("outcome", pa.string()),
        ("customer_id", pa.string()),
        ("score", pa.float64()),
        ("runner_up", pa.string()),
        ("runner_up_score", pa.float64()),
        ("reasons", _TEXTS),
        ("config_digest", pa.string()),
        ("weight", pa.float64()),
        ("levels", _TEXTS),
    ]
)
_CONTEXT = ("occurred_at", "channel")
_IDENTITIES = pa.schema([("interaction_id", pa.string()), ("customer_id", pa.string())])
_PENDING = pa.schema(
    [(name, pa.string()) for name in ("link_id", "left", "right", "state", "left_customer", "right_customer")]
)
_REVIEW = pa.schema(
    [
        ("review_id", pa.string()),
        ("anchor", pa.string()),
        ("number", pa.int64()),
        ("state", pa.string()),
        ("customer_id", pa.string()),
        ("records", _TEXTS),
    ]
)


class RunTables(NamedTuple):
    """What a run came to.

    Args:
        decisions: Every decision, in the order handled.
        identities: The customer_id that holds each interaction at the end, in the same order.
        pending: Every link ever opened, by the order in which its interactions were handled.
        review: Every review item ever opened, by the order in which its anchor was handled.
    """

    decisions: pa.Table
    identities: pa.Table
    pending: pa.Table
    review: pa.Table


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What differs from run to run: which engine ran, where, when and for how long.

    Args:
        engine: ``online`` or ``replay``.
        started_at: When it started.
        clock: The same on a clock that only moves forwards, in seconds.
    """

    engine: str
    started_at: datetime
    clock: float

    @classmethod
    def start(cls, engine: str) -> RunFacts:
        """The facts of a run that starts now."""
        return cls(engine, datetime.now(UTC), time.perf_counter())

    def to_json(self) -> str:
        """The facts of the run, which ends now."""
        document = {
            "engine": self.engine,
            "started_at": self.started_at.isoformat(),
            "seconds": round(time.perf_counter() - self.clock, 3),
            "host": platform.node(),
            "platform": platform.platform(),
            "python": platform.python_version(),
        }
        return _text(document)


def tables_of_replay(done: Replay) -> RunTables:
    """The tables of a run of the bulk engine.

    Args:
        done: The replay.

    Returns:
        The same tables that ``tables_of_store`` gives for the same log under the same config.
    """
    results, ids = done.results, pa.array(done.tape.ids, pa.string())
    patterns, reasons = np.unique(results.reasons, return_inverse=True)
    columns = [
        ids,
        pa.array(OUTCOMES).take(pa.array(results.outcome)),
        pa.array(done.customer_ids(results.joined), pa.string()),
        _numbers(done.score),
        pa.array(done.customer_ids(results.runner_up), pa.string()),
        _numbers(done.runner_up_score),
        pa.array([reasons_of(int(bits)) for bits in patterns], _TEXTS).take(pa.array(reasons)),
        pa.array([done.compiled.digest]).take(pa.array(np.zeros(len(ids), dtype=np.int64))),
        pa.array(results.weight, pa.float64(), mask=results.subject == MISSING),
        _levels(done),
    ]
    final = done.customer_ids(done.identity)
    held_by = dict(zip(done.tape.ids, final, strict=True))
    return RunTables(
        pa.table(columns, schema=_DECISIONS),
        pa.table([ids, pa.array(final, pa.string())], schema=_IDENTITIES),
        _pending(done.links(), held_by),
        _review(done.reviews(), held_by),
    )


def tables_of_store(decisions: Sequence[Decision], store: Store) -> RunTables:
    """The tables of a run of the online engine.

    Args:
        decisions: Every decision, in the order handled.
        store: Where the identities are.
    """
    digests = [one.config_digest for one in decisions]
    columns = [
        [one.interaction_id for one in decisions],
        [one.outcome.value for one in decisions],
        [one.customer_id for one in decisions],
        [one.score for one in decisions],
        [one.runner_up for one in decisions],
        [one.runner_up_score for one in decisions],
        [one.reasons for one in decisions],
        digests,
        [one.weight for one in decisions],
        [[found.level for found in one.evidence] for one in decisions],
    ]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _DECISIONS, strict=True)]
    links, reviews = store.links(), store.reviews()
    named = (*(one for link in links for one in (link.left, link.right)), *(item.anchor for item in reviews))
    final = [store.identity_of(one.interaction_id) for one in decisions]
    held_by = dict(zip((one.interaction_id for one in decisions), final, strict=True))
    for one in named:
        if one not in held_by:
            held_by[one] = store.identity_of(one)
    return RunTables(
        pa.table(arrays, schema=_DECISIONS),
        pa.table([arrays[0], pa.array(final, pa.string())], schema=_IDENTITIES),
        _pending(links, held_by),
        _review(reviews, held_by),
    )


def with_context(tables: RunTables, dataset: Dataset) -> RunTables:
    """The tables of a run with when and on which channel each interaction occurred, beside its decision.

    Args:
        tables: What the run came to, for the whole dataset.
        dataset: What it decided about.
    """
    rows = dataset.table.select(_CONTEXT).take(pa.array(dataset.order))
    decisions = tables.decisions
    for name in _CONTEXT:
        decisions = decisions.append_column(rows.schema.field(name), rows[name])
    return tables._replace(decisions=decisions.combine_chunks())


def _levels(done: Replay) -> pa.Array:
    """The level that each field reached, in the config's order; no field without candidates."""
    n_fields = len(done.compiled.field_names)
    level = done.results.level.reshape(-1, n_fields)
    weighed = (done.results.subject != MISSING).reshape(-1, 1)
    patterns, place = np.unique(np.hstack([weighed, level]), axis=0, return_inverse=True)
    told = [
        [
            None if one == MISSING else names[one]
            for names, one in zip(done.compiled.level_names, found, strict=True)
        ]
        if has_candidate
        else []
        for has_candidate, *found in patterns.tolist()
    ]
    return pa.array(told, _TEXTS).take(pa.array(place.reshape(-1)))


def _pending(links: Iterable[Link], held_by: Mapping[str, str | None]) -> pa.Table:
    place = {one: number for number, one in enumerate(held_by)}
    ordered = sorted(links, key=lambda link: (place[link.left], place[link.right]))
    rows = [
        (link.link_id, link.left, link.right, link.state, held_by[link.left], held_by[link.right])
        for link in ordered
    ]
    return _table(rows, _PENDING)


def _review(items: Iterable[ReviewItem], held_by: Mapping[str, str | None]) -> pa.Table:
    place = {one: number for number, one in enumerate(held_by)}
    ordered = sorted(items, key=lambda item: (place[item.anchor], item.number))
    rows = [
        (item.review_id, item.anchor, item.number, item.state, held_by[item.anchor], item.records)
        for item in ordered
    ]
    return _table(rows, _REVIEW)


def _table(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def _numbers(values: Any) -> pa.Array:
    """Numbers in which NaN stands for missing."""
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def check_results_target(folder: Path) -> None:
    """Refuses a folder that results must not be written to; worth asking before long work.

    Args:
        folder: Does not exist, is empty, or holds the results of a run, which are replaced.

    Raises:
        BadInput: If it is a file, or holds anything else.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise BadInput("is a file, not a folder", where=str(folder), hint="name another folder")
    found = sorted(entry.name for entry in folder.iterdir())
    foreign = [name for name in found if name not in FILES]
    if foreign:
        what = f"holds '{foreign[0]}', which is no part of a run's results"
        raise BadInput(what, where=str(folder), hint="name another folder")
    if found and _schema_of(folder / MANIFEST) != SCHEMA:
        raise BadInput("does not hold the results of a run", where=str(folder), hint="name another folder")


def _schema_of(manifest: Path) -> object:
    try:
        document = json.loads(manifest.read_bytes())
    except (OSError, ValueError):
        return None
    return document.get("schema") if isinstance(document, dict) else None


def write_results(
    folder: Path | str,
    tables: RunTables,
    config_digest: str,
    dataset_digest: str,
    facts: RunFacts,
    *,
    metrics: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Writes the results of a run as a folder that appears whole or not at all.

    The same tables give the same bytes, ``run.json`` apart.

    Args:
        folder: Where to write; the results of an earlier run are replaced.
        tables: What the run came to.
        config_digest: Of the scoring config that decided.
        dataset_digest: Of what it decided about.
        facts: What differs from run to run.
        metrics: How it was judged, as JSON; None if it was not.

    Returns:
        sha256 of every file but ``manifest.json`` and ``run.json``, by name.

    Raises:
        BadInput: If the folder must not be replaced.
    """
    target = Path(folder)
    check_results_target(target)
    with new_folder(target, replace=True) as beside:
        files = {
            f"{name}.parquet": _write_table(beside / f"{name}.parquet", table)
            for name, table in zip(TABLES, tables, strict=True)
        }
        if metrics is not None:
            files[METRICS] = _write_text(beside / METRICS, _text(metrics))
        manifest = {
            "schema": SCHEMA,
            "config_digest": config_digest,
            "dataset_digest": dataset_digest,
            "files": {name: {"sha256": files[name]} for name in sorted(files)},
        }
        _write_text(beside / MANIFEST, _text(manifest))
        _write_text(beside / RUN, facts.to_json())
    return files


def _write_table(path: Path, table: pa.Table) -> str:
    with path.open("wb") as sink, ParquetFile(sink) as file:
        file.append(table)
    return file.digest


def _write_text(path: Path, text: str) -> str:
    data = text.encode("utf-8")
    path.write_bytes(data)
    return sha256(data).hexdigest()


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
