"""``idlab import``: a file of a user's own as a dataset."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.options import AsJson, Overwrite
from idlab.cli.showing import progress, show, show_json

if TYPE_CHECKING:
    from idlab.data.importer import ImportReport


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = (
        "Example: idlab import crm.csv --map phone=tel --map full_name=given+family"
        " --field born:date=birthday --truth customer_no --out crm"
    )
    app.command("import", epilog=example)(import_file)


def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV, TSV or Parquet file.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DATASET", help="The folder to write.", show_default=False)
    ],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN", help="The column of a built-in field, or several joined by +."
        ),
    ] = None,
    fields: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="NAME:KIND=COLUMN", help="A field of your own."),
    ] = None,
    truth: Annotated[
        str | None,
        typer.Option("--truth", metavar="COLUMN", help="The column that names the person of every row."),
    ] = None,
    truth_file: Annotated[
        Path | None,
        typer.Option("--truth-file", metavar="FILE", help="A file that names the person of each."),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            "--labels",
            metavar="FILE",
            help="Judged pairs (left, right, same), or persons of some (interaction_id, person_id).",
        ),
    ] = None,
    channel: Annotated[
        str, typer.Option("--channel", help="The channel of all rows, if no column gives it.")
    ] = "crm",
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", metavar="NAME", help="Of times without one, as in Europe/Berlin."),
    ] = None,
    overwrite: Overwrite = False,
    json: AsJson = False,
) -> None:
    """Import a file of your own as a dataset; its columns become fields, and its truth a file of its own."""
    from idlab.data.dataset import check_target
    from idlab.data.importer import import_file as read
    from idlab.data.mapping import parse_fields, parse_mapping

    columns, declared = parse_mapping(mapping or ()), parse_fields(fields or ())
    check_target(out, overwrite=overwrite)
    with progress() as doing:
        doing(f"reading {file}")
        dataset, report = read(
            file,
            columns,
            declared,
            truth_column=truth,
            truth_file=truth_file,
            labels_file=labels,
            channel=channel,
            timezone=timezone,
        )
        doing(f"writing {out}")
        manifest = dataset.write(out, overwrite=overwrite)
    if json:
        show_json({"dataset": str(out), **asdict(report), "dataset_digest": manifest.digest})
    else:
        show("\n".join([f"{out}: {report.rows} interactions", *report_lines(report)]))


def report_lines(report: ImportReport) -> list[str]:
    """What to tell the user about an import, a line for each fact.

    Args:
        report: What the import took in.

    Example:
        >>> from idlab.data.importer import ImportReport
        >>> report_lines(ImportReport(2, {"phone": 1}, {"crm": 2}, 2, None, 0, ("fax",), ()))
        ['phone: 1 of 2 rows', 'channels: crm 2', 'truth: 2 persons', 'left out: fax']
    """
    lines = [f"{name}: {count} of {report.rows} rows" for name, count in report.filled.items()]
    lines.append("channels: " + ", ".join(f"{name} {count}" for name, count in report.channels.items()))
    if report.persons is not None:
        lines.append(f"truth: {report.persons} persons")
    if report.labels is not None:
        lines.append(f"labels: {report.labels} rows")
    if report.unused_columns:
        lines.append(f"left out: {', '.join(report.unused_columns)}")
    if report.surrogates_dropped:
        lines.append(f"dropped: {report.surrogates_dropped} lone surrogates, which are no characters")
    return [*lines, *report.notes]
