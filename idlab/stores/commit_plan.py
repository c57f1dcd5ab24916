"""What a step over a table of items commits: a pure function of what it has read and of what changes.

A union is three writes, however many records it unites: the absorbed root's identity points to the one that stays, that one
lists it, and the united state is written. A path that was followed and has more than one hop is cut short in the same commit,
where that has room. A split writes the members of both parts flat.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from idlab.stores.base import Changes
from idlab.stores.documents import as_text, customer_key, digest_key, from_text
from idlab.stores.items import (
    LISTED,
    LOG,
    SETTINGS,
    Item,
    Place,
    Seen,
    guards,
    identity_place,
    interaction_place,
    place_of,
    review_place,
    tree_of,
    turned_partition,
)


class Operation(NamedTuple):
    """A part of a commit.

    Args:
        place: The item.
        kind: ``put`` (the whole item), ``delete`` or ``check``.
        item: What is put.
        expected: The version that it must have; None if there must be no item, as for each entry of the log; ``ANY`` if another
            item guards it.
    """

    place: Place
    kind: str
    item: Item | None
    expected: int | None


ANY = -1
"""An expected version that any item has, and no item too."""


def places_of(changes: Changes) -> Iterator[Place]:
    """The items that must have been read before changes are planned; of interactions, the paths to their holders too."""
    yield from (interaction_place(record.interaction_id) for record, _ in changes.records)
    yield from (interaction_place(one.interaction_id) for one in changes.decisions)
    yield from (interaction_place(name) for name, _ in changes.moved)
    yield from (interaction_place(root) for root, _ in changes.items_opened)
    yield from (identity_place(root) for pair in changes.absorbed for root in pair)
    yield from (identity_place(root) for _, root in changes.moved)
    yield from (identity_place(root) for _, root in changes.records)
    yield from (identity_place(state.root) for state in changes.identities)
    yield from (place_of("links", digest_key(link.name)) for link in changes.links)
    yield from (review_place(review.name) for review in changes.reviews)
    yield from (review_place(review.into) for review in changes.reviews if review.into)
    yield from (review_place(name) for _, name in (*changes.turned, *changes.released))
    yield from (place_of("identifiers", digest_key(name)) for name, _ in changes.identifiers)
    yield from (place_of("keys", digest_key(key)) for key, _ in changes.keys)
    yield from (place_of("papers", digest_key((one.kind, one.name))) for one in changes.papers)
    if changes.settings is not None:
        yield SETTINGS


def commit_plan(seen: Seen, changes: Iterable[Changes], number: int, *, most: int) -> list[Operation]:
    """What writes all changes, on the condition that nothing that was read has changed.

    Args:
        seen: Every item the step has read: those of ``places_of`` among them, the lists of members of identities that are
            split, and those of review items that records leave.
        changes: What the step changes.
        number: A number of the store's that no other commit has; what is written has it for its version.
        most: How many operations fit one commit: only what there is room for is done to shorten paths.

    Returns:
        Puts and deletes, then checks of what is not written. The same in any order.
    """
    planning = _Planning(seen)
    for one in changes:
        planning.plan(one)
    planning.shorten_paths(most)
    written = [_written(seen, place, item, number) for place, item in planning.new.items()]
    checked = [
        Operation(place, "check", None, version)
        for place, version in guards(seen).items()
        if place not in planning.new
    ]
    return [one for one in written if one is not None] + checked


def _written(seen: Seen, place: Place, item: Item | None, number: int) -> Operation | None:
    if place[0] == LOG:
        expected: int | None = None
    elif place[1].startswith(LISTED):
        expected = ANY
    else:
        there = seen[place]
        expected = None if there is None else there["version"]
    if item is None:
        return None if expected is None else Operation(place, "delete", None, expected)
    return Operation(place, "put", {**item, "version": number}, expected)


class _Planning:
    """The items as they will be."""

    def __init__(self, seen: Seen) -> None:
        self.new: dict[Place, Item | None] = {}
        self._seen = seen

    def plan(self, changes: Changes) -> None:
        """Take in what changes, in the order in which a later part builds on an earlier one."""
        self._plan_records(changes)
        self._plan_unions(changes.absorbed)
        self._plan_split(changes.moved)
        for root, opened in changes.items_opened:
            self._change_interaction(root, opened=opened)
        for state in changes.identities:
            self.new[identity_place(state.root)] = {"document": as_text(state)}
        self._plan_human_work(changes)
        self._plan_marks("identifiers", changes.identifiers)
        self._plan_marks("keys", changes.keys)
        self._plan_papers(changes)

    def shorten_paths(self, most: int) -> None:
        """Let the paths that were followed lead to their ends in one hop, as far as the commit has room."""
        room = most - len(self.new.keys() | guards(self._seen).keys())
        for place, item in self._seen.items():
            if room > 0 and item is not None and place[1] == "identity" and place not in self.new:
                following = None if "into" not in item else self._now(identity_place(from_text(item["into"])))
                if following is not None and "into" in following:
                    self.new[place] = {"into": self._end_of(following["into"])}
                    room -= 1

    def _now(self, place: Place) -> Item | None:
        return self.new[place] if place in self.new else self._seen[place]

    def _end_of(self, root: str) -> str:
        while (identity := self._now(identity_place(from_text(root)))) is not None and "into" in identity:
            root = identity["into"]
        return root

    def _touch(self, place: Place) -> None:
        """Let an item that is there have the new version."""
        item = self._now(place)
        if item is not None:
            self.new[place] = item

    def _touch_holder(self, interaction: Item) -> None:
        self._touch(identity_place(from_text(self._end_of(interaction["root"]))))

    def _change_interaction(self, name: str, **attributes: Any) -> None:
        place = interaction_place(name)
        item = self._now(place)
        if item is not None:
            self._touch_holder(item)
            self.new[place] = {**item, **attributes}

    def _plan_records(self, changes: Changes) -> None:
        decided = {decision.interaction_id: as_text(decision) for decision in changes.decisions}
        for record, root in changes.records:
            place = interaction_place(record.interaction_id)
            written = {"record": as_text(record)}
            decision = decided.pop(record.interaction_id, None)
            if decision is not None:
                written["decision"] = decision
            if self._now(place) is not None:
                self._change_interaction(record.interaction_id, **written)
                continue
            named = {"name": as_text(record.interaction_id), "root": as_text(root)}
            self.new[place] = {**named, "serial": record.serial, "opened": 0, **written}
            self._list_member(root, record.interaction_id)
            self._touch(identity_place(root))
        for name, decision in decided.items():
            self._change_interaction(name, decision=decision)

    def _list_member(self, root: str, name: str) -> None:
        """A root is its own member without being listed."""
        if root != name:
            self.new[identity_place(root)[0], f"member#{customer_key(name).hex()}"] = {}

    def _plan_unions(self, absorbed: Iterable[tuple[str, str]]) -> None:
        for gone, kept in absorbed:
            self.new[identity_place(gone)] = {"into": as_text(kept)}
            self.new[identity_place(kept)[0], f"absorbed#{customer_key(gone).hex()}"] = {}
            self._touch(identity_place(kept))

    def _plan_split(self, moved: Sequence[tuple[str, str]]) -> None:
        """Write every member of an identity flat, and leave nothing of the paths and lists that were."""
        items = {name: self._now(interaction_place(name)) for name, _ in moved}
        for root in dict.fromkeys(self._end_of(item["root"]) for item in items.values() if item is not None):
            self._touch(identity_place(from_text(root)))
            for place in tree_of(self._seen, identity_place(from_text(root))[0], "absorbed#", "i#"):
                self.new[place] = None
                if place[1].startswith("absorbed#"):
                    self.new[f"i#{place[1].partition('#')[2]}", "identity"] = None
        for name, root in moved:
            item = items[name]
            if item is not None:
                self.new[interaction_place(name)] = {**item, "root": as_text(root)}
                self._list_member(root, name)

    def _plan_human_work(self, changes: Changes) -> None:
        for table, states in (("links", changes.links), ("reviews", changes.reviews)):
            for one in states:
                work = {"opened": one.opened, "state": one.state, "document": as_text(one)}
                self.new[place_of(table, digest_key(one.name))] = work
        for review in changes.reviews:
            if review.into is not None:
                self.new[turned_partition(review.into), f"item#{digest_key(review.name).hex()}"] = {}
                self._touch(review_place(review.into))
        for name, into in changes.turned:
            self.new[turned_partition(into), f"record#{customer_key(name).hex()}"] = {}
            self._touch(review_place(into))
        for name, item in changes.released:
            record = f"record#{customer_key(name).hex()}"
            for place in tree_of(self._seen, turned_partition(item), "item#", "turned#"):
                if place[1] == record:
                    self.new[place] = None
            self._touch(review_place(item))

    def _plan_marks(self, table: str, changed: Iterable[tuple[Any, Any]]) -> None:
        for name, state in changed:
            document = None if state is None else {"document": as_text([name, *state])}
            self.new[place_of(table, digest_key(name))] = document

    def _plan_papers(self, changes: Changes) -> None:
        for entry in changes.logged:
            self.new[LOG, f"entry#{entry.serial:020}"] = {"document": as_text(entry)}
        for one in changes.papers:
            paper = {"kind": one.kind, "opened": one.opened, "state": one.state, "document": as_text(one)}
            self.new[place_of("papers", digest_key((one.kind, one.name)))] = paper
        if changes.settings is not None:
            self.new[SETTINGS] = {"document": as_text(changes.settings)}
