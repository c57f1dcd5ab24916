"""``idlab notebooks``: the workbench's notebooks, run from top to bottom and kept as pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.options import AsJson
from idlab.cli.showing import progress, remark, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from nbformat import NotebookNode


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    group = typer.Typer(
        name="notebooks", help="Run the workbench's notebooks and keep them as pages.", no_args_is_help=True
    )
    example = "Example: idlab notebooks render --only 01_world -p interactions=20000"
    group.command("render", epilog=example)(render)
    group.callback()(_group)
    app.add_typer(group)


def _group() -> None:
    """Run the workbench's notebooks and keep them as pages; without this a group of one command would be that command."""


def render(
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="NAME", help="A notebook, such as 01_world; repeatable.", show_default="all"
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the pages go.")] = Path(
        "reports/notebooks"
    ),
    folder: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Where the notebooks are.", show_default="notebooks"),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="Of the parameters cell; repeatable."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Run notebooks from top to bottom and write each as one HTML page; exit code 1 if a cell failed.

    The notebooks themselves stay as they are, without outputs. A parameter goes to the notebooks that have it.
    """
    place = folder or _shipped()
    chosen = _chosen(place, only or ())
    given = _parsed(parameters or ())
    wanted = _each_with_its_own(chosen, given)
    out.mkdir(parents=True, exist_ok=True)
    pages: list[str] = []
    failed: dict[str, str] = {}
    with progress() as doing:
        for number, (path, values) in enumerate(wanted.items()):
            doing.count(f"running {path.name}", number, len(wanted))
            target = out / f"{path.stem}.html"
            problem = _render(path, values, target)
            if problem is None:
                pages.append(str(target))
            else:
                failed[path.name] = problem
    if json:
        show_json({"pages": pages, "failed": failed})
    else:
        for page in pages:
            show(page)
    for name, problem in failed.items():
        remark(f"idlab: {name}: {problem}")
    if failed:
        raise typer.Exit(1)


def _shipped() -> Path:
    """The notebooks of the checkout that idlab runs from, else those of the current folder."""
    for root in (Path(__file__).resolve().parents[2], Path.cwd()):
        if (root / "notebooks").is_dir():
            return root / "notebooks"
    raise BadInput("there is no folder notebooks here", where=str(Path.cwd()), hint="name it by --from DIR")


def _chosen(folder: Path, only: Sequence[str]) -> list[Path]:
    """The notebooks of a folder that are asked for, in the order of their names."""
    there = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    if not there:
        raise BadInput("holds no notebook", where=str(folder), hint="name another folder by --from DIR")
    names = [name.removesuffix(".ipynb") for name in only]
    for name in names:
        if name not in there:
            raise BadInput(
                f"there is no notebook '{name}'", where="--only", hint=f"valid are {', '.join(there)}"
            )
    return [path for name, path in there.items() if not names or name in names]


def _parsed(options: Sequence[str]) -> dict[str, Any]:
    """Options of the form ``NAME=VALUE``; values as YAML reads them.

    Example:
        >>> _parsed(["interactions=2_000", "scenario=retail", "own=null"])
        {'interactions': 2000, 'scenario': 'retail', 'own': None}
    """
    import yaml

    found: dict[str, Any] = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not (name.isidentifier() and equals):
            raise BadInput(f"got '{option}'", where="-p", hint="write it as NAME=VALUE")
        try:
            found[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise BadInput(f"got '{option}'", where="-p", hint="write the value as in YAML") from None
    return found


def _each_with_its_own(paths: Sequence[Path], given: Mapping[str, Any]) -> dict[Path, dict[str, Any]]:
    """For every notebook those of the given parameters that it has."""
    import papermill

    names = {path: set(papermill.inspect_notebook(str(path))) for path in paths}
    known = set().union(*names.values())
    for name in given:
        if name not in known:
            hint = f"valid are {', '.join(sorted(known))}"
            raise BadInput(f"none of these notebooks has a parameter '{name}'", where="-p", hint=hint)
    return {path: {name: value for name, value in given.items() if name in names[path]} for path in paths}


def _render(path: Path, parameters: Mapping[str, Any], target: Path) -> str | None:
    """Runs a notebook and writes its page; returns what failed, in a line, or None."""
    from papermill.exceptions import PapermillExecutionError

    from idlab.bundle import write_whole

    try:
        executed = _executed(path, parameters)
    except PapermillExecutionError as failure:
        return (
            f"cell {failure.cell_index + 1} failed: {failure.ename}: {' '.join(str(failure.evalue).split())}"
        )
    write_whole(target, page_of(executed, path.stem))
    return None


def _executed(path: Path, parameters: Mapping[str, Any]) -> NotebookNode:
    """The notebook run from top to bottom in its own folder."""
    from tempfile import TemporaryDirectory

    import papermill

    with TemporaryDirectory(prefix="idlab-notebooks-") as room:
        executed: NotebookNode = papermill.execute_notebook(
            str(path),
            str(Path(room) / path.name),
            parameters=dict(parameters),
            cwd=str(path.parent),
            progress_bar=False,
            log_output=False,
        )
    return executed


def page_of(notebook: NotebookNode, title: str) -> str:
    """An executed notebook as one HTML page that loads nothing from anywhere.

    Args:
        notebook: With its outputs.
        title: Of the page.
    """
    import nbformat
    from nbconvert import HTMLExporter

    from idlab.explore.still import with_still_widgets

    exporter = HTMLExporter(  # type: ignore[no-untyped-call]  # nbconvert's classes have no annotations
        require_js_url="", mathjax_url="", jquery_url="", mermaid_js_url="", mermaid_layout_elk_js_url=""
    )
    shown = nbformat.from_dict(with_still_widgets(notebook))  # type: ignore[no-untyped-call]  # as above
    text, _ = exporter.from_notebook_node(shown, resources={"metadata": {"name": title}})
    return re.sub(
        r'<script src="">\s*</script>', "", str(text)
    )  # what is left of scripts that have no address
