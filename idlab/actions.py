"""Actions online: find what an action names, load it, let the core act, write back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

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
    REVIEW_STATES,
)
from idlab.core.identities import holder
from idlab.errors import BadInput, UnknownReference
from idlab.model import Action
from idlab.neighbourhood import KeyBook, Neighbourhood
from idlab.stores.base import Changes, KeyState, LinkName, RecordState, ReviewName


def carry_out(action: Action, near: Neighbourhood, keys: KeyBook) -> str:
    """Carry out an action and write what changed.

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
        return _split(near, keys, root, _handled(near, action.interactions))
    if action.kind == "do_not_link":
        return _do_not_link(near, _customer(near, action.customers[0]))
    return _erase(near, keys, [_customer(near, customer) for customer in action.customers])


def _unknown(what: str) -> UnknownReference:
    return UnknownReference(
        f"this {what} was never handed out", where="action", hint=f"name a {what} by its id"
    )


def _customer(near: Neighbourhood, customer: str) -> str:
    interaction_id = near.t.interaction_of(customer)
    if interaction_id is None:
        raise _unknown("customer")
    return interaction_id


def _handled(near: Neighbourhood, interactions: Iterable[str]) -> dict[str, None]:
    for interaction_id in interactions:
        if near.t.holder(interaction_id) is None:
            raise _unknown("interaction")
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


def _write(near: Neighbourhood, changes: Changes) -> None:
    """Write every identity that was loaded and is still one, and every link and review item that changed."""
    parent = near.identities.parent
    for node in near.loaded:
        if parent[node] == node:
            changes.identities.append(near.state_of(node))
    near.write_links(changes)
    near.write_reviews(changes)
    near.t.put(changes)


def _answer(action: Action, near: Neighbourhood) -> str:
    name = _link_named(near, action.link or "")
    known = near.t.link(name) if name is not None else None
    if known is None:
        raise _unknown("link")
    if known.state != "open":
        return known.state
    sides = [near.t.holder(end) for end in known.name]
    _load_around(near, [side for side in sides if side is not None])
    near.make_room(entries=0, cannot=2)
    link = near.link_names.index(known.name)
    changes = Changes()
    if action.kind == "accept":
        left, right = link_sides(near.world, link)
        state = accept(near.world, link)
        kept = holder(near.identities.parent, left)
        gone = right if kept == left else left
        changes.absorbed.append((near.ids[gone], near.ids[kept]))
    else:
        state = turn_down(near.world, link, DECLINED if action.kind == "decline" else EXPIRED)
    _write(near, changes)
    return LINK_STATES[state]


def _link_named(near: Neighbourhood, link_id: str) -> LinkName | None:
    left, _, right = link_id.partition("+")
    ends = near.t.interaction_of(left), near.t.interaction_of(right)
    return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])


def _review_named(near: Neighbourhood, review_id: str) -> ReviewName | None:
    anchor, _, number = review_id.partition("#")
    interaction_id = near.t.interaction_of(anchor)
    if interaction_id is None or not number.isdecimal() or len(number) > 9:
        return None
    return interaction_id, int(number)


def _close(action: Action, near: Neighbourhood, keys: KeyBook) -> str:
    name = _review_named(near, action.review or "")
    known = near.t.review(name) if name is not None else None
    if known is None:
        raise _unknown("review item")
    interactions = _handled(near, action.interactions)
    if known.state != "open":
        return known.state
    root = near.t.holder(known.name[0])
    assert root is not None
    if action.verdict == "split":
        _split(near, keys, root, interactions)
        return "split"
    _load_around(near, [root])
    near.make_room(entries=0)
    verdict = CLEAR if action.verdict == "clear" else KEEP_FLAG
    state = close(near.world, near.review_names.index(known.name), verdict)
    _write(near, Changes())
    return REVIEW_STATES[state]


def _split(near: Neighbourhood, keys: KeyBook, root: str, interactions: dict[str, None]) -> str:
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
    near.make_room(entries=0, cannot=len(near.cannot.member) + 2)
    room = len(near.profiles.value)
    near.make_room(entries=len(near.ids) * near.n_fields)
    moved = [int(record.interaction_id in interactions) for record in records]
    for node in members:
        near.identities.items_opened[node] = near.t.items_opened(near.ids[node])
    if split(near.world, near.node_of[root], members, moved, len(members), room) == INVALID:
        raise refused
    changes = Changes()
    parent = near.identities.parent
    for node in members:
        kept = holder(parent, node)
        changes.moved.append((near.ids[node], near.ids[kept]))
        if kept == node and node not in near.loaded:
            near.loaded.append(node)
    _post_again(near, keys, records, changes)
    _write(near, changes)
    return "done"


def _post_again(near: Neighbourhood, keys: KeyBook, records: Iterable[RecordState], changes: Changes) -> None:
    """Enter the keys of records anew, for a key may lead to both parts now."""
    states: dict[tuple[str, ...], KeyState] = {}
    for record in records:
        for _, key in keys.of(near.forms, record.values):
            state = states.get(key) or near.t.key(key) or KeyState()
            if not state.hub and record.interaction_id not in state.posted:
                states[key] = state._replace(posted=(*state.posted, record.interaction_id))
    changes.keys += states.items()


def _do_not_link(near: Neighbourhood, interaction_id: str) -> str:
    root = near.t.holder(interaction_id)
    assert root is not None
    node = near.load(root)
    near.connect()
    if do_not_link(near.world, node) != DONE:
        return "erased"
    _write(near, Changes())
    return "done"


def _erase(near: Neighbourhood, keys: KeyBook, interactions: list[str]) -> str:
    t = near.t
    roots = dict.fromkeys(root for one in interactions if (root := t.holder(one)) is not None)
    live = [root for root in roots if not t.identity(root).erased]
    if not live:
        return "erased"
    _load_around(near, live)
    changes = Changes()
    held: dict[tuple[str, ...], KeyState] = {}
    identifiers: dict[tuple[int, int], None] = {}
    for root in live:
        records = t.members(root)
        members = [near.add_record(record) for record in records]
        for node in members:
            _note_identifiers(near, node, identifiers)
        items = [near.reviews.item[node] for node in members]
        erase(near.world, near.node_of[root], members, len(members))
        for node, item in zip(members, items, strict=True):
            if item != near.reviews.item[node]:
                changes.released.append((near.ids[node], near.review_name(item)))
        _release_keys(near, keys, records, held)
        for record in records:
            _redact(near, record, root, changes)
    changes.keys += [(key, state if state.holders > 0 else None) for key, state in held.items()]
    for field, number in identifiers:
        near.write_identifier(changes, field, number)
    _write(near, changes)
    return "done"


def _note_identifiers(near: Neighbourhood, node: int, identifiers: dict[tuple[int, int], None]) -> None:
    """Load the names of the counted identifiers of a record that is to be erased."""
    for field, counted in enumerate(near.ready.rules.counts_names):
        number = near.record[node * near.n_fields + field]
        if counted and number != MISSING and (field, number) not in identifiers:
            identifiers[field, number] = None
            near.names_of_identifier(field, number)


def _release_keys(
    near: Neighbourhood, keys: KeyBook, records: Iterable[RecordState], held: dict[tuple[str, ...], KeyState]
) -> None:
    """Take erased records out of their keys; the last holder takes the hub mark along."""
    for record in records:
        for _, key in keys.of(near.forms, record.values):
            state = held.get(key) or near.t.key(key)
            assert state is not None
            posted = tuple(one for one in state.posted if one != record.interaction_id)
            held[key] = state._replace(posted=posted, holders=state.holders - 1)


def _redact(near: Neighbourhood, record: RecordState, root: str, changes: Changes) -> None:
    """Leave of a record and of its decision what holds no identifier."""
    changes.records.append((record._replace(values=(None,) * len(record.values)), root))
    decision = near.t.decision(record.interaction_id)
    assert decision is not None
    changes.decisions.append(replace(decision, evidence=(), runner_up=None, runner_up_score=None))
