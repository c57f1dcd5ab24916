"""``idlab review``: review items, listed, looked at and closed."""

from __future__ import annotations

from typing import Annotated

import typer

from idlab.cli.durations import ago
from idlab.cli.opened import StoreUrl, opened_resolver, opened_rows
from idlab.cli.options import AsJson, ShowIdentifiers
from idlab.cli.queue_options import (
    After,
    Agent,
    AssignedTo,
    By,
    Limit,
    NewerThan,
    OfCustomer,
    OlderThan,
    Review,
    TakeOver,
    Unassigned,
    who,
)
from idlab.cli.showing import show, show_json


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    group = typer.Typer(
        name="review", help="Work on review items: customers with too many names.", no_args_is_help=True
    )
    for name, function, example in (
        ("list", list_, "idlab review list --store sqlite:///id.db"),
        ("show", show_, "idlab review show 1043 --store sqlite:///id.db"),
        ("close", close, "idlab review close 1043 split call-7 call-9 --store sqlite:///id.db --by ann"),
        ("assign", assign, "idlab review assign 1043 ann --store sqlite:///id.db"),
        ("unassign", unassign, "idlab review unassign 1043 --store sqlite:///id.db"),
    ):
        group.command(name, epilog=f"Example: {example}")(function)
    app.add_typer(group)


def list_(
    store: StoreUrl,
    state: Annotated[
        str,
        typer.Option("--state", metavar="open|keep_flag|clear|split|superseded|erased", help="Which items."),
    ] = "open",
    assigned_to: AssignedTo = None,
    unassigned: Unassigned = False,
    older_than: OlderThan = None,
    newer_than: NewerThan = None,
    customer: OfCustomer = None,
    after: After = 0,
    limit: Limit = 50,
    json: AsJson = False,
) -> None:
    """List review items, in the order opened; no identifiers are shown."""
    from idlab.cli.queue_shown import document, review_table, show_page
    from idlab.queues import reviews

    with opened_rows(store) as rows:
        page = reviews(
            rows,
            state=state,
            assigned_to=assigned_to,
            unassigned=unassigned,
            older_than=ago(older_than, "--older-than"),
            newer_than=ago(newer_than, "--newer-than"),
            customer=customer,
            after=after,
            limit=limit,
        )
    if json:
        show_json({"reviews": document(page.items), "after": page.after})
        return
    nothing = "no such review item waits" if state == "open" else f"no such review item is {state}"
    show_page(page, review_table, nothing)


def show_(
    review: Review, store: StoreUrl, show_identifiers: ShowIdentifiers = False, json: AsJson = False
) -> None:
    """Show a review item: its customer, and the records that were turned away."""
    from idlab.cli.queue_shown import document, review_lines
    from idlab.queues import review_evidence, review_id_called

    with opened_resolver(store) as resolver, resolver.store.reading() as rows:
        name = review_id_called(rows, review)
        found = review_evidence(rows, resolver, name, show_identifiers=show_identifiers)
    if json:
        show_json(document(found))
    else:
        show("\n".join(review_lines(found)))


def close(
    review: Review,
    verdict: Annotated[
        str,
        typer.Argument(
            metavar="keep_flag|clear|split",
            help="keep_flag: it stays flagged. clear: all its names are its own. split: some interactions are another's.",
            show_default=False,
        ),
    ],
    store: StoreUrl,
    interactions: Annotated[
        list[str] | None,
        typer.Argument(metavar="INTERACTION", help="For split: another person's.", show_default=False),
    ] = None,
    by: By = None,
    json: AsJson = False,
) -> None:
    """Close a review item."""
    from idlab.queues import close_review, review_id_called

    with opened_resolver(store) as resolver:
        with resolver.store.reading() as rows:
            name = review_id_called(rows, review)
        done = close_review(resolver, name, verdict, interactions or (), by=who(by))
    if json:
        show_json(
            {
                "review_id": name,
                "state": done.state,
                "was_open": done.was_open,
                "customers": [*done.customers],
            }
        )
    elif done.was_open:
        show(f"review item {review}: {done.state}; {' and '.join(done.customers)}")
    else:
        show(_was_closed(review, done.state))


def assign(
    review: Review,
    agent: Agent,
    store: StoreUrl,
    take_over: TakeOver = False,
    by: By = None,
    json: AsJson = False,
) -> None:
    """Give a review item to an agent."""
    from idlab.queues import assign as give
    from idlab.queues import review_id_called

    with opened_resolver(store) as resolver:
        with resolver.store.reading() as rows:
            name = review_id_called(rows, review)
        state = give(resolver, name, agent, by=who(by), take_over=take_over)
    if json:
        show_json({"review_id": name, "state": state, "assignee": agent if state == "open" else None})
    else:
        show(f"review item {review}: {agent} works on it" if state == "open" else _was_closed(review, state))


def unassign(review: Review, store: StoreUrl, by: By = None, json: AsJson = False) -> None:
    """Take a review item from whoever works on it."""
    from idlab.queues import review_id_called
    from idlab.queues import unassign as take

    with opened_resolver(store) as resolver:
        with resolver.store.reading() as rows:
            name = review_id_called(rows, review)
        state = take(resolver, name, by=who(by))
    if json:
        show_json({"review_id": name, "state": state, "assignee": None})
    else:
        show(f"review item {review}: nobody works on it" if state == "open" else _was_closed(review, state))


def _was_closed(review: str, state: str) -> str:
    return f"review item {review} was closed before: {state}; nothing was done"
