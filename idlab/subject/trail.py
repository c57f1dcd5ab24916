"""The audit trail: who decided what, and when, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from idlab.checking.references import customers_in, named_in
from idlab.model import moment_of
from idlab.queues.naming import root_of
from idlab.serving import LOG_END
from idlab.stores.base import Rows
from idlab.stores.documents import customer_key
from idlab.stores.kept import LogEntry
from idlab.switch.answers import FORMERLY


class Trail(NamedTuple):
    """A page of the log, and the state of all of it.

    Args:
        entries: The entries of the page, in their order.
        after: The number after which the next page begins; None if this is the last.
        logged: How many entries the whole log has.
        broken: How many of these do not continue the one before.
        is_whole: Whether it ends where the store says.
    """

    entries: list[LogEntry]
    after: int | None
    logged: int
    broken: int
    is_whole: bool

    @property
    def is_unbroken(self) -> bool:
        """Whether nobody changed the log."""
        return self.is_whole and not self.broken


def trail_of(
    rows: Rows,
    *,
    customer: str | None = None,
    kind: str | None = None,
    by: str | None = None,
    after: int = 0,
    limit: int | None = 50,
) -> Trail:
    """Read the log, whole, and choose a page of it.

    Args:
        rows: A store as it is at one moment.
        customer: Only what touches this customer, through any interaction that it has or ever had.
        kind: Only entries of this kind.
        by: Only what was done by this one.
        after: Only entries with larger numbers.
        limit: How many at most.

    Raises:
        UnknownReference: If there never was such a customer.
    """
    touches = _everything if customer is None else ever_touching(rows, customer)
    entries: list[LogEntry] = []
    logged, broken, chain, following = 0, 0, "", None
    for entry in rows.logged():
        logged += 1
        broken += entry.after(chain).chain != entry.chain
        chain = entry.chain
        is_meant = entry.serial > after and kind in {None, entry.kind} and by in {None, entry.by}
        if is_meant and touches(entry):
            if limit is None or len(entries) < limit:
                entries.append(entry)
            elif following is None:
                following = entries[-1].serial if entries else after
    end = rows.paper(*LOG_END)
    return Trail(entries, following, logged, broken, chain == ("" if end is None else end.body["chain"]))


def touching(rows: Rows, customer: str) -> Callable[[LogEntry], bool]:
    """Tells which entries touch a customer: they name an interaction, link or review item that it has.

    Raises:
        UnknownReference: If there never was such a customer.
    """
    return _naming(_held_by(rows, customer))


def ever_touching(rows: Rows, customer: str) -> Callable[[LogEntry], bool]:
    """The same for what it has or ever had, which is what it has and what was split from it: the log is read once before.

    Raises:
        UnknownReference: If there never was such a customer.
    """
    held = _held_by(rows, customer)
    touches = _naming(held)
    for entry in rows.logged():
        kind, about = told_by(entry)
        if kind in {"split", "close"} and touches(entry):
            held.update(map(customer_key, about.get("interactions", ())))
    return touches


def told_by(entry: LogEntry) -> tuple[str, Mapping[str, Any]]:
    """What an entry tells of: itself, or the entry of a former generation that it took over.

    Example:
        >>> told_by(LogEntry(7, 0, "ann", "moot", {"formerly": {"kind": "accept", "link": "a+b"}}))
        ('accept', {'link': 'a+b'})
    """
    former = entry.about.get(FORMERLY)
    if not isinstance(former, Mapping):
        return entry.kind, entry.about
    return former["kind"], {name: value for name, value in former.items() if name != "kind"}


def utc(moment: int) -> str:
    """A time in microseconds as people write it.

    Example:
        >>> utc(1_767_603_600_000_001)
        '2026-01-05 09:00:00Z'
    """
    return f"{moment_of(moment):%Y-%m-%d %H:%M:%SZ}"


def _held_by(rows: Rows, customer: str) -> set[bytes]:
    return {customer_key(one.interaction_id) for one in rows.members(root_of(rows, customer))}


def _naming(held: set[bytes]) -> Callable[[LogEntry], bool]:
    """Tells which entries name one of these."""
    return lambda entry: any(
        one in held for named in named_in(told_by(entry)[1]) for one in customers_in(named)
    )


def _everything(_: LogEntry) -> bool:
    return True
