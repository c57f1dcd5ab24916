"""What the oracle remembers, and how identities, links and review items change.

Only history is kept: who holds which record, marks, links, review items, cannot-links, objections, allowances
and tombstones, who was provisional, and the order in which identifiers first had their names. Profiles, the names
of identities, keys and flags are read off the records every time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple


@dataclass(eq=False)
class Record:
    """One handled interaction; ``number`` is its place in the order handled, ``seen`` microseconds UTC."""

    number: int
    interaction_id: str
    seen: int
    values: tuple[str | None, ...]


@dataclass(eq=False)
class Identity:
    """One believed customer; equal only to itself."""

    records: list[Record]
    provisional: bool = False
    objected: bool = False
    erased: bool = False
    allowance: int = 0
    cannot: set[Identity] = field(default_factory=set)

    @property
    def root(self) -> Record:
        return min(self.records, key=lambda record: record.number)

    def handled(self) -> list[Record]:
        """Its records in the order handled."""
        return sorted(self.records, key=lambda record: record.number)


@dataclass(eq=False)
class OpenedLink:
    """A link between two records, by whoever holds them now."""

    left: Record
    right: Record
    state: str = "open"


@dataclass(eq=False)
class OpenedItem:
    """A review item about whoever holds the anchor now."""

    anchor: Record
    number: int
    state: str = "open"
    records: list[Record] = field(default_factory=list)


class Kept(NamedTuple):
    """A value that a profile keeps."""

    value: str
    first_handled: int
    last_handled: int
    last_seen: int


def kept_values(records: Iterable[Record], place: int, keep: Literal["all", "latest", "first"]) -> list[Kept]:
    """The values of one field that the profile of these records keeps, first handled first."""
    holders: dict[str, list[Record]] = {}
    for record in sorted(records, key=lambda record: record.number):
        value = record.values[place]
        if value is not None:
            holders.setdefault(value, []).append(record)
    kept = [
        Kept(value, held[0].number, held[-1].number, max(record.seen for record in held))
        for value, held in holders.items()
    ]
    if keep == "all" or not kept:
        return kept
    # reading: "latest" and "first" go by the order of handling, not by occurred_at where the two differ.
    if keep == "latest":
        return [max(kept, key=lambda one: one.last_handled)]
    return [min(kept, key=lambda one: one.first_handled)]


class World:
    """All records, identities, links and review items, in the order they came to be."""

    def __init__(self, known_shared: frozenset[tuple[int, str]] = frozenset()) -> None:
        self.known_shared = known_shared
        self.records: list[Record] = []
        self.identities: list[Identity] = []
        self.links: list[OpenedLink] = []
        self.items: list[OpenedItem] = []
        self.hubs: set[tuple[int, tuple[str, ...]]] = set()
        self.shared: set[tuple[int, str]] = set()
        self.heard: dict[tuple[int, str], list[str]] = {}

    # who is who

    def holder(self, record: Record) -> Identity:
        return next(identity for identity in self.identities if record in identity.records)

    def live(self) -> list[Identity]:
        return [identity for identity in self.identities if not identity.erased]

    def live_records(self) -> list[Record]:
        held = [record for identity in self.live() for record in identity.records]
        return sorted(held, key=lambda record: record.number)

    def is_shared(self, place: int, value: str) -> bool:
        return (place, value) in self.known_shared or (place, value) in self.shared

    # links

    def sides(self, link: OpenedLink) -> set[Identity]:
        return {self.holder(link.left), self.holder(link.right)}

    def open_links_of(self, identity: Identity) -> list[OpenedLink]:
        return [link for link in self.links if link.state == "open" and identity in self.sides(link)]

    def linked_with(self, identity: Identity) -> set[Identity]:
        """The identities that share an open link with this one."""
        return {side for link in self.open_links_of(identity) for side in self.sides(link)} - {identity}

    def link(self, record: Record, other: Identity) -> bool:
        """Open a link from this record's identity, unless an open link or a cannot-link is there already."""
        mine = self.holder(record)
        if other in self.linked_with(mine) or other in mine.cannot:
            return False
        self.links.append(OpenedLink(record, other.root))
        return True

    # review items

    def open_item(self, identity: Identity) -> OpenedItem | None:
        about = [item for item in self.items if item.state == "open" and self.holder(item.anchor) is identity]
        return about[0] if about else None

    def review(self, identity: Identity) -> OpenedItem:
        """The identity's open review item, opened if there is none."""
        item = self.open_item(identity)
        if item is None:
            number = 1 + sum(item.anchor is identity.root for item in self.items)
            item = OpenedItem(identity.root, number)
            self.items.append(item)
        return item

    def turned_away_from(self, identity: Identity, other: Identity) -> bool:
        """Whether a record of ``other`` waits in the open review item of ``identity``."""
        item = self.open_item(identity)
        return item is not None and any(record in other.records for record in item.records)

    # identities

    def open_identity(self, record: Record, *, provisional: bool) -> Identity:
        identity = Identity([record], provisional=provisional)
        self.identities.append(identity)
        return identity

    def unite(self, one: Identity, other: Identity, accepted: OpenedLink | None = None) -> Identity:
        """Make two identities one; the older root stays."""
        older, younger = sorted((one, other), key=lambda identity: identity.root.number)
        items = [item for item in self.items if item in (self.open_item(older), self.open_item(younger))]
        older.records += younger.records
        self.identities.remove(younger)
        older.provisional = older.provisional and younger.provisional
        older.objected = older.objected or younger.objected
        older.allowance = max(older.allowance, younger.allowance)
        # reading: a cannot-link that one side brings does not close an open link that the other brings.
        self._fold_cannot(older, younger)
        self._fold_links(older, accepted)
        if len(items) == 2:
            self._fold_items(*items)
        return older

    @staticmethod
    def _fold_cannot(older: Identity, younger: Identity) -> None:
        for third in younger.cannot:
            third.cannot.discard(younger)
            if third is not older:
                third.cannot.add(older)
                older.cannot.add(third)

    def _fold_links(self, united: Identity, accepted: OpenedLink | None) -> None:
        met: set[Identity] = set()
        for link in self.open_links_of(united):
            others = self.sides(link) - {united}
            if not others:
                link.state = "accepted" if link is accepted else "superseded"
            elif others & met:
                link.state = "superseded"
            met |= others

    @staticmethod
    def _fold_items(first: OpenedItem, second: OpenedItem) -> None:
        # reading: "takes the records of the other" moves them: the superseded item is left without records.
        first.records = sorted(first.records + second.records, key=lambda record: record.number)
        second.records = []
        second.state = "superseded"

    def split(self, identity: Identity, leaving: list[Record]) -> list[Identity]:
        """Part an identity in two that cannot be linked; the part with the older root comes first."""
        item = self.open_item(identity)
        if item is not None:
            item.state = "split"
        part = Identity(leaving, identity.provisional, identity.objected)
        identity.records = [record for record in identity.records if record not in leaving]
        identity.allowance = 0
        for third in identity.cannot:
            part.cannot.add(third)
            third.cannot.add(part)
        self.identities.append(part)
        self.forbid(identity, part)
        return sorted((identity, part), key=lambda one: one.root.number)

    @staticmethod
    def forbid(one: Identity, other: Identity) -> None:
        """Set cannot-link between two identities."""
        one.cannot.add(other)
        other.cannot.add(one)

    def erase(self, identity: Identity) -> None:
        """Make a tombstone of an identity."""
        for link in self.open_links_of(identity):
            link.state = "expired"
        item = self.open_item(identity)
        if item is not None:
            item.state = "erased"
        for item in self.items:
            # reading: its records leave the closed items of other identities, too.
            if self.holder(item.anchor) is not identity:
                item.records = [record for record in item.records if record not in identity.records]
        for third in identity.cannot:
            third.cannot.discard(identity)
        identity.cannot = set()
        identity.provisional = identity.objected = False
        identity.allowance = 0
        identity.erased = True
        for record in identity.records:
            record.values = (None,) * len(record.values)

    def end_provisional(self) -> None:
        """Whatever waits for nothing any more is no longer provisional, for good."""
        # reading: asked at the end of every step (M, A2 and A5 included), of every identity, and only then.
        # reading: a record that waits in the item of the very identity that now holds it waits all the same.
        waiting = [record for item in self.items if item.state == "open" for record in item.records]
        for identity in self.live():
            waits = self.open_links_of(identity) or any(record in identity.records for record in waiting)
            identity.provisional = identity.provisional and bool(waits)
