"""The part of a store that one entry of the log can touch, as a world for the core; and the way back.

The replay's world holds a whole estate in arrays. This one holds the record at hand, its candidates and what they are linked
with, in lists, numbered from 0 in the order loaded. The same core works on both.
"""

from __future__ import annotations

from typing import Any

from idlab.compiled import Compiled
from idlab.config import ScoringConfig
from idlab.core.codes import LINK_STATES, MISSING, OPEN, REVIEW_STATES, SUPERSEDED
from idlab.core.identities import holder
from idlab.core.predicates import Predicate
from idlab.core.world import (
    LISTS,
    N_CANNOT,
    N_COUNTERS,
    N_LINKS,
    N_NAME_NODES,
    N_REVIEWS,
    NO_ORDINAL,
    PLAN_SIZE,
    SCALARS,
    Candidates,
    Cannot,
    Identities,
    Links,
    Marks,
    Profiles,
    Reviews,
    Scratch,
    Values,
    World,
)
from idlab.normalize.cache import RecentlyUsed
from idlab.stores.base import (
    Changes,
    Entry,
    IdentifierState,
    IdentityState,
    Key,
    LinkName,
    LinkState,
    RecordState,
    ReviewName,
    ReviewState,
    Transaction,
)

Forms = tuple[tuple[object, ...], tuple[tuple[str, ...], ...], int, tuple[float, ...], int]
"""Of one value: scalar codes, lists, ordinal, term-frequency bits, whether it is known to be shared."""


class FormCache:
    """The forms of values as the core reads them, where a text is its own code.

    Args:
        ready: The compiled config.
        size: Values remembered per field.
    """

    def __init__(self, ready: Compiled, size: int = 65_536) -> None:
        self.ready = ready
        self.known: list[RecentlyUsed[str, Forms]] = [RecentlyUsed(size) for _ in ready.field_names]

    def of(self, field: int, value: str) -> Forms:
        """The forms of a value of a field."""
        forms = self.known[field].find(value)
        if forms is None:
            forms = self._make(field, value)
            self.known[field].keep(value, forms)
        return forms

    def _make(self, field: int, value: str) -> Forms:
        made = self.ready.normalizer.forms(field, value)
        codes = tuple(MISSING if text is None else text for text in made.scalars)
        terms = tuple(
            table.bits.get(str(codes[table.form]), table.unlisted) if table.field == field else 0.0
            for table in self.ready.terms
        )
        ordinal = made.numbers[0] if made.numbers and made.numbers[0] is not None else NO_ORDINAL
        return (
            codes + (MISSING,) * (SCALARS - len(codes)),
            made.lists + ((),) * (LISTS - len(made.lists)),
            ordinal,
            terms,
            int(value in self.ready.known_shared[field]),
        )


class UserCalls:
    """Registered predicates as the core calls them; codes are texts here."""

    def __init__(self, predicates: tuple[Predicate, ...]) -> None:
        self._predicates = predicates

    def __call__(self, number: int, left: str, right: str) -> int:
        """1 if the predicate of this number holds, else 0."""
        return int(bool(self._predicates[number](left, right)))


class KeyBook:
    """The keys of a record under the enabled rules of a config.

    Args:
        ready: The compiled config.
        config: The config itself, for the rules' names.
    """

    def __init__(self, ready: Compiled, config: ScoringConfig) -> None:
        self._rules = [
            (place, "+".join(rule.on), ready.keys[place])
            for place, rule in enumerate(config.keys)
            if rule.enabled
        ]

    def of(self, forms: FormCache, values: tuple[str | None, ...]) -> list[tuple[int, Key]]:
        """(rule, key) for every rule under which the record has a key."""
        keys: list[tuple[int, Key]] = []
        for place, name, parts in self._rules:
            texts = [name]
            for field, form in parts:
                value = values[field]
                code = MISSING if value is None else forms.of(field, value)[0][form]
                if code == MISSING:
                    break
                texts.append(str(code))
            else:
                keys.append((place, tuple(texts)))
        return keys


class Neighbourhood:
    """A small world around one entry, used again for the next: its many lists are made once.

    Args:
        ready: The compiled config.
        forms: Its cache of forms.
        user: Its registered predicates.
    """

    t: Transaction

    def __init__(self, ready: Compiled, forms: FormCache, user: UserCalls) -> None:
        self.ready = ready
        self.n_fields = ready.rules.n_fields
        self.forms = forms
        self.ids: list[str] = []
        self.node_of: dict[str, int] = {}
        self.loaded: list[int] = []
        self.texts: list[str] = []
        self.number_of: list[dict[str, int]] = [{} for _ in range(self.n_fields)]
        self.link_names: list[LinkName] = []
        self.review_names: list[ReviewName] = []
        self.n_loaded_links = self.n_loaded_reviews = 0
        self._links: dict[LinkName, None] = {}
        self._cannot: dict[tuple[str, str], tuple[str, str]] = {}
        self._own_item: list[tuple[int, ReviewName]] = []
        self._turned: list[tuple[int, str, ReviewName]] = []
        self.scalar: list[object] = []
        self.list_start: list[int] = [0]
        self.item: list[str] = []
        self.ordinal: list[int] = []
        self.term: list[float] = []
        self.marks = Marks([], [], [], [], [], [], [])
        self.profiles = Profiles([], [], [], [], [], [], [], [], [])
        self.identities = Identities([], [], [], [], [], [], [], [], [], [], [], [], [])
        self.links = Links([], [], [], [])
        self.cannot = Cannot([], [])
        self.reviews = Reviews([], [], [], [], [], [], [])
        self.record: list[int] = []
        self.time: list[int] = []
        self.counters = [0] * N_COUNTERS
        self.world = World(
            rules=ready.rules,
            values=Values(
                self.scalar, self.list_start, self.item, self.ordinal, self.term, len(ready.terms), None
            ),
            user=user,
            record=self.record,
            time=self.time,
            profiles=self.profiles,
            identities=self.identities,
            links=self.links,
            cannot=self.cannot,
            reviews=self.reviews,
            marks=self.marks,
            candidates=Candidates([], [], [], [], [], [], [], [], [], [0] * PLAN_SIZE),
            scratch=Scratch([], [], [], []),
            counters=self.counters,
        )
        self._blank = [MISSING] * self.n_fields
        self._no_counts = [0] * N_COUNTERS
        everything: list[Any] = [
            *(
                self.ids,
                self.node_of,
                self.loaded,
                self.texts,
                *self.number_of,
                self.link_names,
                self.review_names,
            ),
            *(self._links, self._cannot, self._own_item, self._turned),
            *(self.scalar, self.item, self.ordinal, self.term, self.record, self.time),
            *(*self.marks, *self.profiles, *self.identities, *self.links, *self.cannot, *self.reviews),
            *(*self.world.candidates[:-1], *self.world.scratch),
        ]
        self._clear = [cells.clear for cells in everything]

    def around(self, transaction: Transaction) -> Neighbourhood:
        """The world emptied, to be loaded from this transaction."""
        for clear in self._clear:
            clear()
        self.list_start[:] = (0,)
        self.counters[:] = self._no_counts
        self.n_loaded_links = self.n_loaded_reviews = 0
        self.t = transaction
        return self

    def number(self, field: int, value: str) -> int:
        """The number of a value, loaded with its forms and marks when first met."""
        number = self.number_of[field].get(value)
        if number is not None:
            return number
        number = self.number_of[field][value] = len(self.texts)
        self.texts.append(value)
        known = self.forms.known[field].young.get(value)
        scalars, lists, ordinal, terms, is_known = self.forms.of(field, value) if known is None else known
        self.scalar += scalars
        item = self.item
        for texts in lists:
            item += texts
            self.list_start.append(len(item))
        self.ordinal.append(ordinal)
        self.term += terms
        marks = self.marks
        shared, holders = is_known, 0
        if self.ready.rules.counts_names[field]:
            state = self.t.identifier((self.ready.field_names[field], value))
            if state is not None:
                holders = state.holders
                shared = int(shared or state.shared)
        marks.shared.append(shared)
        marks.known_shared.append(is_known)
        marks.holders.append(holders)
        marks.head.append(MISSING)
        self.profiles.seen_at.append(MISSING)
        return number

    def names_of_identifier(self, field: int, number: int) -> None:
        """Load the names that were seen with an identifier."""
        state = self.t.identifier((self.ready.field_names[field], self.texts[number]))
        if state is None:
            return
        marks, last = self.marks, MISSING
        for name, count in state.names:
            node = self.counters[N_NAME_NODES]
            self.counters[N_NAME_NODES] += 1
            marks.name.append(self.number(self.ready.rules.name_field, name))
            marks.count.append(count)
            marks.next.append(MISSING)
            if last == MISSING:
                marks.head[number] = node
            else:
                marks.next[last] = node
            last = node

    def node(self, interaction_id: str) -> int:
        """A new place for an interaction, an identity of its own so far."""
        node = self.node_of[interaction_id] = len(self.ids)
        self.ids.append(interaction_id)
        one = self.identities
        one.parent.append(node)
        one.serial.append(0)
        one.names.append(0)
        one.allowance.append(0)
        one.objected.append(0)
        one.provisional.append(0)
        one.erased.append(0)
        one.review.append(MISSING)
        one.items_opened.append(0)
        one.links.append(MISSING)
        one.cannot.append(MISSING)
        one.turned.append(MISSING)
        one.stamp.append(MISSING)
        self.profiles.head.extend(self._blank)
        self.record.extend(self._blank)
        self.time.append(0)
        self.reviews.item.append(MISSING)
        self.reviews.next_in_item.append(MISSING)
        self.reviews.next_of_identity.append(MISSING)
        return node

    def of_interaction(self, interaction_id: str) -> int:
        """The place of a handled interaction, hung on the identity that holds it."""
        node = self.node_of.get(interaction_id)
        if node is not None:
            return node
        root = self.t.holder(interaction_id)
        assert root is not None
        node = self.node(interaction_id)
        if root != interaction_id:
            self.identities.parent[node] = self.of_interaction(root)
        return node

    def add_record(self, record: RecordState) -> int:
        """Load a record; returns its place."""
        node = self.of_interaction(record.interaction_id)
        self.identities.serial[node] = record.serial
        self.time[node] = record.time
        start = node * self.n_fields
        for field, value in enumerate(record.values):
            if value is not None:
                self.record[start + field] = self.number(field, value)
        return node

    def load(self, root: str, state: IdentityState | None = None) -> int:
        """Load an identity with its profile; returns its place."""
        state = self.t.identity(root) if state is None else state
        node = self.node_of.get(root)
        if node is None:
            node = self.node(root)
        elif node in self.loaded:
            return node
        self.loaded.append(node)
        one = self.identities
        one.serial[node] = state.serial
        one.names[node] = state.names
        one.allowance[node] = state.allowance
        one.objected[node] = int(state.objected)
        one.provisional[node] = int(state.provisional)
        one.erased[node] = int(state.erased)
        one.items_opened[node] = self.t.items_opened(root)
        self._load_profile(node, state.profile)
        for link in state.links:
            self._links[link] = None
        for mine, other in state.cannot:
            self._cannot[min(mine, other), max(mine, other)] = (mine, other)
        if state.review is not None:
            self._own_item.append((node, state.review))
        for interaction_id, name in state.turned:
            self._turned.append((node, interaction_id, name))
        return node

    def _load_profile(self, node: int, profile: tuple[tuple[Entry, ...], ...]) -> None:
        profiles = self.profiles
        for field, entries in enumerate(profile):
            if not entries:
                continue
            place = len(profiles.value)
            profiles.head[node * self.n_fields + field] = place
            for value, count, first, last, born, latest in entries:
                place += 1
                profiles.value.append(self.number(field, value))
                profiles.count.append(count)
                profiles.first.append(first)
                profiles.last.append(last)
                profiles.born.append(born)
                profiles.latest.append(latest)
                profiles.next.append(place)
            profiles.next[-1] = MISSING

    def connect(self, *, whole_items: bool = False) -> None:
        """Load the links, cannot-links and review items of the identities loaded so far.

        Args:
            whole_items: Load every record of the review items, not only those of loaded identities.
        """
        if self._links:
            self._connect_links()
        for mine, other in self._cannot.values():
            self._connect_cannot(mine, other)
        if self._own_item or self._turned:
            self._connect_reviews(whole_items=whole_items)
        self.n_loaded_links = self.counters[N_LINKS]
        self.n_loaded_reviews = self.counters[N_REVIEWS]

    def _connect_links(self) -> None:
        states = [
            state
            for name in self._links
            if (state := self.t.link(name)) is not None and state.state == "open"
        ]
        links, heads = self.links, self.identities.links
        for state in sorted(states, key=lambda link: link.opened):
            link = self.counters[N_LINKS]
            self.counters[N_LINKS] += 1
            self.link_names.append(state.name)
            left, right = self.of_interaction(state.name[0]), self.of_interaction(state.name[1])
            links.left.append(left)
            links.right.append(right)
            links.state.append(OPEN)
            for node, end in ((2 * link, left), (2 * link + 1, right)):
                side = holder(self.identities.parent, end)
                links.next.append(heads[side])
                heads[side] = node

    def _connect_cannot(self, mine: str, other: str) -> None:
        cannot, heads = self.cannot, self.identities.cannot
        node = 2 * self.counters[N_CANNOT]
        self.counters[N_CANNOT] += 1
        for k, name in enumerate((mine, other)):
            member = self.of_interaction(name)
            side = holder(self.identities.parent, member)
            cannot.member.append(member)
            cannot.next.append(heads[side])
            heads[side] = node + k

    def _item(self, name: ReviewName) -> ReviewState:
        """A review item, or the one that took its records over."""
        state = self.t.review(name)
        assert state is not None
        while state.into is not None:
            state = self.t.review(state.into)
            assert state is not None
        return state

    def _connect_reviews(self, *, whole_items: bool) -> None:
        names = [name for _, name in self._own_item] + [name for _, _, name in self._turned]
        items = {name: self._item(name) for name in names}
        place: dict[ReviewName, int] = {}
        for state in sorted(
            {state.name: state for state in items.values()}.values(), key=lambda item: item.opened
        ):
            place[state.name] = self._add_item(state)
        for node, name in self._own_item:
            if items[name].state == "open":
                self.identities.review[node] = place[items[name].name]
        reviews, heads = self.reviews, self.identities.turned
        for node, interaction_id, name in self._turned:
            i, item = self.of_interaction(interaction_id), place[items[name].name]
            reviews.next_of_identity[i] = heads[node]
            heads[node] = i
            self._hang(i, item)
        if whole_items:
            for state in list(items.values()):
                for interaction_id in self.t.turned_into(state.name):
                    self._hang(self.of_interaction(interaction_id), place[state.name])

    def _hang(self, i: int, item: int) -> None:
        if self.reviews.item[i] == MISSING:
            self.reviews.item[i] = item
            self.reviews.next_in_item[i] = self.reviews.head[item]
            self.reviews.head[item] = i

    def _add_item(self, state: ReviewState) -> int:
        item = self.counters[N_REVIEWS]
        self.counters[N_REVIEWS] += 1
        self.review_names.append(state.name)
        reviews = self.reviews
        reviews.anchor.append(self.of_interaction(state.name[0]))
        reviews.number.append(state.name[1])
        reviews.state.append(REVIEW_STATES.index(state.state))
        reviews.head.append(MISSING)
        return item

    def make_room(self, *, entries: int, links: int = 0, cannot: int = 0, items: int = 2) -> None:
        """Give the core room to write: lists do not grow by themselves."""
        profiles = self.profiles
        for cells in (profiles.next, profiles.value, profiles.count, profiles.first):
            cells.extend([0] * entries)
        for cells in (profiles.last, profiles.born, profiles.latest):
            cells.extend([0] * entries)
        if links:
            room = [0] * links
            self.links.left.extend(room)
            self.links.right.extend(room)
            self.links.state.extend(room)
            self.links.next.extend(room + room)
        if cannot:
            self.cannot.member.extend([0] * (2 * cannot))
            self.cannot.next.extend([0] * (2 * cannot))
        for cells in (self.reviews.anchor, self.reviews.number, self.reviews.state, self.reviews.head):
            cells.extend([0] * items)
        self.make_room_for_names()

    def make_room_for_names(self) -> None:
        """Give the core room to count names."""
        if self.ready.rules.name_field == MISSING:
            return
        blank = self._blank
        self.marks.name.extend(blank)
        self.marks.count.extend(blank)
        self.marks.next.extend(blank)
        size = len(self.number_of[self.ready.rules.name_field]) + 2 - len(self.world.scratch.name)
        if size > 0:
            room = [0] * size
            for cells in self.world.scratch:
                cells.extend(room)

    def make_slots(self, identities: list[int]) -> None:
        """Put the candidates in their slots."""
        n = len(identities)
        candidates = self.world.candidates
        candidates.identity.extend(identities)
        zeros = [0] * (n + 1)
        candidates.weight.extend([0.0] * n)
        candidates.level.extend([MISSING] * (n * self.n_fields))
        candidates.contribution.extend([0.0] * (n * self.n_fields))
        for cells in (
            candidates.aside,
            candidates.united,
            candidates.ranked,
            candidates.members,
            candidates.targets,
        ):
            cells.extend(zeros)

    def state_of(self, node: int) -> IdentityState:
        """An identity as the store keeps it."""
        one, ids = self.identities, self.ids
        links, cannot, turned = [], [], []
        link = one.links[node]
        while link != MISSING:
            if self.links.state[link // 2] == OPEN:
                links.append(self.link_name(link // 2))
            link = self.links.next[link]
        pair = one.cannot[node]
        while pair != MISSING:
            cannot.append((ids[self.cannot.member[pair]], ids[self.cannot.member[pair ^ 1]]))
            pair = self.cannot.next[pair]
        i = one.turned[node]
        while i != MISSING:
            if self.reviews.item[i] != MISSING:
                turned.append((ids[i], self.review_name(self.reviews.item[i])))
            i = self.reviews.next_of_identity[i]
        review = one.review[node]
        return IdentityState(
            ids[node],
            one.serial[node],
            tuple([self._entries(node, field) for field in range(self.n_fields)]),
            one.names[node],
            one.allowance[node],
            one.objected[node] != 0,
            one.provisional[node] != 0,
            one.erased[node] != 0,
            None if review == MISSING else self.review_name(review),
            tuple(links),
            tuple(cannot),
            tuple(turned),
        )

    def _entries(self, node: int, field: int) -> tuple[Entry, ...]:
        entry = self.profiles.head[node * self.n_fields + field]
        if entry == MISSING:
            return ()
        texts = self.texts
        _, following, value, count, first, last, born, latest, _ = self.profiles
        entries = []
        while entry != MISSING:
            entries.append(
                (texts[value[entry]], count[entry], first[entry], last[entry], born[entry], latest[entry])
            )
            entry = following[entry]
        return tuple(entries)

    def link_name(self, link: int) -> LinkName:
        """How the store calls a link."""
        if link < len(self.link_names):
            return self.link_names[link]
        return self.ids[self.links.left[link]], self.ids[self.links.right[link]]

    def review_name(self, item: int) -> ReviewName:
        """How the store calls a review item."""
        if item < len(self.review_names):
            return self.review_names[item]
        return self.ids[self.reviews.anchor[item]], self.reviews.number[item]

    def write_links(self, changes: Changes) -> None:
        """Add the links that opened or changed."""
        for link in range(self.n_loaded_links):
            if self.links.state[link] != OPEN:
                old = self.t.link(self.link_names[link])
                assert old is not None
                changes.links.append(LinkState(old.name, LINK_STATES[self.links.state[link]], old.opened))
        for link in range(self.n_loaded_links, self.counters[N_LINKS]):
            state = LINK_STATES[self.links.state[link]]
            changes.links.append(LinkState(self.link_name(link), state, self.t.draw()))

    def write_reviews(self, changes: Changes) -> None:
        """Add the review items that opened or changed."""
        for item in range(self.n_loaded_reviews):
            old = self.t.review(self.review_names[item])
            assert old is not None
            state = REVIEW_STATES[self.reviews.state[item]]
            if state != old.state:
                changes.reviews.append(ReviewState(old.name, state, old.opened, self._taken_over_by(item)))
        for item in range(self.n_loaded_reviews, self.counters[N_REVIEWS]):
            name = self.review_name(item)
            changes.reviews.append(ReviewState(name, REVIEW_STATES[self.reviews.state[item]], self.t.draw()))
            changes.items_opened.append(name)

    def _taken_over_by(self, item: int) -> ReviewName | None:
        if self.reviews.state[item] != SUPERSEDED:
            return None
        root = holder(self.identities.parent, self.reviews.anchor[item])
        return self.review_name(self.identities.review[root])

    def write_identifier(self, changes: Changes, field: int, number: int) -> None:
        """Add the state of an identifier."""
        marks, names = self.marks, []
        node = marks.head[number]
        while node != MISSING:
            names.append((self.texts[marks.name[node]], marks.count[node]))
            node = marks.next[node]
        gone = marks.holders[number] == 0
        shared = marks.shared[number] != 0 and marks.known_shared[number] == 0
        state = None if gone else IdentifierState(marks.holders[number], shared, tuple(names))
        changes.identifiers.append(((self.ready.field_names[field], self.texts[number]), state))
