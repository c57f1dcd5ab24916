"""``idlab purge``: whoever nobody has heard of for long is erased."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from idlab.cli.durations import duration
from idlab.cli.erasing import (
    CertificateFile,
    Datasets,
    DryRun,
    Elsewhere,
    ErasureLogFile,
    NoErasureLog,
    Yes,
    opened_with_log,
    place_of,
    show_certificates,
)
from idlab.cli.opened import StoreUrl
from idlab.cli.options import AsJson
from idlab.cli.queue_options import By, who
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput
from idlab.model import microseconds

Now = Annotated[
    datetime | None,
    typer.Option(
        "--now",
        metavar="DATE",
        formats=["%Y-%m-%d"],
        help="The day that ages are counted back from, in UTC.",
        show_default="today",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("purge", epilog="Example: idlab purge --older-than 400d --store sqlite:///id.db --yes")(purge)


def purge(
    store: StoreUrl,
    older_than: Annotated[
        str,
        typer.Option(
            "--older-than", metavar="400d", help="Since when nobody has heard of them; units m, h, d, w."
        ),
    ],
    now: Now = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    datasets: Datasets = None,
    erasure_log: ErasureLogFile = None,
    no_erasure_log: NoErasureLog = False,
    certificate: CertificateFile = None,
    by: By = None,
    json: AsJson = False,
) -> None:
    """Erase every customer whose last interaction is older than a time, as idlab erase does.

    Broken off, it goes on where it was when it is given again.
    """
    from idlab.erasure import purge as purge_store
    from idlab.erasure.purging import old_customers

    if yes == dry_run:
        what = "purging cannot be undone: whoever is so old is erased"
        raise BadInput(what, where="idlab purge", hint="look with --dry-run, then do it with --yes")
    at = datetime.now(UTC)
    today = (now or at).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    before = today - duration(older_than, "--older-than")
    opened = opened_with_log(store, erasure_log, without=no_erasure_log, writes=not dry_run)
    with progress() as doing, opened as resolver:
        if dry_run:
            doing("looking for whom nobody has heard of")
            found = list(old_customers(resolver, microseconds(before)))
            records = sum(one.records for one in found)
        else:
            done = purge_store(
                resolver,
                before=before,
                by=who(by),
                at=at,
                place=place_of(resolver, certificate),
                elsewhere=Elsewhere(store, list(datasets or ()), who(by), at),
                progress=lambda count: doing(f"erased {count}"),
            )
    if not dry_run:
        show_certificates([] if done is None else [done], json=json)
    elif json:
        show_json({"before": before.isoformat(), "customers": len(found), "records": records})
    else:
        show(f"{len(found)} customers with {records} records, none since {before:%Y-%m-%d %H:%M} UTC")
