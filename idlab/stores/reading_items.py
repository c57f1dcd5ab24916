"""What a transaction reads from a table of items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from idlab.model import Link, ReviewItem
from idlab.stores.base import AtHand, Key, LinkState, RecordState, ReviewName, ReviewState
from idlab.stores.documents import (
    Row,
    customer_key,
    digest_key,
    from_text,
    link_from,
    paper_from,
    record_from,
    review_from,
    settings_from,
)
from idlab.stores.gate import Table
from idlab.stores.items import (
    LISTED,
    LOG,
    SETTINGS,
    Item,
    Place,
    grow_tree,
    identity_place,
    interaction_place,
    place_of,
    turned_partition,
)
from idlab.stores.kept import LogEntry, Paper, Settings
from idlab.stores.reading import Reading

_DIGITS = "0123456789abcdef"


class ReadingItems(Reading):
    """Reads items, each once a step, and remembers which version it saw, or that there was nothing.

    Args:
        table: The table.
        still_here: Called before something is read.
    """

    def __init__(self, table: Table, still_here: Callable[[], None]) -> None:
        super().__init__(table.where)
        self._table, self._still_here = table, still_here
        self._seen: dict[Place, Item | None] = {}
        self._lists: dict[str, list[Place]] = {}

    def expect(self, keys: Iterable[Key], at_hand: AtHand | None) -> None:
        """Look for keys and what is at hand, and for the interactions that the keys lead to, many at a time."""
        places = [place_of("keys", digest_key(key)) for key in keys]
        also = [] if at_hand is None else _places_at_hand(at_hand)
        self.look_for([*places, *also])
        found = [item for place in places if (item := self._seen[place]) is not None]
        self.look_for(interaction_place(one) for item in found for one in from_text(item["document"])[1])

    def look_for(self, places: Iterable[Place]) -> None:
        """Read what was not read yet, and the paths that lead on from there."""
        wanted = [place for place in dict.fromkeys(places) if place not in self._seen]
        while wanted:
            self._still_here()
            found = self._table.find(wanted)
            self._seen.update(found)
            onward = [_onward(item) for item in found.values() if item is not None]
            wanted = [
                place for place in dict.fromkeys(onward) if place is not None and place not in self._seen
            ]

    def holders_of(self, interactions: Iterable[str]) -> list[str]:
        """The roots of the identities that hold interactions, each once; those that were never handled have none."""
        places = [interaction_place(one) for one in interactions]
        self.look_for(places)
        found = [self._end_of(item["root"]) for place in places if (item := self._seen[place]) is not None]
        return [from_text(root) for root in dict.fromkeys(found)]

    def list_members(self, root: str) -> list[Place]:
        """Where the members of an identity are, its root first."""
        partition, _ = identity_place(root)
        self.look_for([(partition, "identity")])
        listed = self._list_tree(partition, "absorbed#", "i#")
        self.look_for((f"i#{key}", "identity") for key in _pointed_at(listed, "absorbed#"))
        members = [partition, *(f"i#{name.partition('#')[2]}" for _, name in listed)]
        return [(one, "interaction") for one in members]

    def list_turned(self, name: ReviewName) -> list[Place]:
        """Where the interactions in a review item are, in those too whose records it took over."""
        known = self.review(name)
        if known is not None and known.into is not None:
            return []
        listed = self._list_tree(turned_partition(name), "item#", "turned#")
        return [(f"i#{key}", "interaction") for key in _pointed_at(listed, "record#")]

    def members(self, root: str) -> Sequence[RecordState]:
        """All records of an identity, in the order handled."""
        return sorted(map(_record_of, self._there(self.list_members(root))), key=lambda one: one.serial)

    def turned_into(self, name: ReviewName) -> Sequence[str]:
        """The interactions in a review item, in the order handled."""
        found = self._there(self.list_turned(name))
        return [from_text(item["name"]) for item in sorted(found, key=lambda item: int(item["serial"]))]

    def links(self) -> list[Link]:
        """Every link ever opened, in the order opened."""
        found = [link_from(item["document"]) for item in self._in_lists("links")]
        return [Link(*one.name, one.state) for one in sorted(found, key=lambda one: one.opened)]

    def reviews(self) -> list[ReviewItem]:
        """Every review item ever opened, in the order opened."""
        found = [review_from(item["document"]) for item in self._in_lists("reviews")]
        return [
            ReviewItem(*one.name, one.state, tuple(self.turned_into(one.name)))
            for one in sorted(found, key=lambda one: one.opened)
        ]

    def settings(self) -> Settings | None:
        """What the store serves."""
        self.look_for([SETTINGS])
        item = self._seen[SETTINGS]
        return None if item is None else settings_from(item["document"])

    def papers(
        self, kind: str, *, state: str | None = None, after: int = 0, limit: int | None = None
    ) -> list[Paper]:
        """The papers of a kind, in the order opened."""
        found = (
            paper_from(item["document"])
            for item in self._in_lists("papers", state, after)
            if item["kind"] == kind
        )
        return sorted(found, key=lambda one: one.opened)[:limit]

    def links_in(self, state: str, *, after: int = 0, limit: int | None = None) -> list[LinkState]:
        """The links in a state, in the order opened."""
        found = (link_from(item["document"]) for item in self._in_lists("links", state, after))
        return sorted(found, key=lambda one: one.opened)[:limit]

    def reviews_in(self, state: str, *, after: int = 0, limit: int | None = None) -> list[ReviewState]:
        """The review items in a state, in the order opened."""
        found = (review_from(item["document"]) for item in self._in_lists("reviews", state, after))
        return sorted(found, key=lambda one: one.opened)[:limit]

    def logged(self, after: int = 0) -> Iterator[LogEntry]:
        """The entries of the log of actions with larger serial numbers, in their order."""
        for (_, name), item in self._table.under(LOG):
            self._still_here()
            if int(name.partition("#")[2]) > after:
                yield LogEntry._make(from_text(item["document"]))

    def records(self, after: int = 0) -> Iterator[RecordState]:
        """The handled records with larger serial numbers, in their order: a scan of the table."""
        found = (record_from(text) for _, text in self.every("interactions", "record"))
        yield from sorted((one for one in found if one.serial > after), key=lambda one: one.serial)

    def every(self, table: str, columns: str) -> Iterator[Row]:
        """Some columns of every row of a table, the ids first; in any order."""
        wanted = columns.split(", ")
        if table == "turned":
            for (partition, name), _ in self._all("turned#"):
                if name.startswith("record#"):
                    yield bytes.fromhex(name.partition("#")[2]), bytes.fromhex(partition.partition("#")[2])
            return
        paths = self._all_paths() if table == "interactions" else {}
        mark, own_name = place_of(table, bytes(16))
        in_lists = own_name.startswith("0")
        for (partition, name), item in self._all(mark.partition("#")[0] + "#"):
            if in_lists:
                yield bytes.fromhex(name), *(item[column] for column in wanted)
            elif name == own_name and "into" not in item:
                key = bytes.fromhex(partition.partition("#")[2])
                row = item if table != "interactions" else _with_holder(item, paths)
                yield key, *(row.get(column) for column in wanted)

    def _find(self, table: str, key: bytes) -> Row | None:
        place = place_of(table, key)
        self.look_for([place])
        item = self._seen[place]
        if item is None:
            return None
        if table != "interactions":
            return (item["document"],) if "document" in item else None
        root = self._end_of(item["root"])
        key_of_root = customer_key(from_text(root))
        return item["name"], key_of_root, root, item["opened"], item["record"], item.get("decision")

    def _end_of(self, root: str) -> str:
        """The root, as JSON, of the identity that a path leads to."""
        while (identity := self._seen[identity_place(from_text(root))]) is not None and "into" in identity:
            root = identity["into"]
        return root

    def _there(self, places: Sequence[Place]) -> list[Item]:
        self.look_for(places)
        return [item for place in places if (item := self._seen[place]) is not None]

    def _list_tree(self, partition: str, branch: str, mark: str) -> list[Place]:
        """The listed items of a partition and of those that it points to."""
        return grow_tree(partition, branch, mark, self._list)

    def _list(self, partition: str) -> list[Place]:
        if partition not in self._lists:
            self._still_here()
            listed = {
                place: item for place, item in self._table.under(partition) if place[1].startswith(LISTED)
            }
            self._seen.update(listed)
            self._lists[partition] = list(listed)
        return self._lists[partition]

    def _in_lists(self, table: str, state: str | None = None, after: int = -1) -> Iterator[Item]:
        """The items of all lists of a table, in any order: in a state, and opened after a number."""
        for digit in _DIGITS:
            self._still_here()
            for _, item in self._table.under(f"{table}#{digit}"):
                if (state is None or item["state"] == state) and item["opened"] > after:
                    yield item

    def _all(self, mark: str) -> Iterator[tuple[Place, Item]]:
        for place, item in self._table.every(mark):
            self._still_here()
            yield place, item

    def _all_paths(self) -> dict[str, str]:
        """Of every identity that went into another one: which root, by its partition."""
        return {partition: item["into"] for (partition, _), item in self._all("i#") if "into" in item}


def _places_at_hand(at_hand: AtHand) -> list[Place]:
    """Where what is at hand stands, and what the store serves."""
    identifiers = [place_of("identifiers", digest_key(one)) for one in at_hand.identifiers]
    return [SETTINGS, interaction_place(at_hand.interaction_id), *identifiers]


def _onward(item: Item) -> Place | None:
    """Where the path leads that an interaction or an absorbed identity begins."""
    root = item.get("root", item.get("into"))
    return None if root is None else identity_place(from_text(root))


def _pointed_at(places: Iterable[Place], how: str) -> list[str]:
    return [name.removeprefix(how) for _, name in places if name.startswith(how)]


def _record_of(item: Item) -> RecordState:
    return record_from(item["record"])


def _with_holder(item: Item, paths: dict[str, str]) -> dict[str, Any]:
    """An interaction's row, with the identity that holds it at the end of the path."""
    root = item["root"]
    while (onward := paths.get(identity_place(from_text(root))[0])) is not None:
        root = onward
    return {**item, "root": customer_key(from_text(root)), "holder": root}
