"""In CI a skipped test fails the run; elsewhere it is shown and passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.project import PROJECT

SKIPS = {
    "by mark": "@pytest.mark.skip(reason='no browser')\ndef test_it(): ...",
    "inside": "def test_it(): pytest.skip('no browser')",
    "in a fixture": "@pytest.fixture\ndef b(): pytest.skip('no browser')\ndef test_it(b): ...",
    "of a whole file": "pytest.skip('no browser', allow_module_level=True)",
}
DATA_ABSENT = "def test_it(): pytest.skip('the folder ../shared is absent')"
EXPECTED_FAILURE = "@pytest.mark.xfail(reason='known')\ndef test_it(): raise ValueError"


def _run(folder: Path, source: str, *, ci: bool) -> subprocess.CompletedProcess[str]:
    root = folder / "project"
    root.mkdir()
    shutil.copy(PROJECT / "conftest.py", root)
    (root / "test_it.py").write_text(f"import pytest\n{source}\ndef test_passes(): ...\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | (
        {"CI": "true"} if ci else {}
    )
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "test_it.py"]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("how", SKIPS)
def test_a_skip_fails_the_run_in_ci(how: str, tmp_path: Path) -> None:
    done = _run(tmp_path, SKIPS[how], ci=True)
    assert done.returncode != 0, done.stdout
    assert "no browser" in done.stdout


# Without its one file, pytest has "no tests ran" only if the other test is skipped with it.
@pytest.mark.parametrize("how", [how for how in SKIPS if how != "of a whole file"])
def test_a_skip_is_shown_elsewhere(how: str, tmp_path: Path) -> None:
    done = _run(tmp_path, SKIPS[how], ci=False)
    assert done.returncode == 0, done.stdout
    assert "no browser" in done.stdout


@pytest.mark.parametrize("source", [DATA_ABSENT, EXPECTED_FAILURE])
def test_what_is_no_fault_of_the_installation_passes_in_ci(source: str, tmp_path: Path) -> None:
    done = _run(tmp_path, source, ci=True)
    assert done.returncode == 0, done.stdout


def test_absent_data_is_no_excuse_where_the_data_lies(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    assert _run(tmp_path, DATA_ABSENT, ci=True).returncode != 0
