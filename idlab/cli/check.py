"""``idlab check``: whether what a store holds hangs together and is what its log gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.opened import StoreUrl, opened_store
from idlab.cli.options import AsJson, scoring_config
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from rich.table import Table

    from idlab.checking import Finding, Report


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("check", epilog="Example: idlab check --store sqlite:///id.db")(check)


def check(
    store: StoreUrl,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="The config the store was filled with, where an old store does not know it by itself.",
            show_default=False,
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Look at the rows only; do not decide the log again.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Check that a store hangs together and that its state is the replay of its log.

    Leaves with 1 if it is not, and says what to do. What met a customer who was erased cannot be decided again, and is counted.
    """
    from idlab.checking import check as report_on
    from idlab.stores.reading import ReadableStore

    known = None if config is None else scoring_config(config)
    with opened_store(store) as opened:
        if not isinstance(opened, ReadableStore):
            hint = "name sqlite:///FILE, postgresql://... or dynamodb://TABLE"
            raise BadInput("this store holds nothing that could be checked", where="--store", hint=hint)
        with progress() as doing, opened.reading() as rows:
            report = report_on(rows, known, doing.told, decide=not quick)
    if json:
        show_json(_document(report))
    else:
        show(_table(report.findings))
        show(_decided(report))
    if not report.ok:
        raise typer.Exit(1)


def _document(report: Report) -> dict[str, Any]:
    return {
        "ok": report.ok,
        "compared": report.compared,
        "left_out": report.left_out,
        "not_decided_again": report.not_decided_again,
        "findings": [
            {**vars(one), "advice": one.advice if one.failures else None} for one in report.findings
        ],
    }


def _decided(report: Report) -> str:
    """How much was decided again, in words."""
    if report.not_decided_again is not None:
        return f"Nothing was decided again: {report.not_decided_again}."
    left_out = (
        f"; {report.left_out:,} were not, since they had met a customer who was erased"
        if report.left_out
        else ""
    )
    return f"{report.compared:,} interactions and actions were decided again and compared{left_out}."


def _table(findings: list[Finding]) -> Table:
    from rich.table import Table

    shown = Table()
    for heading in ("what must hold", "failures", "example", "what to do"):
        shown.add_column(heading)
    for one in findings:
        advice = one.advice if one.failures else ""
        shown.add_row(one.invariant, str(one.failures) if one.failures else "none", one.example or "", advice)
    return shown
