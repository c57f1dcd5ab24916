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
    SQLite and PostgreSQL are checked as they are at one moment, and resolvers may go on meanwhile.
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
        show("\n".join(_lines(report)))
        if not report.ok:
            show(_table(report.failing))
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


def _lines(report: Report) -> list[str]:
    """What was found, before any detail of it."""
    failing, checked = report.failing, len(report.findings)
    if not failing:
        return [f"all {checked} invariants hold", _decided(report)]
    todo = dict.fromkeys(one.advice for one in failing)
    return [
        f"{len(failing)} of {checked} invariants fail, {sum(one.failures for one in failing):,} times in all",
        _decided(report),
        *(f"what to do: {advice}" for advice in todo),
        "keep a copy of the store as it is now, to find out by; check it again when that is done",
    ]


def _decided(report: Report) -> str:
    """How much was decided again, in words."""
    if report.not_decided_again is not None:
        return f"nothing was decided again: {report.not_decided_again}"
    left_out = (
        f"; {report.left_out:,} were not, since they had met a customer who was erased"
        if report.left_out
        else ""
    )
    return f"{report.compared:,} interactions and actions were decided again and compared{left_out}"


def _table(findings: list[Finding]) -> Table:
    """What fails, how often, and where for one."""
    from rich.table import Table

    shown = Table()
    for heading in ("what must hold", "failures", "for example"):
        shown.add_column(heading)
    for one in findings:
        shown.add_row(one.invariant, f"{one.failures:,}", one.example or "")
    return shown
