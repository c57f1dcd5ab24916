"""What a generation knows of that which another one names: sides of links, parts of identities, review items."""

from __future__ import annotations

from typing import NamedTuple

from idlab.actions import link_named, review_named
from idlab.model import link_id_of
from idlab.stores.base import Rows


class Sides(NamedTuple):
    """The two sides of a link, as they are in the generation.

    Args:
        is_open: Whether the very link is open.
        are_one: Whether one identity holds both.
        erased: Whether one was erased.
        between: Another open link between them.
        cannot: Whether they must not be linked.
        unopened: A link between them that was never opened.
    """

    is_open: bool
    are_one: bool
    erased: bool
    between: str | None
    cannot: bool
    unopened: str | None


def roots_of(rows: Rows, interactions: tuple[str, ...]) -> list[str]:
    """The identities and tombstones that hold interactions, each once."""
    return list(dict.fromkeys(root for one in interactions if (root := rows.holder(one)) is not None))


def live(rows: Rows, roots: list[str]) -> list[str]:
    """Those that are no tombstones."""
    return [root for root in roots if not rows.identity(root).erased]


def holder_of(rows: Rows, customer: str) -> str | None:
    """The identity that a customer_id means now; None if it was never handed out."""
    interaction_id = rows.interaction_of(customer)
    return None if interaction_id is None else rows.holder(interaction_id)


def sides_of(rows: Rows, link_id: str) -> Sides:
    """The sides of a link that another generation named."""
    ends = link_named(rows, link_id)
    if ends is None:  # an interaction that was never carried over
        return Sides(is_open=False, are_one=False, erased=True, between=None, cannot=False, unopened=None)
    left, right = (rows.identity(rows.holder(end) or end) for end in ends)
    known = rows.link(ends)
    between = None
    for name in left.links:
        state = rows.link(name)
        if state is not None and state.state == "open" and right.root in map(rows.holder, name):
            between = link_id_of(*name)
    unopened = [name for name in (ends, ends[::-1]) if rows.link(name) is None]
    return Sides(
        known is not None and known.state == "open",
        left.root == right.root,
        left.erased or right.erased,
        between,
        any(rows.holder(other) == right.root for _, other in left.cannot),
        link_id_of(*unopened[0]) if unopened else None,
    )


def part_of(rows: Rows, anchor: str | None, interactions: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some interactions that an interaction's identity holds; none if it holds nothing else, or was erased."""
    root = None if anchor is None else rows.holder(anchor)
    if root is None or rows.identity(root).erased:
        return ()
    part = tuple(dict.fromkeys(one for one in interactions if rows.holder(one) == root))
    return part if len(part) < len(rows.members(root)) else ()


def item_of(rows: Rows, review_id: str) -> tuple[str | None, bool]:
    """The anchor of a review item that another generation named, and whether it is open."""
    name = review_named(rows, review_id)
    if name is None:
        return None, False
    known = rows.review(name)
    return name[0], known is not None and known.state == "open"
