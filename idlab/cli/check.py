"""``idlab check``: whether what a store holds hangs together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.options import AsJson, scoring_config
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from rich.table import Table

    from idlab.config import ScoringConfig
    from idlab.stores.checking import Finding, Marks


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("check", epilog="Example: idlab check --store sqlite:///id.db --config default.json")(check)


def check(
    store: Annotated[
        str, typer.Option("--store", metavar="URL", help="The store to check.", show_default=False)
    ],
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="The config the store was filled with: keys and marks are worked out again.",
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Check that a store hangs together; leaves with 1 if it does not, and says what to do."""
    from idlab.stores import open_store
    from idlab.stores.checking import check as findings_of
    from idlab.stores.reading import ReadableStore

    marks = None if config is None else marks_under(scoring_config(config))
    opened = open_store(store)
    try:
        if not isinstance(opened, ReadableStore):
            hint = "name sqlite:///FILE, postgresql://... or dynamodb://TABLE"
            raise BadInput("this store holds nothing that could be checked", where="--store", hint=hint)
        with progress() as doing, opened.reading() as rows:
            doing("checking")
            findings = findings_of(rows, marks)
    finally:
        opened.close()
    if json:
        show_json(
            {"ok": not any(one.failures for one in findings), "findings": list(map(_document, findings))}
        )
    else:
        show(_table(findings))
    if any(one.failures for one in findings):
        raise typer.Exit(1)


def marks_under(config: ScoringConfig) -> Marks:
    """How a config makes keys and counted identifiers of a record's values."""
    from idlab.compiled import compiled
    from idlab.neighbourhood import KeyBook

    ready = compiled(config)
    keys = KeyBook(ready, config)
    counted = [place for place, counts in enumerate(ready.rules.counts_names) if counts]
    return lambda values: (
        keys.of(values)[1],
        [(ready.field_names[place], value) for place in counted if (value := values[place]) is not None],
    )


def _document(finding: Finding) -> dict[str, str | int | None]:
    advice = finding.advice if finding.failures else None
    return {**vars(finding), "advice": advice}


def _table(findings: list[Finding]) -> Table:
    from rich.table import Table

    shown = Table()
    for heading in ("what must hold", "failures", "example", "what to do"):
        shown.add_column(heading)
    for one in findings:
        advice = one.advice if one.failures else ""
        shown.add_row(one.invariant, str(one.failures) if one.failures else "none", one.example or "", advice)
    return shown
