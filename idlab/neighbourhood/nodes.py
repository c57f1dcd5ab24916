"""The interactions of a neighbourhood, and what is known of the identities that hold them."""

from __future__ import annotations

from idlab.core.codes import MISSING
from idlab.core.world import Identities
from idlab.neighbourhood.room import make_room, on_demand
from idlab.stores.base import IdentityState, Transaction


class Nodes:
    """Interactions numbered in the order met; an identity is called by the number of its root.

    Args:
        n_fields: How many fields the config has.
    """

    t: Transaction

    def __init__(self, n_fields: int) -> None:
        self.ids: list[str] = []
        self.node_of: dict[str, int] = {}
        self.record: list[int] = []
        self.head: list[int] = []
        self.time: list[int] = []
        self.item: list[int] = []
        self.next_in_item: list[int] = []
        self.next_turned: list[int] = []
        self._items_opened = on_demand(lambda node: self.t.items_opened(self.ids[node]))
        self.identities = Identities(
            *([], [], [], [], [], [], [], [], [], []),
            items_opened=self._items_opened,
            turned=[],
            stamp=[],
        )
        self._n_fields = n_fields
        self._blank = [MISSING] * n_fields

    def clear(self, transaction: Transaction) -> None:
        """Forget every interaction."""
        self.t = transaction
        self.ids.clear()
        self.node_of.clear()
        self._items_opened.clear()

    def add(self, interaction_id: str) -> int:
        """A new place for an interaction, an identity of its own so far."""
        ids = self.ids
        node = self.node_of[interaction_id] = len(ids)
        if node >= len(self.time):
            self._grow(node + 8)
        ids.append(interaction_id)
        parent, _, names, allowance, objected, provisional, erased, review, links, cannot, _, turned, _ = (
            self.identities
        )
        parent[node] = node
        names[node] = allowance[node] = objected[node] = provisional[node] = erased[node] = 0
        review[node] = links[node] = cannot[node] = turned[node] = self.item[node] = MISSING
        start = node * self._n_fields
        stop = start + self._n_fields
        self.head[start:stop] = self.record[start:stop] = self._blank
        return node

    def of_interaction(self, interaction_id: str) -> int:
        """The place of a handled interaction, hung on the identity that holds it."""
        node = self.node_of.get(interaction_id)
        if node is not None:
            return node
        root = self.t.holder(interaction_id)
        assert root is not None
        node = self.add(interaction_id)
        if root != interaction_id:
            self.identities.parent[node] = self.of_interaction(root)
        return node

    def fill(self, node: int, state: IdentityState) -> None:
        """Write down what the store says of an identity, its profile and what it is linked with apart."""
        one = self.identities
        _, one.serial[node], _, names, allowance, objected, provisional, erased, *_ = state
        if names > 0:
            one.names[node] = names
        if allowance > 0:
            one.allowance[node] = allowance
        if objected or provisional or erased:
            one.objected[node] = int(objected)
            one.provisional[node] = int(provisional)
            one.erased[node] = int(erased)

    def _grow(self, size: int) -> None:
        *counts, review, links, cannot, _, turned, stamp = self.identities
        make_room((*counts, self.time), size)
        chains = self.item, self.next_in_item, self.next_turned
        make_room((review, links, cannot, turned, stamp, *chains), size, MISSING)
        make_room((self.head, self.record), len(self.time) * self._n_fields, MISSING)
