"""Finding what an id names, or the short number that a link or review item has in the order of opening."""

from __future__ import annotations

from idlab.actions import link_named, review_named, unknown
from idlab.core.codes import LINK_STATES, REVIEW_STATES
from idlab.model import link_id_of, review_id_of
from idlab.stores.base import LinkState, ReviewState, Rows

_DIGITS = 18
"""The longest number that a store draws."""


def link_of(rows: Rows, link_id: str) -> LinkState:
    """The link of an id.

    Raises:
        UnknownReference: If it was never handed out.
    """
    name = link_named(rows, link_id)
    state = None if name is None else rows.link(name)
    if state is None:
        raise unknown("link")
    return state


def review_of(rows: Rows, review_id: str) -> ReviewState:
    """The review item of an id.

    Raises:
        UnknownReference: If it was never handed out.
    """
    name = review_named(rows, review_id)
    state = None if name is None else rows.review(name)
    if state is None:
        raise unknown("review item")
    return state


def root_of(rows: Rows, customer: str) -> str:
    """The root of the identity that a customer_id, of now or of before, leads to.

    Raises:
        UnknownReference: If it was never handed out.
    """
    interaction_id = rows.interaction_of(customer)
    root = None if interaction_id is None else rows.holder(interaction_id)
    if root is None:
        raise unknown("customer")
    return root


def link_id_called(rows: Rows, name: str) -> str:
    """The link_id that a person means: the id itself, or the link's number in the order of opening.

    Args:
        rows: The store, in a reading.
        name: What was typed.

    Raises:
        UnknownReference: If there is no such link.
    """
    number = _number(name)
    if number is None:
        return link_id_of(*link_of(rows, name).name)
    for state in LINK_STATES:
        for link in rows.links_in(state, after=number - 1, limit=1):
            if link.opened == number:
                return link_id_of(*link.name)
    raise unknown("link")


def review_id_called(rows: Rows, name: str) -> str:
    """The review_id that a person means: the id itself, or the item's number in the order of opening.

    Args:
        rows: The store, in a reading.
        name: What was typed.

    Raises:
        UnknownReference: If there is no such review item.
    """
    number = _number(name)
    if number is None:
        return review_id_of(*review_of(rows, name).name)
    for state in REVIEW_STATES:
        for item in rows.reviews_in(state, after=number - 1, limit=1):
            if item.opened == number:
                return review_id_of(*item.name)
    raise unknown("review item")


def _number(name: str) -> int | None:
    """The number that a name is; None if it is an id."""
    return int(name) if name.isascii() and name.isdecimal() and len(name) <= _DIGITS else None
