"""Actions: rows A1 to A13 of the truth table. What an action names has been found by the caller."""

from __future__ import annotations

from idlab.core.codes import (
    ACCEPTED,
    CLEAR,
    DECLINED,
    DONE,
    EXPIRED,
    INVALID,
    MISSING,
    OPEN,
    REVIEW_ERASED,
    SPLIT,
    WAS_ERASED,
)
from idlab.core.identities import forbid, holder, other_side, review_if_flagged, settle, unite
from idlab.core.names import uncount_names
from idlab.core.profiles import take_in
from idlab.core.world import Cells, World


def accept(world: World, link: int) -> int:
    """Unite the two sides of a link."""
    state = world.links.state[link]
    if state != OPEN:
        return state
    left, right = link_sides(world, link)
    root = unite(world, left, right, link)
    review_if_flagged(world, root)
    settle(world, root)
    return ACCEPTED


def link_sides(world: World, link: int) -> tuple[int, int]:
    """The identities that hold a link's two interactions now."""
    parent = world.identities.parent
    return holder(parent, world.links.left[link]), holder(parent, world.links.right[link])


def turn_down(world: World, link: int, verdict: int) -> int:
    """Decline or expire a link."""
    state = world.links.state[link]
    if state != OPEN:
        return state
    left, right = link_sides(world, link)
    world.links.state[link] = verdict
    if verdict == DECLINED:
        forbid(world, left, right)
    settle(world, left)
    settle(world, right)
    return verdict


def end_review(world: World, identity: int, verdict: int) -> None:
    """Close an identity's open review item, if it has one."""
    reviews, identities = world.reviews, world.identities
    item = identities.review[identity]
    if item == MISSING:
        return
    identities.review[identity] = MISSING
    reviews.state[item] = verdict
    i = reviews.head[item]
    while i != MISSING:
        settle(world, holder(identities.parent, i))
        i = reviews.next_in_item[i]


def close(world: World, item: int, verdict: int) -> int:
    """Close a review item with ``KEEP_FLAG`` or ``CLEAR``."""
    state = world.reviews.state[item]
    if state != OPEN:
        return state
    identity = holder(world.identities.parent, world.reviews.anchor[item])
    if verdict == CLEAR:
        world.identities.allowance[identity] = world.identities.names[identity]
    end_review(world, identity, verdict)
    return verdict


def empty(world: World, identity: int) -> None:
    """Leave a root without profile, guards and chains; being provisional and having objected stay."""
    identities, n_fields = world.identities, world.rules.n_fields
    for field in range(n_fields):
        world.profiles.head[identity * n_fields + field] = MISSING
    identities.names[identity] = identities.allowance[identity] = 0
    identities.links[identity] = identities.cannot[identity] = identities.turned[identity] = MISSING


def hand_out_links(world: World, node: int) -> None:
    """Hang a chain of links on whoever holds their interactions now."""
    links, heads = world.links, world.identities.links
    while node != MISSING:
        following = links.next[node]
        near = links.left[node // 2] if node % 2 == 0 else links.right[node // 2]
        side = holder(world.identities.parent, near)
        links.next[node] = heads[side]
        heads[side] = node
        node = following


def hand_out_cannot(world: World, node: int, one: int, other: int) -> None:
    """Hang a chain of cannot-links on whoever holds their interactions now, and set the same for the other part."""
    cannot, heads, parent = world.cannot, world.identities.cannot, world.identities.parent
    while node != MISSING:
        following = cannot.next[node]
        side = holder(parent, cannot.member[node])
        cannot.next[node] = heads[side]
        heads[side] = node
        forbid(world, other if side == one else one, holder(parent, cannot.member[node ^ 1]))
        node = following


def hand_out_turned(world: World, i: int) -> None:
    """Hang a chain of turned-away records on whoever holds them now."""
    reviews, heads = world.reviews, world.identities.turned
    while i != MISSING:
        following = reviews.next_of_identity[i]
        side = holder(world.identities.parent, i)
        reviews.next_of_identity[i] = heads[side]
        heads[side] = i
        i = following


def split(
    world: World, identity: int, members: Cells[int], moved: Cells[int], rooms: Cells[int], size: int
) -> int:
    """Part the ``size`` members of an identity, given in order of handling, by whether they are ``moved``.

    The entries of the profiles are written anew: member k's new values take ``rooms[k]`` and on.
    """
    identities = world.identities
    stays, goes = MISSING, MISSING
    for k in range(size):
        if moved[k] != 0 and goes == MISSING:
            goes = members[k]
        elif moved[k] == 0 and stays == MISSING:
            stays = members[k]
    if stays == MISSING or goes == MISSING:
        return INVALID
    links, cannot, turned = (
        identities.links[identity],
        identities.cannot[identity],
        identities.turned[identity],
    )
    objected, provisional = identities.objected[identity], identities.provisional[identity]
    end_review(world, identity, SPLIT)
    empty(world, stays)
    empty(world, goes)
    for k in range(size):
        root = goes if moved[k] != 0 else stays
        identities.parent[members[k]] = root
        take_in(world, root, members[k], rooms[k])
    identities.objected[stays] = identities.objected[goes] = objected
    identities.provisional[stays] = identities.provisional[goes] = provisional
    hand_out_links(world, links)
    hand_out_cannot(world, cannot, stays, goes)
    hand_out_turned(world, turned)
    forbid(world, stays, goes)
    first, second = (stays, goes) if moved[0] == 0 else (goes, stays)
    review_if_flagged(world, first)
    review_if_flagged(world, second)
    settle(world, first)
    settle(world, second)
    return DONE


def do_not_link(world: World, identity: int) -> int:
    """Set an identity aside as a candidate from now on."""
    if world.identities.erased[identity] != 0:
        return WAS_ERASED
    world.identities.objected[identity] = 1
    return DONE


def expire_links(world: World, identity: int) -> None:
    """Expire the open links of an identity that is being erased."""
    node = world.identities.links[identity]
    while node != MISSING:
        if world.links.state[node // 2] == OPEN:
            world.links.state[node // 2] = EXPIRED
            settle(world, other_side(world, node))
        node = world.links.next[node]


def leave_item(world: World, i: int) -> None:
    """Take a record out of the review item it was turned away into."""
    reviews = world.reviews
    last, other = MISSING, reviews.head[reviews.item[i]]
    while other != i:
        last, other = other, reviews.next_in_item[other]
    if last == MISSING:
        reviews.head[reviews.item[i]] = reviews.next_in_item[i]
    else:
        reviews.next_in_item[last] = reviews.next_in_item[i]
    reviews.item[i] = MISSING


def drop_cannot(world: World, identity: int) -> None:
    """Take every cannot-link of an identity out of the other sides' chains."""
    cannot, heads = world.cannot, world.identities.cannot
    node = heads[identity]
    while node != MISSING:
        other = holder(world.identities.parent, cannot.member[node ^ 1])
        last, far = MISSING, heads[other]
        while far != node ^ 1:
            last, far = far, cannot.next[far]
        if last == MISSING:
            heads[other] = cannot.next[far]
        else:
            cannot.next[last] = cannot.next[far]
        node = cannot.next[node]


def erase(world: World, identity: int, members: Cells[int], size: int) -> int:
    """Make a tombstone of an identity with these ``size`` members."""
    identities = world.identities
    if identities.erased[identity] != 0:
        return WAS_ERASED
    identities.provisional[identity] = identities.objected[identity] = 0
    expire_links(world, identity)
    i = identities.turned[identity]
    while i != MISSING:
        item = world.reviews.item[i]
        if item != MISSING and holder(identities.parent, world.reviews.anchor[item]) != identity:
            leave_item(world, i)
        i = world.reviews.next_of_identity[i]
    end_review(world, identity, REVIEW_ERASED)
    drop_cannot(world, identity)
    empty(world, identity)
    for k in range(size):
        uncount_names(world, members[k])
    identities.erased[identity] = 1
    return DONE
