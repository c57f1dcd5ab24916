"""What ``idlab erase`` and ``idlab purge`` share: the store with its erasure log, what lies elsewhere, certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.opened import opened_store
from idlab.cli.showing import remark, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.erasure import Certificate
    from idlab.erasure.erasing import Place
    from idlab.resolver import Resolver

Yes = Annotated[bool, typer.Option("--yes", help="Do it: it cannot be undone.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would go, and do nothing.")]
ErasureLogFile = Annotated[
    Path | None,
    typer.Option(
        "--erasure-log",
        metavar="FILE",
        help="Where erasures are written down outside of the database, for backups that are put back.",
        show_default="FILE.erasures beside a store in SQLite; the variable IDLAB_ERASURE_LOG for a server",
    ),
]
NoErasureLog = Annotated[
    bool, typer.Option("--no-erasure-log", help="Go without: a backup that is put back brings people back.")
]
CertificateFile = Annotated[
    Path | None,
    typer.Option(
        "--certificate",
        metavar="FILE",
        help="Where the certificate is written.",
        show_default="beside the erasure log",
    ),
]
Datasets = Annotated[
    list[Path] | None,
    typer.Option(
        "--dataset",
        metavar="DIR",
        help="A dataset, a run, or a folder that holds some: erased from as well. May be given several times.",
        show_default=False,
    ),
]


@contextmanager
def opened_with_log(url: str, log: Path | None, *, without: bool, writes: bool) -> Iterator[Resolver]:
    """A resolver over a store that knows where its erasure log is; closed when the block ends.

    Args:
        url: The store.
        log: The erasure log that was named.
        without: Whether there shall be none.
        writes: Whether anybody is to be erased, so that there must be one.

    Raises:
        BadInput: If there is no such store, or it is on a server and no erasure log is named.
    """
    from idlab.resolver import Resolver
    from idlab.serving import config_of

    with opened_store(url) as store:
        if without or log is not None:
            store.erasure_log = None if without else log
        if writes and store.erasure_log is None and not without:
            hint = (
                "name a file that is kept apart from the server with --erasure-log, or say --no-erasure-log"
            )
            what = "a store on a server needs an erasure log, or its backups bring people back"
            raise BadInput(what, where="--store", hint=hint)
        with store.reading() as rows:
            config = config_of(rows)
        yield Resolver(config, store)


def place_of(resolver: Resolver, file: Path | None) -> Place:
    """Where certificates go: the first to ``--certificate`` if that is given, others beside the erasure log."""
    from idlab.erasure.erasing import beside_the_log

    usual, given = beside_the_log(resolver), [] if file is None else [file]
    return lambda certificate: given.pop() if given else usual(certificate)


@dataclass
class Elsewhere:
    """Erases from the generations of a store that do not serve, and from folders.

    Args:
        url: The store.
        folders: Datasets and runs.
        by: Who asked for it.
        at: When.
        asked: Whether it was called.
    """

    url: str
    folders: Sequence[Path]
    by: str
    at: datetime
    asked: bool = False

    def __call__(self, interactions: Sequence[str]) -> list[Mapping[str, str]]:
        """Erase interactions of these ids; tells where that was and what was done."""
        from idlab.erasure import erase_in_generations

        self.asked = True
        done: list[Mapping[str, str]] = []
        done += erase_in_generations(self.url, interactions, by=self.by, at=self.at)
        return done + in_files(self.folders, interactions, dry_run=False)


def in_files(
    datasets: Sequence[Path], interactions: Sequence[str], *, dry_run: bool
) -> list[Mapping[str, str]]:
    """Erases from folders, if any are named; what is left as it is gets a line on standard error."""
    if not datasets:
        return []
    from idlab.data.erasing import erase_from_files

    found = erase_from_files(datasets, interactions, dry_run=dry_run)
    for one in found.warnings:
        remark(f"idlab: {one.file}: {one.what}")
    return [{"where": str(one.file), "what": one.what} for one in found.touched]


def show_certificates(certificates: Sequence[Certificate], *, json: bool) -> None:
    """Prints certificates, as one JSON object or in lines."""
    if json:
        show_json({"certificates": [dict(one.document) for one in certificates]})
        return
    for one in certificates:
        show("\n".join(one.lines()))
    if not certificates:
        show("there was nothing left to do")


def table_of_counts(removed: Mapping[str, Any]) -> list[str]:
    """What would be removed, in lines."""
    values = ", ".join(f"{count} {field}" for field, count in removed["values"].items())
    return [
        f"{removed['records']} records{f' ({values})' if values else ''}",
        f"{removed['keys']} keys and {removed['identifiers']} counted identifiers that nobody else holds",
        f"{removed['links_expired']} open links would expire, {removed['reviews_closed']} review items close",
    ]
