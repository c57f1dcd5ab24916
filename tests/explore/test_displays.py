"""Rich displays: escaped HTML in the page's colours, and plain text beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from idlab.bundle import Bundle
from idlab.bundle.document import Verdict
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation
from idlab.explore import load_ipython_extension
from idlab.explore.look import page
from idlab.report import Weights, subject_of


@pytest.fixture(scope="module")
def shell() -> InteractiveShell:
    """A shell with the extension loaded."""
    made = InteractiveShell()
    load_ipython_extension(made)
    return made


def _shown(shell: InteractiveShell, value: object) -> dict[str, str]:
    assert shell.display_formatter is not None
    shown, _ = shell.display_formatter.format(value)
    return dict(shown)


def test_a_decision_an_evaluation_and_a_config_are_shown_both_ways(
    shell: InteractiveShell, evaluation: Evaluation, default: ScoringConfig
) -> None:
    row = int((evaluation.replay.results.subject >= 0).argmax())
    decision = evaluation.replay.decision(row)
    precision = f"{100 * evaluation.numbers['merge']['precision'].value:.1f} %"
    for value, text in (
        (decision, decision.interaction_id),
        (evaluation, precision),
        (default, default.name),
    ):
        shown = _shown(shell, value)
        assert text in shown["text/html"] and text in shown["text/plain"]
        assert "<table>" in shown["text/html"] and "<" not in shown["text/plain"]
    assert f"{decision.evidence[1].field}: " in _shown(shell, decision)["text/plain"]


def test_what_is_shown_is_escaped(shell: InteractiveShell, default: ScoringConfig) -> None:
    shown = _shown(shell, default.model_copy(update={"name": "<script>alert(1)</script>"}))
    assert "<script>" not in shown["text/html"] and "&lt;script&gt;" in shown["text/html"]


def test_a_bundle_tells_what_its_gates_said(shell: InteractiveShell, default: ScoringConfig) -> None:
    gates = [Verdict(gate="cheaper", on="hold-out", passed=False, got="410", wanted="below 400")]
    shown = _shown(shell, Bundle.of(default, golden=[], gates=gates, forced=True))
    for text in ("cheaper", "said no", "below 400", "exported although a gate said no"):
        assert text in shown["text/html"] and text in shown["text/plain"]


def test_a_figure_takes_the_colours_of_the_page(
    shell: InteractiveShell, world: Dataset, evaluation: Evaluation, default: ScoringConfig
) -> None:
    figure = Weights(subject_of(world, {"default": evaluation}, {"default": default})).plot()
    shown = _shown(shell, figure)["text/html"]
    drawn = shown[shown.index("<svg") :]
    assert "var(--right)" in drawn and "var(--ink)" in drawn
    assert not re.search(r"(?:fill|stroke):\s*#[0-9a-f]{6}", drawn)


def test_light_and_dark_have_every_colour() -> None:
    told = page()
    assert told.count("--wrong:") == 3 and "data-jp-theme-light=false" in told and "@media print" in told


def test_no_heavy_library_comes_with_what_is_displayed() -> None:
    package = Path(__file__).resolve().parents[2] / "idlab"
    for file in (
        package / "model.py",
        *(package / "config").glob("*.py"),
        package / "bundle" / "document.py",
    ):
        source = file.read_text(encoding="utf-8")
        assert "IPython" not in source and "markupsafe" not in source
