"""The default config is the one whose bundle lies under reports/."""

from __future__ import annotations

from pathlib import Path

from idlab.bundle import Bundle
from idlab.config import ScoringConfig

PROJECT = Path(__file__).resolve().parents[2]


def test_the_default_config_is_what_the_study_chose_but_for_its_name(default: ScoringConfig) -> None:
    bundle = Bundle.read(PROJECT / "reports" / "default" / "bundle.json")
    assert bundle.config == default.model_copy(update={"name": bundle.config.name})
    assert all(verdict.passed for verdict in bundle.gates) and not bundle.forced
    assert bundle.verify().decisions >= 200
