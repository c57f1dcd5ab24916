"""What is seen of long work where there is no terminal: a line now and then, that says how long the rest takes."""

from __future__ import annotations

import pytest

from idlab.cli import showing
from idlab.cli.showing import progress


def test_a_line_each_minute_says_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(showing, "monotonic", lambda: clock[0])
    with progress() as doing:
        for minute, (what, done, total) in enumerate(
            [
                ("reading", 10_000, 0),
                ("deciding", 1000, 9000),
                ("deciding", 3000, 9000),
                ("deciding", 9000, 9000),
            ]
        ):
            clock[0] = minute * 70.0
            doing.told(what, done, total)
            doing.told(what, done, total)
    assert capsys.readouterr().err.splitlines() == [
        "idlab: deciding 1,000 of 9,000",
        "idlab: deciding 3,000 of 9,000, about 4 min left",
        "idlab: deciding 9,000 of 9,000",
    ]
