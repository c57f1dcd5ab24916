"""Review items of the identities of a neighbourhood."""

from __future__ import annotations

from idlab.core.codes import MISSING, REVIEW_STATES, SUPERSEDED
from idlab.core.identities import holder
from idlab.core.world import N_REVIEWS, Reviews
from idlab.neighbourhood.nodes import Nodes
from idlab.neighbourhood.room import make_room
from idlab.stores.base import IdentityState, ReviewName, ReviewState

_MOST_OPENED = 2
"""No entry of the log opens more review items."""


class ReviewsAround:
    """The review items of the identities loaded and those that their records were turned away into, with room for two more.

    Args:
        nodes: The interactions of the neighbourhood.
        counters: The world's.
    """

    def __init__(self, nodes: Nodes, counters: list[int]) -> None:
        self.reviews = Reviews([], [], [], [], nodes.item, nodes.next_in_item, nodes.next_turned)
        self.n_loaded = 0
        self._nodes = nodes
        self._counters = counters
        self._names: list[ReviewName] = []
        self._own: list[tuple[int, ReviewName]] = []
        self._turned: list[tuple[int, str, ReviewName]] = []
        make_room(self.reviews[:4], _MOST_OPENED)

    def clear(self) -> None:
        """Forget every review item."""
        self.n_loaded = 0
        self._names.clear()
        self._own.clear()
        self._turned.clear()

    def note(self, node: int, state: IdentityState) -> None:
        """Remember the review items of an identity, to be loaded once everybody is there."""
        if state.review is not None:
            self._own.append((node, state.review))
        for interaction_id, name in state.turned:
            self._turned.append((node, interaction_id, name))

    def connect(self, *, whole_items: bool) -> None:
        """Load what was noted.

        Args:
            whole_items: Load every record of the review items, not only those of loaded identities.
        """
        if not self._own and not self._turned:
            return
        names = [name for _, name in self._own] + [name for _, _, name in self._turned]
        items = {name: self._item(name) for name in names}
        distinct = {state.name: state for state in items.values()}.values()
        needed = len(distinct) + _MOST_OPENED
        if needed > len(self.reviews.anchor):
            make_room(self.reviews[:4], needed)
        place = {state.name: self._add(state) for state in sorted(distinct, key=lambda item: item.opened)}
        self.n_loaded = len(place)
        for node, name in self._own:
            if items[name].state == "open":
                self._nodes.identities.review[node] = place[items[name].name]
        following, heads = self.reviews.next_of_identity, self._nodes.identities.turned
        for node, interaction_id, name in self._turned:
            i = self._nodes.of_interaction(interaction_id)
            following[i] = heads[node]
            heads[node] = i
            self._hang(i, place[items[name].name])
        if whole_items:
            for state in list(items.values()):
                for interaction_id in self._nodes.t.turned_into(state.name):
                    self._hang(self._nodes.of_interaction(interaction_id), place[state.name])

    def _item(self, name: ReviewName) -> ReviewState:
        """A review item, or the one that took its records over."""
        state = self._nodes.t.review(name)
        assert state is not None
        while state.into is not None:
            state = self._nodes.t.review(state.into)
            assert state is not None
        return state

    def _add(self, state: ReviewState) -> int:
        item = self._counters[N_REVIEWS]
        self._counters[N_REVIEWS] += 1
        self._names.append(state.name)
        reviews = self.reviews
        reviews.anchor[item] = self._nodes.of_interaction(state.name[0])
        reviews.number[item] = state.name[1]
        reviews.state[item] = REVIEW_STATES.index(state.state)
        reviews.head[item] = MISSING
        return item

    def _hang(self, i: int, item: int) -> None:
        reviews = self.reviews
        if reviews.item[i] == MISSING:
            reviews.item[i] = item
            reviews.next_in_item[i] = reviews.head[item]
            reviews.head[item] = i

    def number(self, name: ReviewName) -> int:
        """The number of an item that was loaded."""
        return self._names.index(name)

    def name(self, item: int) -> ReviewName:
        """How the store calls a review item."""
        if item < self.n_loaded:
            return self._names[item]
        return self._nodes.ids[self.reviews.anchor[item]], self.reviews.number[item]

    def of(self, identity: int) -> ReviewName | None:
        """The open review item of an identity."""
        item = self._nodes.identities.review[identity]
        return None if item == MISSING else self.name(item)

    def turned_of(self, identity: int) -> tuple[tuple[str, ReviewName], ...]:
        """The records of an identity that were turned away, as the store keeps them."""
        found, i = [], self._nodes.identities.turned[identity]
        while i != MISSING:
            if self.reviews.item[i] != MISSING:
                found.append((self._nodes.ids[i], self.name(self.reviews.item[i])))
            i = self.reviews.next_of_identity[i]
        return tuple(found)

    def changed(self) -> list[ReviewState]:
        """The review items that changed, then those that opened."""
        found = []
        for item in range(self.n_loaded):
            old = self._nodes.t.review(self._names[item])
            assert old is not None
            state = REVIEW_STATES[self.reviews.state[item]]
            if state != old.state:
                found.append(ReviewState(old.name, state, old.opened, self._taken_over_by(item)))
        return found + [
            ReviewState(self.name(item), REVIEW_STATES[self.reviews.state[item]], self._nodes.t.draw())
            for item in range(self.n_loaded, self._counters[N_REVIEWS])
        ]

    def opened(self) -> list[ReviewName]:
        """The review items that opened."""
        return [self.name(item) for item in range(self.n_loaded, self._counters[N_REVIEWS])]

    def _taken_over_by(self, item: int) -> ReviewName | None:
        if self.reviews.state[item] != SUPERSEDED:
            return None
        root = holder(self._nodes.identities.parent, self.reviews.anchor[item])
        return self.of(root)
