"""``idlab log``: who decided what, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.opened import StoreUrl, opened_rows
from idlab.cli.options import AsJson
from idlab.cli.queue_options import After, Limit, OfCustomer
from idlab.cli.showing import progress, remark, show, show_json

if TYPE_CHECKING:
    from rich.table import Table

    from idlab.stores.kept import LogEntry
    from idlab.subject import Trail


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("log", epilog="Example: idlab log --store sqlite:///id.db --kind split")(log)


def log(
    store: StoreUrl,
    customer: OfCustomer = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind", metavar="accept|split|...", help="Only entries of this kind.", show_default=False
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="NAME", help="Only what was done by this one.", show_default=False),
    ] = None,
    after: After = 0,
    limit: Limit = 50,
    json: AsJson = False,
) -> None:
    """Show the log of what people decided, in order, with the state of its chain. It holds no identifier of a customer.

    --customer finds what touches a customer through any interaction that it has or ever had. All times are UTC. Leaves with 1 if
    the chain is broken: then somebody changed the log.
    """
    from idlab.subject import trail_of

    with progress() as doing, opened_rows(store) as rows:
        doing("reading the log")
        trail = trail_of(rows, customer=customer, kind=kind, by=by, after=after, limit=limit)
    if json:
        show_json(_document(trail))
    else:
        show(_table(trail.entries))
        show(_chain(trail))
        if trail.after is not None:
            remark(f"There is more: --after {trail.after}")
    if not trail.is_unbroken:
        raise typer.Exit(1)


def _document(trail: Trail) -> dict[str, Any]:
    return {
        "entries": [_entry(one) for one in trail.entries],
        "after": trail.after,
        "chain": {
            "entries": trail.logged,
            "broken": trail.broken,
            "is_whole": trail.is_whole,
            "ok": trail.is_unbroken,
        },
    }


def _entry(entry: LogEntry) -> dict[str, Any]:
    from idlab.subject.trail import utc

    return {
        "number": entry.serial,
        "at": utc(entry.at),
        "by": entry.by,
        "kind": entry.kind,
        "about": dict(entry.about),
        "chain": entry.chain,
    }


def _chain(trail: Trail) -> str:
    """The state of the chain, in words."""
    if trail.is_unbroken:
        return f"The chain of all {trail.logged:,} entries is unbroken."
    cut = "" if trail.is_whole else " and it does not end where the store says"
    return f"The chain is BROKEN: {trail.broken:,} of {trail.logged:,} entries do not continue the one before{cut}."


def _table(entries: list[LogEntry]) -> Table:
    from rich.table import Table

    shown = Table()
    for heading in ("number", "when", "who", "what", "about"):
        shown.add_column(heading, overflow="fold")
    for one in map(_entry, entries):
        about = "\n".join(f"{name}: {_listed(value)}" for name, value in one["about"].items() if value)
        shown.add_row(str(one["number"]), one["at"], one["by"], one["kind"], about)
    return shown


def _listed(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_listed(part)}" for name, part in value.items() if part)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
