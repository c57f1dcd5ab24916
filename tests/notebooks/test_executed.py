"""Every notebook runs from top to bottom, and says nothing on standard error; a warning is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SMALL: dict[str, dict[str, Any]] = {
    "01_world": {"interactions": 800},
    "02_baseline": {"interactions": 800, "resamples": 20},
    "03_explore": {"interactions": 800},
    "04_tune": {"interactions": 600, "trials": 6, "front_trials": 6},
    "05_errors": {"interactions": 1_500, "resamples": 20},
    "06_own_data": {"interactions": 800, "people": 60},
    "07_validate_and_export": {"interactions": 600, "trials": 4},
    "08_operate": {"interactions": 400, "expected_from": 2_000},
}

STRICT = """\
import warnings
warnings.simplefilter("error")
"""
"""What runs before the first cell. There is no exception to it; one would name the library and the reason."""

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")))
def test_it_runs_without_an_error_or_a_warning(name: str, tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    strict = nbformat.v4.new_code_cell(STRICT, id="strict")
    notebook.cells.insert(0, strict)
    source, executed = tmp_path / "in.ipynb", tmp_path / "out.ipynb"
    nbformat.write(notebook, source)
    asked = dict(SMALL[name])
    if "workdir" in papermill.inspect_notebook(str(source)):
        asked["workdir"] = str(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in NOTEBOOKS.rglob("*")}
    done = papermill.execute_notebook(
        str(source), str(executed), parameters=asked, cwd=str(NOTEBOOKS), progress_bar=False
    )
    for cell in done.cells:
        for output in cell.get("outputs", ()):
            assert output.get("name") != "stderr", f"{cell.id}: {output.text}"
    assert {path: path.stat().st_mtime_ns for path in NOTEBOOKS.rglob("*")} == before
