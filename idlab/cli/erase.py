"""``idlab erase``: a customer's identifiers are removed from a store and from files, for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.erasing import (
    CertificateFile,
    Datasets,
    DryRun,
    Elsewhere,
    ErasureLogFile,
    NoErasureLog,
    Yes,
    in_files,
    opened_with_log,
    place_of,
    show_certificates,
    table_of_counts,
)
from idlab.cli.options import AsJson
from idlab.cli.queue_options import By, who
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.erasure import Foreseen

Customers = Annotated[
    list[str] | None,
    typer.Argument(metavar="CUSTOMER", help="customer_ids, of now or of before.", show_default=False),
]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="The store: sqlite:///FILE, postgresql://... or dynamodb://TABLE.",
        show_default=False,
    ),
]
Run = Annotated[
    Path | None,
    typer.Option(
        "--run",
        metavar="DIR",
        help="Without --store: the run that says which interactions are a customer's.",
        show_default="the runs within --dataset",
    ),
]
_SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab erase 5ed0e5f6-8d4f-5d0c-9c39-7a1f6f0f8a51 --store sqlite:///id.db --dataset calls --yes"
    app.command("erase", epilog=example)(erase)


def erase(
    customers: Customers = None,
    store: Store = None,
    datasets: Datasets = None,
    run: Run = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Finish what was broken off, whoever it was about.")
    ] = False,
    erasure_log: ErasureLogFile = None,
    no_erasure_log: NoErasureLog = False,
    certificate: CertificateFile = None,
    by: By = None,
    json: AsJson = False,
) -> None:
    """Remove every identifier of customers that nobody else holds, for good.

    Interaction ids, times, outcomes and the customer_id stay, as a tombstone. A command that was broken off is finished by
    giving it again, or by --resume. One person may hold several identities: --dry-run lists who shares something.
    """
    named, folders = list(customers or ()), list(datasets or ())
    _check(named, store, folders, resume=resume, yes=yes, dry_run=dry_run)
    if store is None:
        _erase_files(named, folders, run, certificate, who(by), dry_run=dry_run, json=json)
        return
    at = datetime.now(UTC)
    writes = not dry_run
    with (
        progress() as doing,
        opened_with_log(store, erasure_log, without=no_erasure_log, writes=writes) as at_work,
    ):
        from idlab import erasure

        if dry_run:
            doing("looking for who shares something")
            foreseen = erasure.foresee(at_work, named)
            with at_work.store.reading() as rows:
                theirs = erasure.interactions_of(rows, named)
            _show_foreseen(foreseen, in_files(folders, theirs, dry_run=True), json=json)
            return
        doing("erasing and cleaning")
        place, there = place_of(at_work, certificate), Elsewhere(store, folders, who(by), at)
        if resume:
            done = erasure.finish(at_work, at=at, place=place, elsewhere=there)
        else:
            done = erasure.erase(at_work, named, by=who(by), at=at, place=place, elsewhere=there)
            if not there.asked:  # they were erased before, and these folders may not have been named then
                with at_work.store.reading() as rows:
                    theirs = erasure.interactions_of(rows, named)
                in_files(folders, theirs, dry_run=False)
    show_certificates(done, json=json)


def _check(
    customers: Sequence[str],
    store: str | None,
    datasets: Sequence[Path],
    *,
    resume: bool,
    yes: bool,
    dry_run: bool,
) -> None:
    """Refuses a command that does not say what is to be done.

    Raises:
        BadInput: Naming what is missing.
    """
    if store is None and not datasets:
        raise BadInput(
            "nothing says where to erase from", where="idlab erase", hint="give --store or --dataset"
        )
    if resume:
        if customers or dry_run or store is None:
            hint = "give --store and --resume alone"
            raise BadInput(
                "--resume finishes whatever a store was broken off in", where="idlab erase", hint=hint
            )
        return
    if not customers:
        raise BadInput("nobody is named", where="idlab erase", hint="name customers by their customer_ids")
    if yes == dry_run:
        what = "erasing cannot be undone: identifiers are removed from records, keys, links, reviews, files and free space"
        raise BadInput(what, where="idlab erase", hint="look with --dry-run, then do it with --yes")


def _erase_files(
    customers: Sequence[str],
    datasets: Sequence[Path],
    run: Path | None,
    certificate: Path | None,
    by: str,
    *,
    dry_run: bool,
    json: bool,
) -> None:
    """Erase from files alone."""
    from idlab.data.erased import interactions_on_disk
    from idlab.erasure.certificate import certificate_of_files

    with progress() as doing:
        doing("looking through files")
        theirs = interactions_on_disk(datasets, customers, run)
        done = in_files(datasets, theirs, dry_run=dry_run)
    if dry_run:
        document = {
            "customers": list(customers),
            "interactions": len(theirs),
            "files": [dict(one) for one in done],
        }
        lines = [f"{len(theirs)} interactions", *(f"{one['where']}: {one['what']}" for one in done)]
        show_json(document) if json else show("\n".join(lines))
        return
    proof = certificate_of_files(customers, len(theirs), done, by=by, at=datetime.now(UTC))
    if certificate is not None:
        proof.write(certificate)
    show_certificates([proof], json=json)


def _show_foreseen(foreseen: Foreseen, files: Sequence[object], *, json: bool) -> None:
    if json:
        show_json({**foreseen.document(), "files": files})
        return
    lines = [f"would become tombstones: {', '.join(foreseen.customers) or 'nobody'}"]
    lines += table_of_counts(foreseen.removed)
    lines += [f"{one['where']}: {one['what']}" for one in files if isinstance(one, dict)]
    others = foreseen.others
    lines.append(
        f"{len(others)} other identities have something in common with them:"
        if others
        else "nobody shares anything"
    )
    lines += [f"  {one.customer_id}  {', '.join(one.through)}" for one in others[:_SHOWN]]
    if len(others) > _SHOWN:
        lines.append(f"  and {len(others) - _SHOWN} more; --json lists them all")
    show("\n".join(lines))
