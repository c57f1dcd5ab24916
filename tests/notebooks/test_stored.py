"""Notebooks as they are stored: no outputs, stable ids, few cells, settings in one place, an end that leads on."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
ALL = sorted(NOTEBOOKS.glob("*.ipynb"))
LOGIC = (ast.FunctionDef, ast.ClassDef, ast.If, ast.While, ast.Try, ast.Lambda)
"""What belongs into the package, where it has a docstring and tests."""


@pytest.fixture(params=ALL, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Any:
    return nbformat.read(request.param, as_version=nbformat.NO_CONVERT)


def _source_without_magic(cell: Any) -> str:
    return "\n".join(line for line in cell.source.splitlines() if not line.startswith("%"))


def test_all_eight_are_there() -> None:
    assert [path.stem for path in ALL] == [
        *("01_world", "02_baseline", "03_explore", "04_tune", "05_errors", "06_own_data"),
        *("07_validate_and_export", "08_operate"),
    ]


def test_it_is_valid_and_stored_without_outputs(notebook: Any) -> None:
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
    assert "widgets" not in notebook.metadata


def test_it_has_fewer_than_twenty_cells_with_stable_ids(notebook: Any) -> None:
    assert len(notebook.cells) < 20
    slug = notebook.cells[0].id.rpartition("-")[0]
    assert [cell.id for cell in notebook.cells] == [f"{slug}-{place}" for place in range(len(notebook.cells))]


def test_one_cell_holds_the_parameters_and_nothing_but_assignments(notebook: Any) -> None:
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ())]
    (cell,) = tagged
    assert all(isinstance(statement, ast.Assign) for statement in ast.parse(cell.source).body)
    assert notebook.cells.index(cell) == 1


def test_it_reads_as_a_page_and_ends_with_what_next(notebook: Any) -> None:
    first, last = notebook.cells[0], notebook.cells[-1]
    assert first.cell_type == "markdown" and first.source.startswith("# ")
    assert last.cell_type == "markdown" and "## What next\n" in last.source
    code_in_a_row = 0
    for cell in notebook.cells:
        code_in_a_row = code_in_a_row + 1 if cell.cell_type == "code" else 0
        assert code_in_a_row <= 2, f"{cell.id}: nothing says what this cell shows"


def test_its_cells_hold_no_logic(notebook: Any) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(_source_without_magic(cell))):
                assert not isinstance(node, LOGIC), f"{cell.id}: {ast.unparse(node)}"


def test_pages_lead_to_pages_that_are_there(notebook: Any) -> None:
    for cell in notebook.cells:
        for part in cell.source.split("](")[1:]:
            target = part.partition(")")[0]
            assert (NOTEBOOKS / target).is_file(), f"{cell.id}: {target}"
