"""The rows A0 to A13: what people decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from idlab.model import Action, customer_id_of, link_id_of, review_id_of
from tests.oracle.names import Names
from tests.oracle.state import Identity, OpenedItem, OpenedLink, Record, World


class Actions:
    """Carries actions out on a world and counts the rows that occurred."""

    def __init__(
        self, world: World, names: Names, rows: Counter[str], forget_marks: Callable[[], None]
    ) -> None:
        self._world = world
        self._names = names
        self._rows = rows
        self._forget_marks = forget_marks

    def act(self, action: Action) -> str:
        """The state of the link or item, ``done``, ``erased``, ``unknown`` or ``invalid``."""
        if self._names_unknown(action):
            return self._row("A0", "unknown")
        if action.link is not None:
            answer = self._answer(self._link(action.link), action.kind)
        elif action.review is not None:
            answer = self._close(self._item(action.review), action)
        elif action.kind == "split":
            answer = self._split(self._customer(action.customers[0]), action.interactions)
        elif action.kind == "do_not_link":
            answer = self._object(self._customer(action.customers[0]))
        else:
            answer = self._erase([self._customer(name) for name in action.customers])
        self._world.end_provisional()
        return answer

    def _row(self, row: str, answer: str) -> str:
        self._rows[row] += 1
        return answer

    # what an action names

    def _names_unknown(self, action: Action) -> bool:
        # reading: A0 comes before all other rows: for a closed item, too, and for interactions that are given
        # along with a verdict that does not ask for them.
        handled = [record.interaction_id for record in self._world.records]
        handed_out = [customer_id_of(interaction_id) for interaction_id in handled]
        return (
            (action.link is not None and action.link not in map(_link_id, self._world.links))
            or (action.review is not None and action.review not in map(_review_id, self._world.items))
            or any(customer not in handed_out for customer in action.customers)
            or any(interaction not in handled for interaction in action.interactions)
        )

    def _link(self, link_id: str) -> OpenedLink:
        return next(link for link in self._world.links if _link_id(link) == link_id)

    def _item(self, review_id: str) -> OpenedItem:
        return next(item for item in self._world.items if _review_id(item) == review_id)

    def _customer(self, customer_id: str) -> Identity:
        """The identity that now holds the interaction whose id this customer_id was made of."""
        named = [one for one in self._world.records if customer_id_of(one.interaction_id) == customer_id]
        return self._world.holder(named[0])

    # links

    def _answer(self, link: OpenedLink, kind: str) -> str:
        if link.state != "open":
            return self._row("A1", link.state)
        left, right = self._world.holder(link.left), self._world.holder(link.right)
        if kind == "accept":
            united = self._world.unite(left, right, accepted=link)
            self._review_if_flagged(united)
            return self._row("A2", link.state)
        if kind == "decline":
            link.state = "declined"
            self._world.forbid(left, right)
            return self._row("A3", link.state)
        link.state = "expired"
        return self._row("A4", link.state)

    def _review_if_flagged(self, identity: Identity) -> None:
        if self._names.flagged(identity):
            self._world.review(identity)

    # splits and review items

    def _split(self, identity: Identity, interactions: tuple[str, ...]) -> str:
        leaving = self._part(identity, interactions)
        if leaving is None:
            return self._row("A6", "invalid")
        self._part_ways(identity, leaving)
        return self._row("A5", "done")

    @staticmethod
    def _part(identity: Identity, interactions: tuple[str, ...]) -> list[Record] | None:
        """The records named, if they are a proper, non-empty part of a live identity; else None."""
        # reading: an interaction named twice counts once.
        wanted = set(interactions)
        held = {record.interaction_id for record in identity.records}
        if identity.erased or not wanted or not wanted < held:
            return None
        return [record for record in identity.records if record.interaction_id in wanted]

    def _part_ways(self, identity: Identity, leaving: list[Record]) -> None:
        # reading: where both parts are flagged, the one with the older root gets its item first.
        for part in self._world.split(identity, leaving):
            self._review_if_flagged(part)

    def _close(self, item: OpenedItem, action: Action) -> str:
        if item.state != "open":
            return self._row("A10", item.state)
        identity = self._world.holder(item.anchor)
        if action.verdict == "split":
            leaving = self._part(identity, action.interactions)
            if leaving is None:
                return self._row("A6", "invalid")
            self._part_ways(identity, leaving)
            return self._row("A9", item.state)
        if action.verdict == "clear":
            item.state = "clear"
            identity.allowance = self._names.distinct(identity.records)
            return self._row("A8", item.state)
        item.state = "keep_flag"
        return self._row("A7", item.state)

    # customers

    def _object(self, identity: Identity) -> str:
        if identity.erased:
            return self._row("A13", "erased")
        identity.objected = True
        return self._row("A11", "done")

    def _erase(self, identities: list[Identity]) -> str:
        # reading: erasing nobody at all changes nothing and answers like A13.
        if all(identity.erased for identity in identities):
            return self._row("A13", "erased")
        for identity in identities:
            if not identity.erased:
                self._world.erase(identity)
        self._forget_marks()
        return self._row("A12", "done")


def _link_id(link: OpenedLink) -> str:
    return link_id_of(link.left.interaction_id, link.right.interaction_id)


def _review_id(item: OpenedItem) -> str:
    return review_id_of(item.anchor.interaction_id, item.number)
