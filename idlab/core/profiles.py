"""Profiles: a record taken in, two profiles made one, and whether a value is kept."""

from __future__ import annotations

from idlab.core.codes import KEEP_ALL, MISSING
from idlab.core.compare import only_kept
from idlab.core.names import distinct_names
from idlab.core.world import Profiles, World


def take_in(world: World, identity: int, i: int, room: int) -> None:
    """Add record ``i`` to an identity's profile; new values take the entries ``room`` and on, one for each of its values."""
    rules, profiles, record = world.rules, world.profiles, world.record
    now, serial = world.time[i], world.identities.serial[i]
    row, heads = i * rules.n_fields, identity * rules.n_fields
    for field in range(rules.n_fields):
        value = record[row + field]
        if value == MISSING:
            continue
        place = heads + field
        last, entry = MISSING, profiles.head[place]
        while entry != MISSING and profiles.value[entry] != value:
            last, entry = entry, profiles.next[entry]
        if entry == MISSING:
            entry = room
            profiles.value[entry] = value
            profiles.count[entry] = 1
            profiles.first[entry] = profiles.last[entry] = now
            profiles.born[entry] = profiles.latest[entry] = serial
            profiles.next[entry] = MISSING
            if last == MISSING:
                profiles.head[place] = entry
            else:
                profiles.next[last] = entry
        else:
            profiles.count[entry] += 1
            profiles.first[entry] = min(profiles.first[entry], now)
            profiles.last[entry] = max(profiles.last[entry], now)
            profiles.latest[entry] = max(profiles.latest[entry], serial)
        room += 1
        if field == rules.name_field and profiles.count[entry] <= rules.name_min_count:
            world.identities.names[identity] = distinct_names(world, identity)


def fold(profiles: Profiles, one: int, other: int) -> None:
    """Fold two entries of the same value into the one first handled; the other is left with a count of 0."""
    kept, gone = (one, other) if profiles.born[one] < profiles.born[other] else (other, one)
    profiles.count[kept] += profiles.count[gone]
    profiles.first[kept] = min(profiles.first[kept], profiles.first[gone])
    profiles.last[kept] = max(profiles.last[kept], profiles.last[gone])
    profiles.latest[kept] = max(profiles.latest[kept], profiles.latest[gone])
    profiles.count[gone] = 0


def merged_chain(profiles: Profiles, a: int, b: int) -> int:
    """One chain of two, each value once, in the order of first handling; returns its head."""
    entry = a
    while entry != MISSING:
        profiles.seen_at[profiles.value[entry]] = entry
        entry = profiles.next[entry]
    entry = b
    while entry != MISSING:
        twin = profiles.seen_at[profiles.value[entry]]
        if twin != MISSING:
            fold(profiles, twin, entry)
        entry = profiles.next[entry]
    entry = a
    while entry != MISSING:
        profiles.seen_at[profiles.value[entry]] = MISSING
        entry = profiles.next[entry]
    head, tail = MISSING, MISSING
    while a != MISSING or b != MISSING:
        if b == MISSING or (a != MISSING and profiles.born[a] < profiles.born[b]):
            entry, a = a, profiles.next[a]
        else:
            entry, b = b, profiles.next[b]
        if profiles.count[entry] == 0:
            continue
        if tail == MISSING:
            head = entry
        else:
            profiles.next[tail] = entry
        tail = entry
    if tail != MISSING:
        profiles.next[tail] = MISSING
    return head


def unite_profiles(world: World, kept: int, gone: int) -> None:
    """Make one profile of two."""
    n_fields, head = world.rules.n_fields, world.profiles.head
    for field in range(n_fields):
        other = head[gone * n_fields + field]
        if other != MISSING:
            head[kept * n_fields + field] = merged_chain(world.profiles, head[kept * n_fields + field], other)
            head[gone * n_fields + field] = MISSING
    world.identities.names[kept] = distinct_names(world, kept)


def keeps(world: World, identity: int, field: int, value: int) -> bool:
    """Whether a profile keeps this value of a field."""
    if world.rules.keep[field] == KEEP_ALL:
        return True
    chain = world.profiles.head[identity * world.rules.n_fields + field]
    entry = only_kept(world.profiles, world.rules.keep[field], chain)
    return entry != MISSING and world.profiles.value[entry] == value


def is_needless(world: World, rule: int, i: int, j: int) -> bool:
    """Whether record ``i`` of an identity leads to it by a key just when record ``j`` of it, with the same key, does."""
    rules = world.rules
    if rules.key_always_lives[rule] != 0:
        return True
    for k in range(rules.key_start[rule], rules.key_start[rule + 1]):
        field = rules.key_field[k]
        if world.record[i * rules.n_fields + field] != world.record[j * rules.n_fields + field]:
            return False
    return True


def key_lives(world: World, identity: int, rule: int, i: int) -> bool:
    """Whether the key that record ``i`` of an identity has under this rule still leads to it."""
    rules = world.rules
    for k in range(rules.key_start[rule], rules.key_start[rule + 1]):
        field = rules.key_field[k]
        if not keeps(world, identity, field, world.record[i * rules.n_fields + field]):
            return False
    return True
