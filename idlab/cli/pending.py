"""``idlab pending``: pending links, listed, looked at and answered."""

from __future__ import annotations

from typing import Annotated

import typer

from idlab.cli import pending_asking
from idlab.cli.durations import ago
from idlab.cli.opened import StoreUrl, opened_resolver, opened_rows
from idlab.cli.options import AsJson, ShowIdentifiers
from idlab.cli.queue_options import (
    After,
    Agent,
    AssignedTo,
    By,
    Limit,
    Link,
    NewerThan,
    OfCustomer,
    OlderThan,
    TakeOver,
    Unassigned,
    who,
)
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    group = typer.Typer(name="pending", help="Work on pending links.", no_args_is_help=True)
    for name, function, example in (
        ("list", list_, "idlab pending list --store sqlite:///id.db --older-than 7d"),
        ("show", show_, "idlab pending show 1042 --store sqlite:///id.db"),
        ("accept", accept, "idlab pending accept 1042 --store sqlite:///id.db --by ann"),
        ("decline", decline, "idlab pending decline 1042 --store sqlite:///id.db --by ann"),
        ("expire", expire, "idlab pending expire --older-than 30d --store sqlite:///id.db"),
        ("assign", assign, "idlab pending assign 1042 ann --store sqlite:///id.db"),
        ("unassign", unassign, "idlab pending unassign 1042 --store sqlite:///id.db"),
    ):
        group.command(name, epilog=f"Example: {example}")(function)
    pending_asking.add_to(group)
    app.add_typer(group)


def list_(
    store: StoreUrl,
    state: Annotated[
        str, typer.Option("--state", metavar="open|accepted|declined|expired|superseded", help="Which links.")
    ] = "open",
    assigned_to: AssignedTo = None,
    unassigned: Unassigned = False,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    min_score: Annotated[
        float | None,
        typer.Option("--min-score", help="Only what has at least this score.", show_default=False),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason", metavar="RIVALS", help="Only what was opened for this reason.", show_default=False
        ),
    ] = None,
    customer: OfCustomer = None,
    after: After = 0,
    limit: Limit = 50,
    json: AsJson = False,
) -> None:
    """List pending links, in the order opened; no identifiers are shown."""
    from idlab.cli.queue_shown import document, pending_table, show_page
    from idlab.queues import pending

    with opened_rows(store) as rows:
        page = pending(
            rows,
            state=state,
            assigned_to=assigned_to,
            unassigned=unassigned,
            older_than=ago(older_than, "--older-than"),
            newer_than=ago(newer_than, "--newer-than"),
            min_score=min_score,
            reason=reason,
            customer=customer,
            after=after,
            limit=limit,
        )
    if json:
        show_json({"pending": document(page.items), "after": page.after})
        return
    nothing = "no such link waits" if state == "open" else f"no such link is {state}"
    show_page(page, pending_table, nothing)


def show_(
    link: Link, store: StoreUrl, show_identifiers: ShowIdentifiers = False, json: AsJson = False
) -> None:
    """Show a link with its evidence: the decision that opened it, both sides then and now."""
    from idlab.cli.queue_shown import document, link_lines
    from idlab.queues import link_evidence, link_id_called

    with opened_resolver(store) as resolver, resolver.store.reading() as rows:
        name = link_id_called(rows, link)
        found = link_evidence(rows, resolver, name, show_identifiers=show_identifiers)
    if json:
        show_json(document(found))
    else:
        show("\n".join(link_lines(found)))


def accept(link: Link, store: StoreUrl, by: By = None, json: AsJson = False) -> None:
    """Unite both sides of a link: they are one customer."""
    _answer(link, store, "accept", who(by), json=json)


def decline(link: Link, store: StoreUrl, by: By = None, json: AsJson = False) -> None:
    """Keep both sides of a link apart: they are two customers, and stay so."""
    _answer(link, store, "decline", who(by), json=json)


def expire(
    store: StoreUrl,
    link: Annotated[
        str | None,
        typer.Argument(metavar="LINK", help="One link: its number or link_id.", show_default=False),
    ] = None,
    older_than: OlderThan = None,
    by: By = None,
    json: AsJson = False,
) -> None:
    """Close links that nobody answered: one, or all that wait longer than a time."""
    from idlab.queues import expire_links

    if (link is None) == (older_than is None):
        raise BadInput("nothing, or too much, is named", hint="name one LINK, or --older-than 30d for all")
    if link is not None:
        _answer(link, store, "expire", who(by), json=json)
        return
    before = ago(older_than, "--older-than")
    assert before is not None
    with opened_resolver(store) as resolver, progress() as doing:
        count = expire_links(
            resolver, before, by=who(by), progress=lambda done: doing(f"expiring links: {done}")
        )
    if json:
        show_json({"expired": count})
    else:
        show(f"links expired: {count}")


def assign(
    link: Link,
    agent: Agent,
    store: StoreUrl,
    take_over: TakeOver = False,
    by: By = None,
    json: AsJson = False,
) -> None:
    """Give a link to an agent."""
    from idlab.queues import assign as give
    from idlab.queues import link_id_called

    with opened_resolver(store) as resolver:
        with resolver.store.reading() as rows:
            name = link_id_called(rows, link)
        state = give(resolver, name, agent, by=who(by), take_over=take_over)
    if json:
        show_json({"link_id": name, "state": state, "assignee": agent if state == "open" else None})
    else:
        show(f"link {link}: {agent} works on it" if state == "open" else _was_closed(link, state))


def unassign(link: Link, store: StoreUrl, by: By = None, json: AsJson = False) -> None:
    """Take a link from whoever works on it."""
    from idlab.queues import link_id_called
    from idlab.queues import unassign as take

    with opened_resolver(store) as resolver:
        with resolver.store.reading() as rows:
            name = link_id_called(rows, link)
        state = take(resolver, name, by=who(by))
    if json:
        show_json({"link_id": name, "state": state, "assignee": None})
    else:
        show(f"link {link}: nobody works on it" if state == "open" else _was_closed(link, state))


def _answer(link: str, store: str, how: str, by: str, *, json: bool) -> None:
    from idlab.queues import answer_link, link_id_called

    with opened_resolver(store) as resolver:
        with resolver.store.reading() as rows:
            name = link_id_called(rows, link)
        done = answer_link(resolver, name, how, by=by)
    if json:
        show_json(
            {"link_id": name, "state": done.state, "was_open": done.was_open, "customers": [*done.customers]}
        )
        return
    customers = " and ".join(done.customers)
    held = "one customer" if len(done.customers) == 1 else "two customers"
    show(
        f"link {link}: {done.state}; {held}, {customers}" if done.was_open else _was_closed(link, done.state)
    )


def _was_closed(link: str, state: str) -> str:
    return f"link {link} was closed before: {state}; nothing was done"
