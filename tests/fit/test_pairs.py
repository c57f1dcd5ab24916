"""The pair mode against Splink: the same m and u of the same records."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pytest

import synthetic
from idlab.bench.records import UNIQUE_ID, normalised_records
from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.evaluate import tape_of
from idlab.fit.levels import Asking
from idlab.fit.pairs import every_pair, fit_pairs, pair_levels, pair_u

ROWS = 2000
APART = 0.002
"""How far m and u may be apart."""


def config() -> ScoringConfig:
    levels = lambda form: [
        {"name": "exact", "when": {"equal": form}, "weight": 1.0},
        {"name": "else", "weight": 0.0},
    ]
    name = levels("full")
    name.insert(1, {"name": "near", "when": {"jaro_winkler": "full", "at_least": 0.9}, "weight": 1.0})
    kinds = {"phone": ("phone", "e164"), "email": ("email", "address"), "cookie_id": ("cookie", "value")}
    fields = [{"name": field, "kind": kind, "levels": levels(form)} for field, (kind, form) in kinds.items()]
    return ScoringConfig.parse(
        {
            "schema": "idlab.scoring/1",
            "name": "pairs",
            "fields": [*fields, {"name": "full_name", "kind": "name", "levels": name}],
            "keys": [{"on": ["phone.e164"]}],
            "model": {"kind": "fellegi_sunter", "prior": -8.0},
            "decide": {"merge_at": 0.9, "pending_at": 0.7},
        }
    )


@pytest.mark.slow  # its peer is installed with `make test-slow`
@pytest.mark.filterwarnings("ignore")
def test_m_and_u_are_those_of_splink() -> None:
    duckdb = pytest.importorskip("duckdb", reason="needs idlab[peers]")
    pytest.importorskip("splink", reason="needs idlab[peers]")
    scoring = config()
    tape = tape_of(synthetic.generate("household_telecom", ROWS, 4).dataset, scoring)
    ready = compiled(scoring)
    asked = Asking(tape, ready, np.empty(0, dtype=np.int64))
    level = pair_levels(asked, *every_pair(ROWS))
    sizes = [len(names) for names in ready.level_names]
    u = pair_u(level, sizes)
    ours = fit_pairs(level[level[:, 0] == 0], u, [0])
    assert 0.1 < ours.matches[0] < 0.9
    assert ours.converged
    table = normalised_records(tape, ready.field_names, ready.field_names)
    theirs = _of_splink(duckdb.connect(config={"threads": 1}), table)
    for place, name in enumerate(ready.field_names):
        for rung in range(sizes[place]):
            their_m, their_u = theirs[name][rung]
            assert their_u == pytest.approx(u[place][rung], abs=APART, rel=0.05)
            if place:
                assert their_m == pytest.approx(ours.m[place][rung], abs=APART)


def _of_splink(connection: Any, table: Any) -> dict[str, list[tuple[float, float]]]:
    """(m, u) of every level that is not null, by field."""
    import splink.comparison_level_library as rungs
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink.comparison_library import CustomComparison

    logging.getLogger("splink").setLevel(logging.ERROR)
    names = ["phone", "email", "cookie_id", "full_name"]
    comparisons = []
    for name in names:
        near = [rungs.JaroWinklerLevel(name, 0.9)] if name == "full_name" else []
        levels = [rungs.NullLevel(name), rungs.ExactMatchLevel(name), *near, rungs.ElseLevel()]
        comparisons.append(CustomComparison(comparison_levels=levels, output_column_name=name))
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=UNIQUE_ID,
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on("phone")],
        em_convergence=1e-7,
        max_iterations=2000,
    )
    connection.register("given", table)
    connection.execute("CREATE TABLE records AS FROM given")
    api = DuckDBAPI(connection)
    linker = Linker(api.register("records"), settings, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e8, min_count_per_level=None)
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("phone"), record_sample_proportion=1.0
    )
    found: dict[str, list[tuple[float, float]]] = {}
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        told = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
        found[comparison["output_column_name"]] = [
            (one.get("m_probability", 0.0), one.get("u_probability", 0.0)) for one in told
        ]
    return found
