"""Links and cannot-links between the identities of a neighbourhood."""

from __future__ import annotations

from idlab.core.codes import LINK_STATES, MISSING, OPEN
from idlab.core.identities import holder
from idlab.core.world import N_CANNOT, N_LINKS, Cannot, Links
from idlab.neighbourhood.nodes import Nodes
from idlab.neighbourhood.room import make_room
from idlab.stores.base import IdentityState, LinkName, LinkState


class LinksAround:
    """The links and cannot-links of the identities loaded, with room for the links that one record opens.

    Args:
        nodes: The interactions of the neighbourhood.
        counters: The world's.
        max_links: How many links one record may open.
    """

    def __init__(self, nodes: Nodes, counters: list[int], max_links: int) -> None:
        self.links = Links([], [], [], [])
        self.cannot = Cannot([], [])
        self.n_loaded = 0
        self._nodes = nodes
        self._counters = counters
        self._names: list[LinkName] = []
        self._wanted: dict[LinkName, None] = {}
        self._wanted_cannot: dict[tuple[str, str], tuple[str, str]] = {}
        self._max_links = max_links
        self._make_room(0)

    def clear(self) -> None:
        """Forget every link."""
        self.n_loaded = 0
        self._names.clear()
        self._wanted.clear()
        self._wanted_cannot.clear()

    def note(self, state: IdentityState) -> None:
        """Remember what an identity is linked with, to be loaded once everybody is there."""
        for link in state.links:
            self._wanted[link] = None
        for mine, other in state.cannot:
            self._wanted_cannot[min(mine, other), max(mine, other)] = (mine, other)

    def connect(self) -> None:
        """Load what was noted."""
        if self._wanted:
            self._connect_links()
        if self._wanted_cannot:
            self.make_room_for_cannot(len(self._wanted_cannot))
            for mine, other in self._wanted_cannot.values():
                self._connect_cannot(mine, other)

    def _connect_links(self) -> None:
        states = [
            state for name in self._wanted if (state := self._nodes.t.link(name)) and state.state == "open"
        ]
        self._make_room(len(states))
        links, heads, of_interaction = self.links, self._nodes.identities.links, self._nodes.of_interaction
        for link, state in enumerate(sorted(states, key=lambda one: one.opened)):
            self._names.append(state.name)
            left, right = of_interaction(state.name[0]), of_interaction(state.name[1])
            links.left[link] = left
            links.right[link] = right
            links.state[link] = OPEN
            for node, end in ((2 * link, left), (2 * link + 1, right)):
                side = holder(self._nodes.identities.parent, end)
                links.next[node] = heads[side]
                heads[side] = node
        self._counters[N_LINKS] = self.n_loaded = len(states)

    def _connect_cannot(self, mine: str, other: str) -> None:
        cannot, heads = self.cannot, self._nodes.identities.cannot
        node = 2 * self._counters[N_CANNOT]
        self._counters[N_CANNOT] += 1
        for k, name in enumerate((mine, other)):
            member = self._nodes.of_interaction(name)
            side = holder(self._nodes.identities.parent, member)
            cannot.member[node + k] = member
            cannot.next[node + k] = heads[side]
            heads[side] = node + k

    def _make_room(self, size: int) -> None:
        needed = size + self._max_links
        if needed > len(self.links.left):
            make_room((self.links.left, self.links.right, self.links.state), needed)
            make_room((self.links.next,), 2 * len(self.links.left))

    def make_room_for_cannot(self, size: int) -> None:
        """Let there be room for so many more cannot-links."""
        needed = 2 * (self._counters[N_CANNOT] + size)
        if needed > len(self.cannot.member):
            make_room(self.cannot, needed)

    def number(self, name: LinkName) -> int:
        """The number of a link that was loaded."""
        return self._names.index(name)

    def name(self, link: int) -> LinkName:
        """How the store calls a link."""
        if link < self.n_loaded:
            return self._names[link]
        ids = self._nodes.ids
        return ids[self.links.left[link]], ids[self.links.right[link]]

    def of(self, identity: int) -> tuple[LinkName, ...]:
        """The open links of an identity, as the store keeps them."""
        found, node = [], self._nodes.identities.links[identity]
        while node != MISSING:
            if self.links.state[node // 2] == OPEN:
                found.append(self.name(node // 2))
            node = self.links.next[node]
        return tuple(found)

    def cannot_of(self, identity: int) -> tuple[tuple[str, str], ...]:
        """The cannot-links of an identity, as the store keeps them."""
        ids, member = self._nodes.ids, self.cannot.member
        found, node = [], self._nodes.identities.cannot[identity]
        while node != MISSING:
            found.append((ids[member[node]], ids[member[node ^ 1]]))
            node = self.cannot.next[node]
        return tuple(found)

    def changed(self) -> list[LinkState]:
        """The links that opened or changed."""
        found, state_of = [], self.links.state
        for link in range(self.n_loaded):
            if state_of[link] != OPEN:
                old = self._nodes.t.link(self._names[link])
                assert old is not None
                found.append(LinkState(old.name, LINK_STATES[state_of[link]], old.opened))
        return found + [
            LinkState(self.name(link), LINK_STATES[state_of[link]], self._nodes.t.draw())
            for link in range(self.n_loaded, self._counters[N_LINKS])
        ]
