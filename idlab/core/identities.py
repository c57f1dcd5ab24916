"""Identities, and the links, cannot-links and review items between them."""

from __future__ import annotations

from idlab.core.codes import ACCEPTED, MISSING, OPEN, SUPERSEDED
from idlab.core.names import flagged
from idlab.core.profiles import unite_profiles
from idlab.core.world import N_CANNOT, N_LINKS, N_REVIEWS, Cells, World


def holder(parent: Cells[int], i: int) -> int:
    """The root of the identity that holds interaction ``i`` now."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def other_side(world: World, node: int) -> int:
    """The identity on the far side of a link's node."""
    link = node // 2
    far = world.links.right[link] if node % 2 == 0 else world.links.left[link]
    return holder(world.identities.parent, far)


def drop_closed_links(world: World, identity: int) -> None:
    """Take closed links out of an identity's chain."""
    links, heads = world.links, world.identities.links
    last, node = MISSING, heads[identity]
    while node != MISSING:
        following = links.next[node]
        if links.state[node // 2] != OPEN:
            if last == MISSING:
                heads[identity] = following
            else:
                links.next[last] = following
        else:
            last = node
        node = following


def open_link_between(world: World, a: int, b: int) -> int:
    """The open link between two identities, or ``MISSING``."""
    node = world.identities.links[a]
    while node != MISSING:
        if world.links.state[node // 2] == OPEN and other_side(world, node) == b:
            return node // 2
        node = world.links.next[node]
    return MISSING


def count_open_links(world: World, identity: int) -> int:
    """How many open links an identity has, each with another identity."""
    drop_closed_links(world, identity)
    count, node = 0, world.identities.links[identity]
    while node != MISSING:
        count += 1
        node = world.links.next[node]
    return count


def open_link(world: World, i: int, mine: int, other: int) -> None:
    """Open a link between interaction ``i``, held by ``mine``, and the root of another identity."""
    links, heads = world.links, world.identities.links
    link = world.counters[N_LINKS]
    world.counters[N_LINKS] += 1
    links.left[link] = i
    links.right[link] = other
    links.state[link] = OPEN
    links.next[2 * link] = heads[mine]
    heads[mine] = 2 * link
    links.next[2 * link + 1] = heads[other]
    heads[other] = 2 * link + 1


def are_cannot_link(world: World, a: int, b: int) -> bool:
    """Whether two identities must not be linked."""
    node = world.identities.cannot[a]
    while node != MISSING:
        if holder(world.identities.parent, world.cannot.member[node ^ 1]) == b:
            return True
        node = world.cannot.next[node]
    return False


def forbid(world: World, a: int, b: int) -> None:
    """Set a cannot-link between two identities."""
    if are_cannot_link(world, a, b):
        return
    cannot, heads = world.cannot, world.identities.cannot
    node = 2 * world.counters[N_CANNOT]
    world.counters[N_CANNOT] += 1
    cannot.member[node], cannot.member[node + 1] = a, b
    cannot.next[node], cannot.next[node + 1] = heads[a], heads[b]
    heads[a], heads[b] = node, node + 1


def open_review(world: World, identity: int) -> int:
    """The identity's open review item, opened if there is none."""
    reviews, identities = world.reviews, world.identities
    item = identities.review[identity]
    if item != MISSING:
        return item
    item = world.counters[N_REVIEWS]
    world.counters[N_REVIEWS] += 1
    identities.items_opened[identity] += 1
    identities.review[identity] = item
    reviews.anchor[item] = identity
    reviews.number[item] = identities.items_opened[identity]
    reviews.state[item] = OPEN
    reviews.head[item] = MISSING
    return item


def review_if_flagged(world: World, identity: int) -> bool:
    """Open a review item for a flagged identity that has none; returns whether it did."""
    if not flagged(world, identity) or world.identities.review[identity] != MISSING:
        return False
    open_review(world, identity)
    return True


def turn_away(world: World, i: int, mine: int, other: int) -> None:
    """Add interaction ``i``, held by ``mine``, to another identity's open review item."""
    reviews, heads = world.reviews, world.identities.turned
    item = open_review(world, other)
    reviews.item[i] = item
    reviews.next_in_item[i] = reviews.head[item]
    reviews.head[item] = i
    reviews.next_of_identity[i] = heads[mine]
    heads[mine] = i


def was_turned_away(world: World, mine: int, other: int) -> bool:
    """Whether an identity holds a record in the other's open review item."""
    item = world.identities.review[other]
    i = world.identities.turned[mine]
    while i != MISSING and item != MISSING:
        if world.reviews.item[i] == item:
            return True
        i = world.reviews.next_of_identity[i]
    return False


def settle(world: World, identity: int) -> None:
    """End being provisional once no link and no review item is open."""
    if world.identities.provisional[identity] == 0 or count_open_links(world, identity) > 0:
        return
    i = world.identities.turned[identity]
    while i != MISSING:
        item = world.reviews.item[i]
        if item != MISSING and world.reviews.state[item] == OPEN:
            return
        i = world.reviews.next_of_identity[i]
    world.identities.provisional[identity] = 0


def joined_chain(following: Cells[int], a: int, b: int) -> int:
    """Hang chain ``b`` before chain ``a``; returns the head."""
    if b == MISSING:
        return a
    tail = b
    while following[tail] != MISSING:
        tail = following[tail]
    following[tail] = a
    return b


def close_needless_links(world: World, identity: int, accepted: int) -> None:
    """Close links within an identity and all but the first opened to each other identity."""
    links, stamp = world.links, world.identities.stamp
    node = world.identities.links[identity]
    while node != MISSING:
        link, other = node // 2, other_side(world, node)
        if links.state[link] == OPEN:
            if other == identity:
                links.state[link] = ACCEPTED if link == accepted else SUPERSEDED
            elif stamp[other] == MISSING:
                stamp[other] = link
            else:
                first, second = min(stamp[other], link), max(stamp[other], link)
                stamp[other] = first
                links.state[second] = SUPERSEDED
        node = links.next[node]
    node = world.identities.links[identity]
    while node != MISSING:
        stamp[other_side(world, node)] = MISSING
        node = links.next[node]
    drop_closed_links(world, identity)


def drop_cannot_within(world: World, identity: int) -> None:
    """Take cannot-links whose two sides have become one out of an identity's chain."""
    cannot, heads = world.cannot, world.identities.cannot
    last, node = MISSING, heads[identity]
    while node != MISSING:
        following = cannot.next[node]
        if holder(world.identities.parent, cannot.member[node ^ 1]) == identity:
            if last == MISSING:
                heads[identity] = following
            else:
                cannot.next[last] = following
        else:
            last = node
        node = following


def unite_reviews(world: World, kept: int, gone: int) -> None:
    """Keep the first opened of two open review items, with the records of both."""
    reviews, identities = world.reviews, world.identities
    one, other = identities.review[kept], identities.review[gone]
    identities.review[gone] = MISSING
    if one == MISSING or other == MISSING:
        identities.review[kept] = max(one, other)
        return
    first, second = min(one, other), max(one, other)
    i = reviews.head[second]
    while i != MISSING:
        reviews.item[i] = first
        i = reviews.next_in_item[i]
    reviews.head[first] = joined_chain(reviews.next_in_item, reviews.head[first], reviews.head[second])
    reviews.head[second] = MISSING
    reviews.state[second] = SUPERSEDED
    identities.review[kept] = first


def unite(world: World, a: int, b: int, accepted: int) -> int:
    """Make one identity of two; ``accepted`` is the link that said so, or ``MISSING``. Returns the root that stays."""
    identities = world.identities
    kept, gone = (a, b) if identities.serial[a] < identities.serial[b] else (b, a)
    unite_profiles(world, kept, gone)
    identities.parent[gone] = kept
    identities.allowance[kept] = max(identities.allowance[kept], identities.allowance[gone])
    identities.objected[kept] = max(identities.objected[kept], identities.objected[gone])
    identities.provisional[kept] = min(identities.provisional[kept], identities.provisional[gone])
    identities.links[kept] = joined_chain(world.links.next, identities.links[kept], identities.links[gone])
    identities.cannot[kept] = joined_chain(
        world.cannot.next, identities.cannot[kept], identities.cannot[gone]
    )
    identities.turned[kept] = joined_chain(
        world.reviews.next_of_identity, identities.turned[kept], identities.turned[gone]
    )
    identities.links[gone] = identities.cannot[gone] = identities.turned[gone] = MISSING
    close_needless_links(world, kept, accepted)
    drop_cannot_within(world, kept)
    unite_reviews(world, kept, gone)
    return kept
