"""Splink as its own guide trains it: EM on the same records, with the same fields and the same keys.

It gets every level of the scoring config that it can say (equal forms, Jaro-Winkler, several together), term
frequencies on whole values, and blocks on the very keys that idlab looks candidates up by. What it cannot say is left
out: levels that need a profile (stale, shared), a registered predicate, or a list of forms.
"""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from idlab.bench.records import UNIQUE_ID, normalised_records
from idlab.config import FieldConfig, ScoringConfig, When
from idlab.metrics.arrays import Floats, Ints
from idlab.metrics.contingency import united
from idlab.normalize.kinds import KINDS, forms_of
from idlab.replay import Tape

LEAST_WEIGHT = -25.0
"""Pairs of less weight, in bits, are not kept: no threshold that is worth trying lies below."""

_PAIRS_FOR_U = 2e6


class ScoredPairs(NamedTuple):
    """Pairs of records and the weight that a trained model gives each.

    Args:
        left, right: [pairs] two records, by number in the order handled.
        weight: [pairs] bits.
    """

    left: Ints
    right: Ints
    weight: Floats

    def clusters(self, records: int, at: float) -> Ints:
        """[records] the cluster of each record: connected components of the pairs that reach a weight."""
        joined = self.weight >= at
        return united(self.left[joined], self.right[joined], records)[0]


def trained_pairs(tape: Tape, config: ScoringConfig, *, seed: int = 1, threads: int = 2) -> ScoredPairs:
    """Train Splink on the records of a tape without labels, and score the pairs that its keys bring together.

    Args:
        tape: The encoded log.
        config: The scoring config; its fields, levels and the key rules that are on.
        seed: Of the random pairs from which u is estimated.
        threads: How many threads DuckDB may use.
    """
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(config={"threads": threads})
    connection.execute("SET enable_progress_bar = false").fetchall()
    table = _table(tape, config)
    connection.register("given", table)
    connection.execute("CREATE TABLE records AS FROM given").fetchall()
    keys = [name for name in table.column_names if name.startswith("key_")]
    compared = [field for field in config.fields if pa.compute.count(table[field.name]).as_py()]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=UNIQUE_ID,
        blocking_rules_to_generate_predictions=[block_on(key) for key in keys],
        comparisons=[_comparison(field) for field in compared],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    linker = Linker(DuckDBAPI(connection).register("records"), settings, log_level=logging.ERROR)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on(key) for key in keys], recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=_PAIRS_FOR_U, seed=seed)
    for key in keys:
        training.estimate_parameters_using_expectation_maximisation(
            block_on(key), record_sample_proportion=1.0
        )
    scored = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)
    left, right = f"{UNIQUE_ID}_l", f"{UNIQUE_ID}_r"
    found = connection.execute(
        f"SELECT {left}, {right}, match_weight FROM {scored.physical_name}"  # noqa: S608 names of our own
    ).fetchnumpy()
    return ScoredPairs(
        found[left].astype(np.int64), found[right].astype(np.int64), found["match_weight"].astype(np.float64)
    )


def _table(tape: Tape, config: ScoringConfig) -> pa.Table:
    """The records' values, the forms that levels compare, and a number for every key that is on."""
    names = [field.name for field in config.fields]
    table = normalised_records(tape, names, names)
    for field in config.fields:
        for form in sorted({form for level in field.levels if level.when for form in _forms(level.when)}):
            place = KINDS[field.kind].scalars.index(form)
            column = table[field.name].combine_chunks().dictionary_encode()
            texts = [
                forms_of(field.kind, value, config.normalize).scalars[place]
                for value in column.dictionary.to_pylist()
            ]
            table = table.append_column(
                _column(field.name, form), pa.array(texts, pa.string()).take(column.indices)
            )
    keys = tape.key.reshape(tape.n_interactions, tape.n_rules)
    for place, rule in enumerate(config.keys):
        if rule.enabled:
            numbers = keys[:, place]
            table = table.append_column(f"key_{place}", pa.array(numbers, mask=numbers < 0))
    return table


def _column(field: str, form: str) -> str:
    return f"{field}_{form}"


def _can_be_said(when: When) -> bool:
    """Whether Splink's library of levels has a condition."""
    return all(part.predicate_name in {"equal", "jaro_winkler"} for part in when.parts())


def _forms(when: When) -> list[str]:
    """The forms that a condition compares, if it can be said."""
    return [part.form_name for part in when.parts()] if _can_be_said(when) else []


def _comparison(field: FieldConfig) -> Any:
    """The levels of a field that can be said, each below the one before."""
    from splink import comparison_level_library as levels
    from splink.comparison_library import CustomComparison

    rungs: list[Any] = [levels.NullLevel(field.name)]
    for level in field.levels:
        if level.when is None or not _can_be_said(level.when):
            continue
        parts = [_level(field, part) for part in level.when.parts()]
        rungs.append(parts[0] if len(parts) == 1 else levels.And(*parts))
    rungs.append(levels.ElseLevel())
    return CustomComparison(comparison_levels=rungs, output_column_name=field.name)


def _level(field: FieldConfig, part: When) -> Any:
    from splink import comparison_level_library as levels

    column = _column(field.name, part.form_name)
    if part.equal is None:
        return levels.JaroWinklerLevel(column, part.at_least or 0.0)
    whole = part.equal == KINDS[field.kind].scalars[0]
    return levels.ExactMatchLevel(column, term_frequency_adjustments=whole)
