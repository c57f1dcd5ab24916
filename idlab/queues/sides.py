"""A customer as evidence shows it: the profile with times, and what else waits for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from idlab.masking import masked
from idlab.model import customer_id_of, link_id_of, moment_of, review_id_of
from idlab.resolver import Resolver
from idlab.stores.base import Entry, IdentityState, Rows

SHOWN = 10
"""How many values of a field are shown, those seen last first; how many more there are is said."""

Mask = Callable[[str, str], str]
"""Makes of a kind and a value what is shown of it."""


class SeenValue(NamedTuple):
    """A value of a profile.

    Args:
        value: Masked, unless identifiers are shown.
        count: In how many records.
        first, last: When it was seen first and last.
        also_theirs: Whether the other side has it as well.
    """

    value: str
    count: int  # type: ignore[assignment]  # shadows tuple.count
    first: datetime
    last: datetime
    also_theirs: bool


class FieldSeen(NamedTuple):
    """One field of a profile: the values seen last, and how many more there are."""

    field: str
    values: Sequence[SeenValue]
    more: int


class OtherLink(NamedTuple):
    """Another open link of a side, and the customer that it leads to."""

    link_id: str
    customer: str


class SideShown(NamedTuple):
    """A side of a link, or the customer of a review item.

    Args:
        customer: Its customer_id now.
        interactions: How many it has.
        first, last: When it was seen first and last.
        fields: Its profile.
        names: How many distinct names it has had.
        other_links: Its other open links.
        review_id: Its open review item.
        provisional, objected, erased: What it says.
    """

    customer: str
    interactions: int
    first: datetime
    last: datetime
    fields: Sequence[FieldSeen]
    names: int
    other_links: Sequence[OtherLink]
    review_id: str | None
    provisional: bool
    objected: bool
    erased: bool


class RecordShown(NamedTuple):
    """One interaction of a customer, as it is needed to tell whose it is.

    Args:
        interaction_id: Its id.
        occurred_at: When it occurred.
        values: What it has, by field; masked, unless identifiers are shown.
    """

    interaction_id: str
    occurred_at: datetime
    values: Mapping[str, str]


def record_shown(rows: Rows, resolver: Resolver, interaction_id: str, *, mask: Mask) -> RecordShown:
    """An interaction as evidence shows it.

    Args:
        rows: The store, in a reading.
        resolver: Over it.
        interaction_id: The interaction.
        mask: How values are shown.
    """
    record = rows.record(interaction_id)
    fields = zip(resolver.ready.normalizer.fields, record.values, strict=True)
    values = {field.name: mask(field.kind, value) for field, value in fields if value is not None}
    return RecordShown(interaction_id, moment_of(record.time), values)


def mask_of(*, show_identifiers: bool) -> Mask:
    """How values are shown."""
    return (lambda _, value: value) if show_identifiers else masked


def side_shown(
    rows: Rows, resolver: Resolver, root: str, *, beside: str | None = None, link_id: str = "", mask: Mask
) -> SideShown:
    """A customer as evidence shows it.

    Args:
        rows: The store, in a reading.
        resolver: Over it.
        root: The customer's root.
        beside: The root of the other side.
        link_id: The link that is looked at.
        mask: How values are shown.
    """
    identity, members = rows.identity(root), rows.members(root)
    theirs = rows.identity(beside) if beside is not None else None
    times = [one.time for one in members]
    return SideShown(
        customer_id_of(root),
        len(members),
        moment_of(min(times)),
        moment_of(max(times)),
        [
            _field_shown(field.name, field.kind, entries, theirs, number, mask)
            for number, (field, entries) in enumerate(
                zip(resolver.ready.normalizer.fields, identity.profile, strict=True)
            )
            if entries
        ],
        identity.names,
        [one for one in _links_of(rows, root, identity) if one.link_id != link_id],
        None if identity.review is None else review_id_of(*identity.review),
        identity.provisional,
        identity.objected,
        identity.erased,
    )


def _field_shown(
    name: str, kind: str, entries: Sequence[Entry], theirs: IdentityState | None, number: int, mask: Mask
) -> FieldSeen:
    known = {entry[0] for entry in theirs.profile[number]} if theirs is not None else set()
    newest = sorted(entries, key=lambda entry: (-entry[3], -entry[5]))
    values = [
        SeenValue(mask(kind, value), count, moment_of(first), moment_of(last), value in known)
        for value, count, first, last, *_ in newest[:SHOWN]
    ]
    return FieldSeen(name, values, max(0, len(entries) - SHOWN))


def _links_of(rows: Rows, root: str, identity: IdentityState) -> list[OtherLink]:
    """The open links of an identity, in the order opened."""
    states = [state for name in identity.links if (state := rows.link(name)) and state.state == "open"]
    found = []
    for state in sorted(states, key=lambda one: one.opened):
        others = [holder for end in state.name if (holder := rows.holder(end)) is not None and holder != root]
        found += [OtherLink(link_id_of(*state.name), customer_id_of(other)) for other in others]
    return found
