"""``idlab notebooks render``: pages that stand alone, and failures told in a line."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from idlab.cli.notebooks import page_of
from idlab.explore.still import WIDGET_STATE, WIDGET_VIEW, with_still_widgets
from tests.cli.running import run_idlab


def _notebook(folder: Path, name: str, source: str) -> Path:
    cells = [
        nbformat.v4.new_code_cell("many = 2", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(source),
    ]
    path = folder / f"{name}.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


@pytest.mark.slow
def test_a_page_shows_what_its_parameters_led_to_and_the_notebook_stays_as_it_was(tmp_path: Path) -> None:
    path = _notebook(tmp_path, "one", "print('so many:', many * 21)")
    stored = path.read_bytes()
    done = run_idlab(
        *("notebooks", "render", "--from", tmp_path, "--out", tmp_path / "pages", "-p", "many=3", "--json")
    )
    page = tmp_path / "pages" / "one.html"
    assert done.code == 0 and done.json == {"pages": [str(page)], "failed": {}}
    assert "so many: 63" in page.read_text(encoding="utf-8")
    assert path.read_bytes() == stored


@pytest.mark.slow
def test_a_cell_that_fails_is_named_and_the_others_are_rendered(tmp_path: Path) -> None:
    _notebook(tmp_path, "bad", "1 / 0")
    _notebook(tmp_path, "good", "print('fine')")
    done = run_idlab("notebooks", "render", "--from", tmp_path, "--out", tmp_path / "pages")
    assert done.code == 1
    assert done.out.split() == [str(tmp_path / "pages" / "good.html")]
    assert "bad.ipynb: cell 2 failed: ZeroDivisionError: division by zero" in done.err
    assert not (tmp_path / "pages" / "bad.html").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--only", "two"], "there is no notebook 'two'"),
        (["-p", "many"], "got 'many'"),
        (["-p", "few=2"], "has a parameter 'few'"),
        (["--from", "nowhere"], "holds no notebook"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_runs(
    tmp_path: Path, options: list[str], told: str
) -> None:
    _notebook(tmp_path, "one", "pass")
    place = [] if "--from" in options else ["--from", tmp_path]
    done = run_idlab("notebooks", "render", *place, "--out", tmp_path / "pages", *options)
    assert told in done.refusal
    assert not (tmp_path / "pages").exists()


def test_a_page_loads_nothing_from_anywhere() -> None:
    cell = nbformat.v4.new_code_cell("1 + 1", outputs=[])
    page = page_of(nbformat.v4.new_notebook(cells=[cell]), "title")
    assert '<script src="' not in page and "<link" not in page and "<title>title</title>" in page


def test_widgets_stand_still_in_their_order_without_knobs() -> None:
    models = {
        "box": {
            "model_name": "VBoxModel",
            "state": {"children": ["IPY_MODEL_a", "IPY_MODEL_s", "IPY_MODEL_b"]},
        },
        "a": {"model_name": "HTMLModel", "state": {"value": "<b>first</b>"}},
        "s": {"model_name": "TextModel", "state": {"value": "<i>typed by a user</i>"}},
        "b": {"model_name": "AnyModel", "state": {"html": "<b>second</b>"}},
    }
    view = nbformat.v4.new_output("display_data", {WIDGET_VIEW: {"model_id": "box"}})
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("", outputs=[view])],
        metadata={"widgets": {WIDGET_STATE: {"state": models}}},
    )
    still = with_still_widgets(notebook)
    text = still["cells"][0]["outputs"][0]["data"]["text/html"]
    assert text.index("first") < text.index("second") and "typed by a user" not in text
    assert "widgets" not in still["metadata"] and "widgets" in notebook.metadata
