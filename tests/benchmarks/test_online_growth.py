"""The growth of decisions over a store, at toy sizes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import online_growth


def test_it_measures_each_size_and_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    figure = tmp_path / "online.png"
    arguments = [
        "--sizes",
        "300",
        "40",
        "--interactions",
        "30",
        "--room",
        str(tmp_path),
        "--figure",
        str(figure),
    ]
    monkeypatch.setattr(sys, "argv", ["online_growth", *arguments])
    monkeypatch.setattr(online_growth, "AT_MOST", float("inf"))
    assert online_growth.main() == 0
    told = capsys.readouterr()
    found = [json.loads(line) for line in told.out.splitlines()]
    assert [one["identities_before"] for one in found] == [40, 300]
    growth = found[1]["p95_ms"] / found[0]["p95_ms"]
    assert f"{growth:.2f} times" in told.err
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert [one.name for one in tmp_path.iterdir()] == ["online.png"]
    monkeypatch.setattr(online_growth, "AT_MOST", 0.0)
    monkeypatch.setattr(sys, "argv", ["online_growth", *arguments[:-2]])
    assert online_growth.main() == 1
