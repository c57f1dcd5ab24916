"""Displays are found by the names of classes, and loaded no sooner than one is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from idlab.explore.register import SHOWN

PROJECT = Path(__file__).resolve().parents[2]
SLOW = {"matplotlib", "optuna", "sklearn", "scipy.stats", "idlab.tune", "idlab.fit"}
LOADED = "import json, sys, idlab.explore; print(json.dumps(sorted(sys.modules)))"


@pytest.mark.parametrize(("module", "name"), SHOWN)
def test_what_is_shown_is_called_so_and_has_both_displays(module: str, name: str) -> None:
    kind = getattr(import_module(module), name)
    assert (kind.__module__, kind.__name__) == (module, name)
    home, _, display = SHOWN[module, name].partition(":")
    displays = import_module(f"idlab.explore.{home}")
    assert callable(getattr(displays, f"{display}_html")) and callable(getattr(displays, f"{display}_text"))


def test_the_explorer_waits_for_nothing_that_draws_or_tunes() -> None:
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "idlab.explore.explorer" in loaded
    assert loaded.isdisjoint(SLOW), sorted(loaded & SLOW)
