"""Where the two sides of a link can be asked, so that nobody answers for somebody else.

An address that both sides have proves nothing: whoever shares a phone would answer for both. So the two addresses differ, and
one at least belongs to its side alone. Identifiers known to be shared by several people are never used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from idlab.queues.asked import SIDES, Asked
from idlab.resolver import Resolver
from idlab.stores.base import IdentityState, LinkName, Rows

CHANNELS = {"email": "email", "phone": "sms"}
"""The kinds of fields that are addresses, the better one first, and the channel of each."""


class Address(NamedTuple):
    """Where a side can be asked.

    Args:
        interaction: The interaction whose record has it.
        field: The field that it stands in.
        channel: ``email`` or ``sms``.
        value: The address, normalised; an identifier of a person.
        own: Whether the other side does not have it.
    """

    interaction: str
    field: str
    channel: str
    value: str
    own: bool


def addresses_for(
    rows: Rows, resolver: Resolver, link: LinkName, sides: Sequence[str]
) -> dict[str, Address] | None:
    """Where to ask the sides of a link.

    Args:
        rows: The store.
        resolver: Over it.
        link: The link.
        sides: Who is asked; some of ``SIDES``.

    Returns:
        An address for each; None if there are none that keep one person from answering for the other.
    """
    roots = dict(zip(SIDES, (rows.holder(end) or end for end in link), strict=True))
    found = {side: _of_side(rows, resolver, roots, side) for side in sides}
    if len(sides) == 1:
        own = [one for one in found[sides[0]] if one.own]
        return {sides[0]: own[0]} if own else None
    for one in found[SIDES[0]]:
        for other in found[SIDES[1]]:
            if one.value != other.value and (one.own or other.own):
                return dict(zip(SIDES, (one, other), strict=True))
    return None


def address_of(rows: Rows, resolver: Resolver, link: LinkName, asked: Asked) -> Address | None:
    """The address at which a side was asked; None if it is gone, or no longer that side's."""
    end, other = link if asked.side == SIDES[0] else link[::-1]
    root, far = rows.holder(end), rows.holder(other)
    if root is None or far is None or rows.holder(asked.interaction) != root:
        return None
    for number, field in enumerate(resolver.ready.normalizer.fields):
        value = rows.record(asked.interaction).values[number]
        if field.name == asked.field and value is not None:
            own = value not in _values(resolver, rows.identity(far), field.kind)
            return Address(asked.interaction, field.name, CHANNELS[field.kind], value, own)
    return None


def keep_apart(addresses: Sequence[Address]) -> bool:
    """Whether nobody who has one of these addresses can answer for the other side by that alone."""
    return len({one.value for one in addresses}) == len(addresses) and any(one.own for one in addresses)


def _of_side(rows: Rows, resolver: Resolver, roots: dict[str, str], side: str) -> list[Address]:
    """The addresses of a side: its own first, then by channel, then the one that was used last."""
    far = rows.identity(roots[SIDES[1 - SIDES.index(side)]])
    theirs = {kind: _values(resolver, far, kind) for kind in CHANNELS}
    found: dict[str, Address] = {}
    for record in reversed(rows.members(roots[side])):
        for field, value in zip(resolver.ready.normalizer.fields, record.values, strict=True):
            if value is None or field.kind not in CHANNELS or value in found:
                continue
            if not _is_shared(rows, resolver, field.name, value):
                own = value not in theirs[field.kind]
                found[value] = Address(record.interaction_id, field.name, CHANNELS[field.kind], value, own)
    order = list(CHANNELS.values())
    return sorted(found.values(), key=lambda one: (not one.own, order.index(one.channel)))


def _values(resolver: Resolver, identity: IdentityState, kind: str) -> set[str]:
    """All values of a kind that an identity has."""
    return {
        entry[0]
        for field, entries in zip(resolver.ready.normalizer.fields, identity.profile, strict=True)
        if field.kind == kind
        for entry in entries
    }


def _is_shared(rows: Rows, resolver: Resolver, field: str, value: str) -> bool:
    known = resolver.ready.known_shared[resolver.ready.field_names.index(field)]
    state = rows.identifier((field, value))
    return value in known or (state is not None and state.shared)
