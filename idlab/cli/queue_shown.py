"""How queues of human work look: tables and lines for people, plain JSON for scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from idlab.cli.showing import remark, show

if TYPE_CHECKING:
    from rich.table import Table

    from idlab.model import Evidence
    from idlab.queues import LinkEvidence, Page, PendingWork, Request, ReviewEvidence, ReviewWork
    from idlab.queues.evidence import DecisionShown
    from idlab.queues.sides import RecordShown, SideShown


def document(thing: Any) -> Any:
    """Something that a queue tells, as plain JSON.

    Example:
        >>> from idlab.model import Evidence
        >>> document([Evidence("phone", "exact", 13.2)])
        [{'field': 'phone', 'level': 'exact', 'contribution': 13.2}]
    """
    if isinstance(thing, datetime):
        return thing.isoformat()
    if hasattr(thing, "_asdict"):
        return {name: document(value) for name, value in thing._asdict().items()}
    if isinstance(thing, Mapping):
        return {name: document(value) for name, value in thing.items()}
    if isinstance(thing, Sequence) and not isinstance(thing, str):
        return [document(one) for one in thing]
    return thing


def show_page(page: Page[Any], table: Callable[[Sequence[Any]], Table], nothing: str) -> None:
    """Show a page of a queue as a table, or that there is nothing, and where more may follow."""
    if page.items:
        show(table(page.items))
    elif page.after is None:
        show(nothing)
    if page.after is not None:
        remark(f"there may be more: --after {page.after}")


def table_of(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A table; what is missing is a dash."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Column, Table

    table = Table(*(Column(name, no_wrap=True) for name in columns), box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*("-" if cell is None or cell == "" else str(cell) for cell in row))
    return table


def pending_table(found: Sequence[PendingWork]) -> Table:
    """Pending links, a row each, called by their numbers."""
    columns = ("no.", "since", "score", "reasons", "customers", "each", "agent", "asked")
    return table_of(
        columns,
        [
            (
                work.opened,
                f"{work.waiting_since:%Y-%m-%d}",
                _number(work.score),
                "\n".join(work.reasons),
                "\n".join(customer[:8] for customer in work.customers),
                "\n".join(map(str, work.interactions)),
                work.assignee,
                work.consent,
            )
            for work in found
        ],
    )


def review_table(found: Sequence[ReviewWork]) -> Table:
    """Review items, a row each, called by their numbers."""
    columns = ("no.", "since", "customer", "has", "names", "turned", "why", "agent")
    return table_of(
        columns,
        [
            (
                work.opened,
                f"{work.waiting_since:%Y-%m-%d}",
                work.customer[:8],
                work.interactions,
                work.names,
                work.turned_away,
                "\n".join(f"{reason} {count}" for reason, count in work.why.items()),
                work.assignee,
            )
            for work in found
        ],
    )


def request_table(found: Sequence[Request]) -> Table:
    """Requests to customers, a row each."""
    from idlab.model import moment_of

    columns = ("link", "state", "until", "sides", "tries", "failed", "why")
    return table_of(
        columns,
        [
            (
                request.link[:8],
                request.state,
                f"{moment_of(request.until):%Y-%m-%d}",
                "\n".join(f"{one.side} {one.state}" for one in request.sides),
                sum(one.handed_out for one in request.sides),
                sum(one.failures for one in request.sides),
                request.why,
            )
            for request in found
        ],
    )


def link_lines(found: LinkEvidence) -> Iterator[str]:
    """A link with its evidence."""
    work = found.work
    yield f"link {work.opened}, {work.state}: {work.link_id}"
    yield f"waiting since {_day(work.waiting_since)}; agent: {work.assignee or 'nobody'}"
    if found.request is not None:
        sides = ", ".join(f"{one.side} {one.state}" for one in found.request.sides)
        yield f"customers were asked: {found.request.state} ({sides})"
    yield from _decision_lines(found.decision)
    if work.place is None:
        yield "the other side was no target of that decision: a merge left it over, in the band"
    elif work.place > 1:
        yield f"the other side was target {work.place} of that decision; the evidence is about target 1"
    if found.now is None:
        yield "nothing is left to compare: both sides are one by now, or one was erased"
    else:
        yield f"the record at hand beside the other side now: score {_number(found.now.score)}"
        yield from _evidence_lines(found.now.evidence)
        if found.now.contradict:
            yield "  the two profiles contradict each other"
    yield from side_lines("at hand", found.at_hand)
    yield from side_lines("other", found.other)


def review_lines(found: ReviewEvidence) -> Iterator[str]:
    """A review item with its evidence."""
    work = found.work
    yield f"review item {work.opened}, {work.state}: {work.review_id}"
    yield f"waiting since {_day(work.waiting_since)}; agent: {work.assignee or 'nobody'}"
    allowed = f", of which a reviewer allowed {work.allowed}" if work.allowed else ""
    yield f"distinct names: {work.names}{allowed}; why: {', '.join(work.why) or 'not known any more'}"
    yield from side_lines("about", found.customer)
    yield (
        "its interactions, the last ones:" if len(found.records) < work.interactions else "its interactions:"
    )
    yield from map(_record_line, found.records)
    yield f"records turned away: {work.turned_away}"
    for record, decision in zip(found.turned_away, found.decisions, strict=True):
        yield _record_line(record)
        yield from _decision_lines(decision)
    if found.more:
        yield f"... and {found.more} more"


def side_lines(name: str, side: SideShown) -> Iterator[str]:
    """A customer, field by field."""
    marks = [mark for mark in ("provisional", "objected", "erased") if getattr(side, mark)]
    said = f" ({', '.join(marks)})" if marks else ""
    yield f"{name}: customer {side.customer}{said}"
    yield f"  interactions: {side.interactions}, {_day(side.first)} to {_day(side.last)}; distinct names: {side.names}"
    for field in side.fields:
        values = [
            f"{value.value} x{value.count}, last {value.last:%Y-%m-%d}{', on both' if value.also_theirs else ''}"
            for value in field.values
        ]
        more = f"; and {field.more} more" if field.more else ""
        yield f"  {field.field}: {'; '.join(values)}{more}"
    for link in side.other_links:
        yield f"  also linked with {link.customer}: {link.link_id}"
    if side.review_id:
        yield f"  review item {side.review_id}"


def _record_line(record: RecordShown) -> str:
    values = ", ".join(f"{field} {value}" for field, value in record.values.items())
    return f"  {record.interaction_id}, {_day(record.occurred_at)}: {values}"


def _decision_lines(decision: DecisionShown | None) -> Iterator[str]:
    if decision is None:
        return
    score = "" if decision.score is None else f", score {_number(decision.score)}"
    yield f"decided about {decision.interaction_id}: {decision.outcome}{score} ({', '.join(decision.reasons)})"
    yield from _evidence_lines(decision.evidence)
    if decision.runner_up is not None:
        yield f"  runner-up {decision.runner_up}, score {_number(decision.runner_up_score)}"


def _evidence_lines(evidence: Sequence[Evidence]) -> Iterator[str]:
    for one in evidence:
        if one.level is not None:
            yield f"  {one.field}: {one.level}, {one.contribution:+.2f}"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _number(number: float | None) -> str | None:
    return None if number is None else f"{number:.4f}"
