"""Progress in a notebook: seen while it runs, gone when it ends, silent where there is no notebook."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import DisplayHandle

from idlab.explore import progress, running
from idlab.explore.running import Line
from idlab.tune.trials import Progress


class Output(DisplayHandle):
    """The output of a cell that keeps all it has shown."""

    def __init__(self) -> None:
        super().__init__("here")
        self.shown: list[dict[str, str]] = []

    def display(self, obj: dict[str, str], **_: object) -> None:
        self.shown.append(obj)

    def update(self, obj: dict[str, str], **_: object) -> None:
        self.shown.append(obj)


class Kernel(InteractiveShell):
    """A shell that a notebook runs in."""

    kernel = object()


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> Output:
    made = Output()
    monkeypatch.setattr(running, "DisplayHandle", lambda: made)
    monkeypatch.setattr(running, "get_ipython", Kernel)
    return made


def test_it_is_seen_while_it_runs_and_gone_when_it_ends(output: Output) -> None:
    with progress() as doing:
        told: Progress = doing
        told("encoding <the> world")
        told.count("trying configs", 3, 24)
    started, encoding, trying, ended = output.shown
    assert started["text/html"] == ended["text/html"] == ""
    assert (
        "encoding &lt;the&gt; world" in encoding["text/html"]
        and "<progress></progress>" in encoding["text/html"]
    )
    assert 'value="3" max="24"' in trying["text/html"] and "3 of 24" in trying["text/html"]
    assert trying["text/plain"] == "trying configs"


def test_it_is_gone_after_a_failure_too(output: Output) -> None:
    with pytest.raises(ZeroDivisionError), progress() as doing:
        doing.count("trying configs", 1 // 0, 24)
    assert output.shown[-1]["text/html"] == ""


def test_many_quick_steps_are_shown_as_few(output: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(0.001 * step for step in range(1000))
    monkeypatch.setattr(running, "perf_counter", lambda: next(clock))
    with progress() as doing:
        for step in range(1000):
            doing.count("trying configs", step, 1000)
    assert 5 <= len(output.shown) - 2 <= 11


def test_without_a_notebook_it_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as doing:
        doing.count("trying configs", 1, 2)
    Line(None)("trying configs")
    assert capsys.readouterr() == ("", "")
