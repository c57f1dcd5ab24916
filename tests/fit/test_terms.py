"""Term-frequency tables: only what many hold, right on average, and readable by both engines."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from idlab.config import ScoringConfig
from idlab.data.dataset import in_memory
from idlab.evaluate import replayed
from idlab.fit.levels import asking
from idlab.fit.terms import with_term_frequencies

DEFAULT = ScoringConfig.load(Path(__file__).resolve().parents[2] / "configs" / "default.json")


def test_only_names_with_twenty_holders_are_listed() -> None:
    names = ["Ann Lee"] * 40 + ["Bob Ray"] * 20 + ["Cy Poe"] * 19 + [f"Dee {'x' * k}y" for k in range(1, 22)]
    calls = pd.DataFrame({"interaction_id": [f"i{k:03d}" for k in range(100)], "full_name": names})
    calls["channel"], calls["occurred_at"] = "voice", pd.Timestamp("2026-01-05T09:30Z")
    done = replayed(in_memory(calls), DEFAULT)
    config, told = with_term_frequencies(DEFAULT, asking(done), np.arange(100))
    field = config.fields[3]
    assert told == {"full_name": 2}
    assert field.term_frequencies == {"ann lee": 0.4, "bob ray": 0.2}
    adjust = next(level.term_frequency for level in field.levels if level.name == "exact")
    assert adjust is not None
    rest = [0.19] + [0.01] * 21
    assert adjust.u == pytest.approx(0.16 + 0.04 + sum(one**2 for one in rest), rel=1e-3)
    assert adjust.floor == pytest.approx(sum(one**2 for one in rest) / sum(rest), rel=1e-3)
    again = replayed(in_memory(calls), config).compiled.terms[0]
    assert again.bits["ann lee"] == pytest.approx(math.log2(adjust.u / 0.4))
    by_holder = 0.4 * 0.4 + 0.2 * 0.2 + sum(rest) * adjust.floor  # the mean frequency that is believed is u
    assert by_holder == pytest.approx(adjust.u, rel=1e-3)
    assert all(not one.term_frequencies for one in config.fields if one.kind in ("phone", "email"))


def test_two_records_of_one_holder_count_once_and_few_holders_change_nothing() -> None:
    calls = pd.DataFrame({"interaction_id": [f"i{k:03d}" for k in range(60)], "full_name": "Ann Lee"})
    calls["channel"], calls["occurred_at"] = "voice", pd.Timestamp("2026-01-05T09:30Z")
    asked = asking(replayed(in_memory(calls), DEFAULT))
    config, told = with_term_frequencies(DEFAULT, asked, np.arange(60) // 10)
    assert told == {"full_name": 0} and config.digest == DEFAULT.digest
