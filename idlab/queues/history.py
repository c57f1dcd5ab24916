"""What happened to one customer, in order: interactions, decisions, links, review items, and what people did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from idlab.core.codes import LINK_STATES, REVIEW_STATES
from idlab.model import customer_id_of, link_id_of, moment_of, review_id_of
from idlab.queues.naming import root_of
from idlab.stores.base import IdentityState, Rows
from idlab.stores.kept import LogEntry

_AT_ONCE = 1000


class Event(NamedTuple):
    """Something that happened. It names things by their ids and holds no identifier of a person.

    Args:
        number: Its place in the one order of everything that a store holds.
        at: When it occurred or was done; None for what opened by itself.
        kind: ``interaction``, ``link opened``, ``review opened``, or what an entry of the log is called.
        by: Who did it; empty for what nobody did.
        about: What it is about.
    """

    number: int
    at: datetime | None
    kind: str
    by: str
    about: Mapping[str, Any]


def history(rows: Rows, customer: str) -> list[Event]:
    """What happened to one customer, in order.

    It reads all links, review items and the whole log, so it is for looking one customer up, not for a hot path.

    Args:
        rows: The store, in a reading.
        customer: A customer_id, of now or of before.

    Returns:
        The events. What was split off tells its own history, and both tell of the split.

    Raises:
        UnknownReference: If it was never handed out.
    """
    root = root_of(rows, customer)
    records = rows.members(root)
    members = {one.interaction_id for one in records}
    known = _Known(members, {customer_id_of(one) for one in members}, rows.identity(root))
    events = [
        Event(one.serial, moment_of(one.time), "interaction", "", _of_interaction(rows, one.interaction_id))
        for one in records
    ]
    events += _links(rows, members)
    events += _reviews(rows, members)
    events += [
        Event(entry.serial, moment_of(entry.at), entry.kind, entry.by, entry.about)
        for entry in rows.logged()
        if _concerns(entry, known)
    ]
    return sorted(events, key=lambda event: event.number)


class _Known(NamedTuple):
    """What a customer is known by: interactions, customer_ids, and the identity itself."""

    interactions: set[str]
    customers: set[str]
    identity: IdentityState


def _of_interaction(rows: Rows, interaction_id: str) -> dict[str, Any]:
    decision = rows.decision(interaction_id)
    if decision is None:
        return {"interaction": interaction_id}
    return {
        "interaction": interaction_id,
        "outcome": str(decision.outcome),
        "customer": decision.customer_id,
        "score": decision.score,
        "reasons": list(decision.reasons),
    }


def _links(rows: Rows, members: set[str]) -> Iterator[Event]:
    for state in LINK_STATES:
        after = 0
        while page := rows.links_in(state, after=after, limit=_AT_ONCE):
            for link in page:
                if not members.isdisjoint(link.name):
                    about = {"link": link_id_of(*link.name), "interactions": list(link.name), "state": state}
                    yield Event(link.opened, None, "link opened", "", about)
            after = page[-1].opened


def _reviews(rows: Rows, members: set[str]) -> Iterator[Event]:
    for state in REVIEW_STATES:
        after = 0
        while page := rows.reviews_in(state, after=after, limit=_AT_ONCE):
            for item in page:
                turned = [one for one in rows.turned_into(item.name) if one in members]
                if item.name[0] in members or turned:
                    about = {"review": review_id_of(*item.name), "state": state, "turned_away": turned}
                    yield Event(item.opened, None, "review opened", "", about)
            after = page[-1].opened


def _concerns(entry: LogEntry, known: _Known) -> bool:
    """Whether an entry of the log is about a customer."""
    about = entry.about
    ends = [about[name] for name in ("link", "review") if name in about]
    ends += [one[0] for one in about.get("ended", ())]
    named = {part for one in ends for part in one.partition("#")[0].split("+")} | set(
        about.get("customers", ())
    )
    if not named.isdisjoint(known.customers):
        return True
    interactions = set(about.get("interactions", ()))
    parted = {other for _, other in known.identity.cannot}
    is_parting = entry.kind == "split" or about.get("verdict") == "split"
    return not interactions.isdisjoint(known.interactions | parted if is_parting else known.interactions)
