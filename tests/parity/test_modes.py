"""With numba, with its compiler switched off and without numba installed, the same decisions bit for bit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.parity.runs import Run

PROJECT = Path(__file__).resolve().parents[2]
N_WORLDS = 25

MODES: dict[str, tuple[dict[str, str], tuple[str, ...], bool]] = {
    "compiled": ({"NUMBA_DISABLE_JIT": "0"}, (), True),
    "compiler off": ({"NUMBA_DISABLE_JIT": "1"}, (), False),
    "not installed": ({"NUMBA_DISABLE_JIT": "0"}, ("--without", "numba"), False),
}
"""Per mode: environment, arguments, and whether the replay is compiled then."""


def _digests(environment: dict[str, str], arguments: tuple[str, ...]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.parity.digests", str(N_WORLDS), *arguments]
    done = subprocess.run(
        command, cwd=PROJECT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


@pytest.mark.parametrize("mode", MODES)
def test_every_decision_is_the_same_bit_for_bit(mode: str, ran: list[Run]) -> None:
    environment, arguments, compiled = MODES[mode]
    printed = _digests(environment, arguments)
    assert printed["compiled"] is compiled
    assert printed["digests"] == [[one.online.digest(), one.replayed.digest()] for one in ran[:N_WORLDS]]
    assert all(online == replayed for online, replayed in printed["digests"])
