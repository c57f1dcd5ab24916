"""How states become items of a table without SQL, and which of them a step must check.

Such a table finds an item by its place, lists the items of one partition, and writes a number of items at once, each on the
condition that it still has the version that was read. It has no joins and no ranges over several partitions, so that what SQL
does by a query over many rows is done here by items that point:

====================  ==========================  =============================================================================
partition             item                        what it is
====================  ==========================  =============================================================================
``i#`` customer key   ``interaction``             a handled interaction, and the root that it was given to
``i#`` customer key   ``identity``                a live identity or tombstone; once absorbed, the root ``into`` which it went
``i#`` customer key   ``member#`` customer key    that an interaction was given to this root
``i#`` customer key   ``absorbed#`` customer key  that an identity went into this root, with all its members
``k#`` digest         ``key``                     a key with a live holder
``c#`` digest         ``identifier``              a counted identifier with a live holder
``links#`` digit      digest                      a link; one of 16 partitions, so that all can be listed
``reviews#`` digit    digest                      a review item; likewise
``turned#`` digest    ``record#`` customer key    that an interaction is in a review item
``turned#`` digest    ``item#`` digest            that a review item took over the records of another
``papers#`` digit     digest                      a paper; likewise
``log``               ``entry#`` serial number    an entry of the log of actions
``store``             ``settings``                which config the store serves
``store``             ``head``                    last number drawn, schema version, and whether a step runs alone
====================  ==========================  =============================================================================

Who holds an interaction is found by following the path of identities that went into others.

**What a version guards.** Keys, identifiers, links, review items and live identities guard themselves, and so does the absence
of any item. A live identity also guards who its members are, what their records and decisions say, and the paths that lead to
it: whoever changes one of these writes the identity too (``commit_plan``). A review item guards its list of records in the same
way. So a commit checks few items, however many interactions its keys lead to; that what an item guards was not read before it
changed, and the guard after, is seen to when a step draws its number (``conditional``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from idlab.stores.base import ReviewName
from idlab.stores.documents import customer_key, digest_key, from_text

Place = tuple[str, str]
"""Partition and name within it."""

Item = Mapping[str, Any]
"""The attributes of an item, texts and whole numbers; ``version`` is one of them."""

HEAD: Place = ("store", "head")
SETTINGS: Place = ("store", "settings")
LOG = "log"
"""The partition of the log of actions."""

Seen = Mapping[Place, Item | None]
"""Every item that a step has read, None for a place where it found nothing."""


def interaction_place(interaction_id: str) -> Place:
    """Where an interaction is."""
    return place_of("interactions", customer_key(interaction_id))


def identity_place(root: str) -> Place:
    """Where an identity is, or where the path to the identity begins that it went into."""
    return place_of("identities", customer_key(root))


def review_place(name: ReviewName) -> Place:
    """Where a review item is."""
    return place_of("reviews", digest_key(name))


def turned_partition(name: ReviewName) -> str:
    """Where the records of a review item are listed."""
    return f"turned#{digest_key(name).hex()}"


def place_of(table: str, key: bytes) -> Place:
    """Where the row of a table of ``documents`` is.

    Example:
        >>> place_of("links", bytes(16))
        ('links#0', '00000000000000000000000000000000')
    """
    text = key.hex()
    if table in _IN_LISTS:
        return f"{table}#{text[0]}", text
    mark, name = _BY_ITSELF[table]
    return f"{mark}#{text}", name


_IN_LISTS = {"links", "reviews", "papers"}
_BY_ITSELF = {
    "interactions": ("i", "interaction"),
    "identities": ("i", "identity"),
    "keys": ("k", "key"),
    "identifiers": ("c", "identifier"),
}


def holder_place(seen: Seen, interaction: Item) -> Place:
    """Where the live identity is that holds an interaction, as far as the path was followed."""
    place = identity_place(from_text(interaction["root"]))
    while (identity := seen.get(place)) is not None and "into" in identity:
        place = identity_place(from_text(identity["into"]))
    return place


def guards(seen: Seen) -> dict[Place, int | None]:
    """The versions which say that nothing that was read has changed; the head of the store is not among them."""
    found: dict[Place, int | None] = {}
    for place, item in seen.items():
        partition, name = place
        guard = place
        if place == HEAD or name.startswith(LISTED):
            continue
        if item is not None and name == "interaction":
            guard = holder_place(seen, item)
        elif item is not None and "into" in item and partition.startswith("i#"):
            guard = holder_place(seen, {"root": item["into"]})
        there = seen.get(guard)
        found[guard] = None if there is None else there["version"]
    return found


LISTED = ("member#", "absorbed#", "record#", "item#", "entry#")
"""How items are called that another item guards: entries of the log are guarded by the head."""


def tree_of(seen: Seen, partition: str, branch: str, mark: str) -> list[Place]:
    """The listed items of a partition and of those that it points to, as far as they were read.

    Args:
        seen: What was read.
        partition: Where the tree begins.
        branch: How items are called that point to a further partition.
        mark: How that partition is called, before the rest of the item's name.
    """
    listed: dict[str, list[Place]] = {}
    for place, item in seen.items():
        if item is not None and place[1].startswith(LISTED):
            listed.setdefault(place[0], []).append(place)
    return grow_tree(partition, branch, mark, lambda one: listed.get(one, []))


def grow_tree(partition: str, branch: str, mark: str, listed: Callable[[str], list[Place]]) -> list[Place]:
    """The same, for lists that ``listed`` finds."""
    found: list[Place] = []
    partitions = [partition]
    while partitions:
        places = listed(partitions.pop())
        found += places
        partitions += [f"{mark}{name.partition('#')[2]}" for _, name in places if name.startswith(branch)]
    return found
