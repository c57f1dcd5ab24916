"""Splink, an established library for record linkage, on the same records with the same keys and model.

It gets the best start that it can have: records already normalised and in a table of DuckDB, numbered by
integers, the model fixed, no column kept that it need not keep, fewer fields and levels to compare than idlab
compares, and no pair kept that it does not cluster. Timed is what follows a change of the model: to find the
pairs, score them and cluster.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from idlab.bench.records import UNIQUE_ID
from idlab.bench.timing import timed
from idlab.bench.workload import KEYS
from idlab.config import FieldConfig, ScoringConfig

LIBRARIES = ("splink", "duckdb")
"""What the extra ``peers`` installs."""

_LONG_S = 240.0
"""Seconds of Splink's work after which it is not measured again."""

_WARM_UP = 1000
_LIKELY = 0.9
"""The larger of a level's two probabilities; only their ratio, the level's weight, decides anything."""


@dataclass(frozen=True)
class SplinkFigures:
    """What Splink took, and what it found.

    Args:
        threads: How many threads DuckDB had.
        total_s: Seconds of blocking, scoring and clustering, of each time.
        block_s, score_s, cluster_s: Seconds of each part, of each time.
        pairs: How many pairs were scored.
        clusters: How many clusters came out.
    """

    threads: int
    total_s: tuple[float, ...]
    block_s: tuple[float, ...]
    score_s: tuple[float, ...]
    cluster_s: tuple[float, ...]
    pairs: int
    clusters: int


class _Lap(NamedTuple):
    block_s: float
    score_s: float
    cluster_s: float
    pairs: int
    clusters: int


def is_installed() -> bool:
    """Whether Splink and its DuckDB can be imported."""
    return all(find_spec(library) is not None for library in LIBRARIES)


def measure_splink(records: Path, config: ScoringConfig, threads: int, *, repeats: int = 3) -> SplinkFigures:
    """Measure Splink in this process.

    Args:
        records: Normalised records as Parquet, see ``normalised_records``.
        config: The scoring config whose weights, prior and ``merge_at`` the model takes over.
        threads: How many threads DuckDB may use.
        repeats: How often, after a time on a few records that is not counted; fewer if it takes long.
    """
    import duckdb

    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(config={"threads": threads})
    _rows(connection, "SET enable_progress_bar = false")
    _rows(connection, "CREATE TABLE records AS FROM read_parquet(?)", str(records))
    _rows(connection, f"CREATE TABLE few AS FROM records WHERE {UNIQUE_ID} < ?", _WARM_UP)
    _lap(connection, "few", config)
    laps: list[_Lap] = []
    timed(lambda: laps.append(_lap(connection, "records", config)), at_most=repeats, within=_LONG_S)
    return SplinkFigures(
        threads=threads,
        total_s=tuple(lap.block_s + lap.score_s + lap.cluster_s for lap in laps),
        block_s=tuple(lap.block_s for lap in laps),
        score_s=tuple(lap.score_s for lap in laps),
        cluster_s=tuple(lap.cluster_s for lap in laps),
        pairs=laps[-1].pairs,
        clusters=laps[-1].clusters,
    )


def _lap(connection: Any, table: str, config: ScoringConfig) -> _Lap:
    """Everything once, from a table of records to a table of clusters; leaves no table behind."""
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(connection)
    linker = Linker(api.register(table), _model(config), log_level=logging.ERROR)
    merge_at = config.decide.merge_at
    moments = [perf_counter()]
    blocked = linker.inference.compute_blocked_pairs_for_predict()
    moments.append(perf_counter())
    scored = linker.inference.predict(threshold_match_probability=merge_at)
    moments.append(perf_counter())
    clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, merge_at)
    moments.append(perf_counter())
    pairs = _count(connection, "count(*)", blocked.physical_name)
    clusters = _count(connection, "count(DISTINCT cluster_id)", clustered.physical_name)
    api.delete_tables_created_by_splink_from_db()
    block_s, score_s, cluster_s = (end - begun for begun, end in pairwise(moments))
    return _Lap(block_s, score_s, cluster_s, pairs, clusters)


def _count(connection: Any, what: str, table: str) -> int:
    ((number,),) = _rows(connection, f"SELECT {what} FROM {table}")  # noqa: S608 both are names of our own
    return int(number)


def _rows(connection: Any, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """All rows of a statement: the connection takes no other one before they are read."""
    rows: list[tuple[Any, ...]] = connection.execute(statement, list(values)).fetchall()
    return rows


def _model(config: ScoringConfig) -> Any:
    """A trained model: the levels that both know, each with its weight in the scoring config."""
    from splink import SettingsCreator, block_on

    identifiers = [key.partition(".")[0] for key in KEYS]
    compared = (*identifiers, config.guards.name_field)
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=UNIQUE_ID,
        probability_two_random_records_match=1 / (1 + 2 ** -(config.model.prior or 0.0)),
        blocking_rules_to_generate_predictions=[block_on(name) for name in identifiers],
        comparisons=[_comparison(field) for field in config.fields if field.name in compared],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def _comparison(field: FieldConfig) -> Any:
    """Equal, else; for a name, similar in between."""
    from splink import comparison_level_library as levels
    from splink.comparison_library import CustomComparison

    rungs: list[Any] = [levels.NullLevel(field.name)]
    equal, similar = (_first(field, predicate) for predicate in ("equal", "jaro_winkler"))
    if equal is not None:
        rungs.append(levels.ExactMatchLevel(field.name).configure(**_probabilities(equal[0])))
    if similar is not None and field.kind == "name":
        rungs.append(levels.JaroWinklerLevel(field.name, similar[1]).configure(**_probabilities(similar[0])))
    rungs.append(levels.ElseLevel().configure(**_probabilities(field.levels[-1].weight or 0.0)))
    return CustomComparison(comparison_levels=rungs, output_column_name=field.name)


def _first(field: FieldConfig, predicate: str) -> tuple[float, float] | None:
    """Weight and cut-off of the first level of a field that asks for a predicate; None if none does."""
    for level in field.levels:
        if level.when is not None and level.when.predicate_name == predicate:
            return level.weight or 0.0, level.when.at_least or 0.0
    return None


def _probabilities(weight: float) -> dict[str, float]:
    """A level's probability in pairs of one person and of two persons: log2 of their ratio is the weight."""
    return {
        "m_probability": _LIKELY * 2 ** min(weight, 0.0),
        "u_probability": _LIKELY * 2 ** -max(weight, 0.0),
    }
