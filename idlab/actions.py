"""Actions online: find what an action names, load it, let the core act, tell what changed."""

from __future__ import annotations

from collections.abc import Iterable

from idlab.core.act import accept, close, do_not_link, erase, link_sides, split, turn_down
from idlab.core.codes import (
    CLEAR,
    DECLINED,
    DONE,
    EXPIRED,
    INVALID,
    KEEP_FLAG,
    LINK_STATES,
    MISSING,
    OPEN,
    REVIEW_STATES,
    SUPERSEDED,
)
from idlab.core.identities import holder, open_link, open_link_between
from idlab.core.world import N_CANNOT, N_LINKS
from idlab.errors import BadInput, UnknownReference
from idlab.model import Action, Decision
from idlab.neighbourhood import KeyBook, Neighbourhood
from idlab.stores.base import (
    Changes,
    Identifier,
    IdentifierState,
    Key,
    KeyState,
    LinkName,
    RecordState,
    ReviewName,
    Rows,
)

Outcome = tuple[str, Changes | None]
"""The state of what an action names, and what the action changes; None if nothing."""


def carry_out(action: Action, near: Neighbourhood, keys: KeyBook) -> Outcome:
    """Carry out an action.

    Returns:
        The state of the link or review item that the action names, ``done``, or ``erased`` where there was nothing left to do;
        and what changed.

    Raises:
        UnknownReference: If it names something that was never handed out.
        BadInput: If a split does not name a proper part of one identity.
    """
    if action.kind in ("accept", "decline", "expire"):
        return _answer(action, near)
    if action.kind == "close":
        return _close(action, near, keys)
    if action.kind == "split":
        root = near.t.holder(_customer(near, action.customers[0]))
        assert root is not None
        return "done", _split(near, keys, root, _handled(near, action.interactions))
    if action.kind == "do_not_link":
        return _do_not_link(near, _customer(near, action.customers[0]))
    return _erase(near, keys, [_customer(near, customer) for customer in action.customers])


def unknown(what: str) -> UnknownReference:
    """The refusal of an id that was never handed out."""
    return UnknownReference(
        f"this {what} was never handed out", where="action", hint=f"name a {what} by its id"
    )


def _customer(near: Neighbourhood, customer: str) -> str:
    interaction_id = near.t.interaction_of(customer)
    if interaction_id is None:
        raise unknown("customer")
    return interaction_id


def _handled(near: Neighbourhood, interactions: Iterable[str]) -> dict[str, None]:
    for interaction_id in interactions:
        if near.t.holder(interaction_id) is None:
            raise unknown("interaction")
    return dict.fromkeys(interactions)


def _load_around(near: Neighbourhood, roots: Iterable[str]) -> None:
    """Load identities, everybody they are linked with or must not be, and everybody in their open review items."""
    t = near.t
    for root in dict.fromkeys(roots):
        state = t.identity(root)
        near.load(root, state)
        around = [name for link in state.links for name in link] + [other for _, other in state.cannot]
        if state.review is not None:
            around += t.turned_into(state.review)
        for name in around:
            other = t.holder(name)
            assert other is not None
            near.load(other)
    near.connect(whole_items=True)


def _with_all_loaded(near: Neighbourhood, changes: Changes, parts: Iterable[int] = ()) -> Changes:
    """Add every identity that was loaded and is still one or is a part of one, and every link and item that changed."""
    parent = near.nodes.identities.parent
    nodes = dict.fromkeys([*near.loaded, *parts])
    changes.identities = [near.state_of(node) for node in nodes if parent[node] == node]
    changes.links = near.links.changed()
    changes.reviews, changes.items_opened = near.reviews.changed(), near.reviews.opened()
    return changes


def _answer(action: Action, near: Neighbourhood) -> Outcome:
    name = link_named(near.t, action.link or "")
    known = near.t.link(name) if name is not None else None
    if known is None:
        raise unknown("link")
    if known.state != "open":
        return known.state, None
    sides = [near.t.holder(end) for end in known.name]
    _load_around(near, [side for side in sides if side is not None])
    near.links.make_room_for_cannot(1)
    link = near.links.number(known.name)
    changes = Changes()
    if action.kind == "accept":
        left, right = link_sides(near.world, link)
        state = accept(near.world, link)
        kept = holder(near.nodes.identities.parent, left)
        gone = right if kept == left else left
        changes.absorbed = ((near.nodes.ids[gone], near.nodes.ids[kept]),)
    else:
        state = turn_down(near.world, link, DECLINED if action.kind == "decline" else EXPIRED)
    return LINK_STATES[state], _with_all_loaded(near, changes)


def opened_link(link_id: str, near: Neighbourhood) -> Outcome:
    """Open a link that no rule opened, so that an answer from elsewhere can be carried out.

    Returns:
        The state of the link, or of the open one between the same two; and what changed.

    Raises:
        UnknownReference: If it names an interaction that was never handled.
    """
    name = link_named(near.t, link_id)
    if name is None:
        raise unknown("link")
    known = near.t.link(name)
    if known is not None:
        return known.state, None
    sides = [root for end in name if (root := near.t.holder(end)) is not None]
    if sides[0] == sides[1]:
        return LINK_STATES[SUPERSEDED], None
    if any(near.t.identity(side).erased for side in sides):
        return LINK_STATES[EXPIRED], None
    _load_around(near, sides)
    mine, other = (near.nodes.node_of[side] for side in sides)
    if open_link_between(near.world, mine, other) != MISSING:
        return LINK_STATES[OPEN], None
    link = near.counters[N_LINKS]
    ends = [near.nodes.of_interaction(end) for end in name]
    open_link(near.world, ends[0], mine, other)
    near.links.links.right[link] = ends[1]
    return LINK_STATES[OPEN], _with_all_loaded(near, Changes())


def link_named(rows: Rows, link_id: str) -> LinkName | None:
    """How a store calls the link of this id; None if it cannot be one."""
    left, _, right = link_id.partition("+")
    ends = rows.interaction_of(left), rows.interaction_of(right)
    return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])


def review_named(rows: Rows, review_id: str) -> ReviewName | None:
    """How a store calls the review item of this id; None if it cannot be one."""
    anchor, _, number = review_id.partition("#")
    interaction_id = rows.interaction_of(anchor)
    if interaction_id is None or not number.isdecimal() or len(number) > 9:
        return None
    return interaction_id, int(number)


def _close(action: Action, near: Neighbourhood, keys: KeyBook) -> Outcome:
    name = review_named(near.t, action.review or "")
    known = near.t.review(name) if name is not None else None
    if known is None:
        raise unknown("review item")
    interactions = _handled(near, action.interactions)
    if known.state != "open":
        return known.state, None
    root = near.t.holder(known.name[0])
    assert root is not None
    if action.verdict == "split":
        return "split", _split(near, keys, root, interactions)
    _load_around(near, [root])
    verdict = CLEAR if action.verdict == "clear" else KEEP_FLAG
    state = close(near.world, near.reviews.number(known.name), verdict)
    return REVIEW_STATES[state], _with_all_loaded(near, Changes())


def _split(near: Neighbourhood, keys: KeyBook, root: str, interactions: dict[str, None]) -> Changes:
    refused = BadInput(
        "the interactions are not a proper part of one customer's",
        where="split",
        hint="name some, and not all, interactions that this customer holds",
    )
    if near.t.identity(root).erased or any(near.t.holder(one) != root for one in interactions):
        raise refused
    _load_around(near, [root])
    records = near.t.members(root)
    members = [near.add_record(record) for record in records]
    near.links.make_room_for_cannot(near.counters[N_CANNOT] + 1)
    room = near.entries.make_room(len(near.nodes.ids) * near.n_fields)
    rooms = [room + node * near.n_fields for node in members]
    moved = [int(record.interaction_id in interactions) for record in records]
    if split(near.world, near.nodes.node_of[root], members, moved, rooms, len(members)) == INVALID:
        raise refused
    kept = [holder(near.nodes.identities.parent, node) for node in members]
    ids = near.nodes.ids
    changes = Changes(
        moved=[(ids[node], ids[part]) for node, part in zip(members, kept, strict=True)],
        keys=_posted_again(near, keys, records),
    )
    return _with_all_loaded(near, changes, kept)


def _posted_again(
    near: Neighbourhood, keys: KeyBook, records: Iterable[RecordState]
) -> list[tuple[Key, KeyState]]:
    """The keys of records, entered anew, for a key may lead to both parts now."""
    states: dict[Key, KeyState] = {}
    for record in records:
        for key in keys.of(record.values)[1]:
            state = states.get(key) or near.t.key(key) or KeyState()
            if not state.hub and record.interaction_id not in state.posted:
                states[key] = state._replace(posted=(*state.posted, record.interaction_id))
    return list(states.items())


def _do_not_link(near: Neighbourhood, interaction_id: str) -> Outcome:
    root = near.t.holder(interaction_id)
    assert root is not None
    node = near.load(root)
    near.connect()
    if do_not_link(near.world, node) != DONE:
        return "erased", None
    return "done", _with_all_loaded(near, Changes())


def _erase(near: Neighbourhood, keys: KeyBook, interactions: list[str]) -> Outcome:
    t = near.t
    roots = dict.fromkeys(root for one in interactions if (root := t.holder(one)) is not None)
    live = [root for root in roots if not t.identity(root).erased]
    if not live:
        return "erased", None
    _load_around(near, live)
    held: dict[Key, KeyState] = {}
    identifiers: dict[tuple[int, int], None] = {}
    gone: list[tuple[RecordState, str]] = []
    released: list[tuple[str, ReviewName]] = []
    for root in live:
        records = t.members(root)
        members = [near.add_record(record) for record in records]
        for node in members:
            _load_identifiers(near, node, identifiers)
        items = [near.nodes.item[node] for node in members]
        erase(near.world, near.nodes.node_of[root], members, len(members))
        for node, item in zip(members, items, strict=True):
            if item != near.nodes.item[node]:
                released.append((near.nodes.ids[node], near.reviews.name(item)))
        _release_keys(near, keys, records, held)
        gone += [(record, root) for record in records]
    changes = Changes(
        records=[(record._replace(values=(None,) * near.n_fields), root) for record, root in gone],
        decisions=[_redacted(near, record.interaction_id) for record, _ in gone],
        released=released,
        identifiers=[_bereft(near, field, number) for field, number in identifiers],
        keys=[(key, state if state.holders > 0 else None) for key, state in held.items()],
    )
    return "done", _with_all_loaded(near, changes)


def _load_identifiers(near: Neighbourhood, node: int, identifiers: dict[tuple[int, int], None]) -> None:
    """Load the names of the counted identifiers of a record that is to be erased."""
    for field, number in near.counted_of(node):
        if (field, number) not in identifiers:
            identifiers[field, number] = None
            near.load_names(number)


def _bereft(near: Neighbourhood, field: int, number: int) -> tuple[Identifier, IdentifierState | None]:
    """A counted identifier that lost a holder, as the store keeps it."""
    identifier, state = near.identifiers.as_kept(field, number)
    return identifier, state and state._replace(bereft=True)


def _release_keys(
    near: Neighbourhood, keys: KeyBook, records: Iterable[RecordState], held: dict[Key, KeyState]
) -> None:
    """Take erased records out of their keys; the last holder takes the hub mark along."""
    for record in records:
        for key in keys.of(record.values)[1]:
            state = held.get(key) or near.t.key(key)
            assert state is not None
            posted = tuple(one for one in state.posted if one != record.interaction_id)
            held[key] = state._replace(posted=posted, holders=state.holders - 1, bereft=True)


def _redacted(near: Neighbourhood, interaction_id: str) -> Decision:
    """Of a decision, what holds no identifier and points to nobody else."""
    decision = near.t.decision(interaction_id)
    assert decision is not None
    return decision._replace(evidence=(), runner_up=None, runner_up_score=None)
