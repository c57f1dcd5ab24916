"""Distinct names: the greedy count behind both name guards."""

from __future__ import annotations

from idlab.core.codes import MISSING, NO_LIMIT
from idlab.core.compare import NEVER_STALE, level_of
from idlab.core.world import N_NAME_NODES, World


def same_name(world: World, a: int, b: int) -> bool:
    """Whether two names agree at ``same_name_level`` or a better level."""
    rules = world.rules
    n_levels = rules.same_name + 1
    return (
        level_of(rules, world.values, world.user, rules.name_field, a, b, NEVER_STALE, 0, n_levels) < n_levels
    )


def count_gathered(world: World, size: int) -> int:
    """How many of the first ``size`` gathered names count as distinct, in the order in which they stand."""
    scratch = world.scratch
    distinct = 0
    for k in range(size):
        if scratch.seen[k] < world.rules.name_min_count:
            continue
        known = False
        for j in range(distinct):
            if same_name(world, scratch.name[k], scratch.counted[j]):
                known = True
                break
        if not known:
            scratch.counted[distinct] = scratch.name[k]
            distinct += 1
    return distinct


def gather(world: World, identity: int, size: int) -> int:
    """Add an identity's names to the ``size`` gathered so far, each name once; returns how many there are."""
    profiles, scratch, rules = world.profiles, world.scratch, world.rules
    already = size
    entry = profiles.head[identity * rules.n_fields + rules.name_field]
    while entry != MISSING:
        place = 0
        while place < already and scratch.name[place] != profiles.value[entry]:
            place += 1
        if place < already:
            scratch.seen[place] += profiles.count[entry]
            scratch.born[place] = min(scratch.born[place], profiles.born[entry])
        else:
            scratch.name[size] = profiles.value[entry]
            scratch.seen[size] = profiles.count[entry]
            scratch.born[size] = profiles.born[entry]
            size += 1
        entry = profiles.next[entry]
    return size


def sort_gathered(world: World, size: int) -> None:
    """Put the gathered names into the order in which they were first handled."""
    scratch = world.scratch
    for k in range(1, size):
        name, seen, born = scratch.name[k], scratch.seen[k], scratch.born[k]
        j = k
        while j > 0 and scratch.born[j - 1] > born:
            scratch.name[j] = scratch.name[j - 1]
            scratch.seen[j] = scratch.seen[j - 1]
            scratch.born[j] = scratch.born[j - 1]
            j -= 1
        scratch.name[j] = name
        scratch.seen[j] = seen
        scratch.born[j] = born


def distinct_names(world: World, identity: int) -> int:
    """How many distinct names an identity has had."""
    return count_gathered(world, gather(world, identity, 0)) if world.rules.name_field != MISSING else 0


def limit_of(world: World, identity: int) -> int:
    """How many distinct names an identity may have."""
    return max(world.rules.max_names, world.identities.allowance[identity])


def flagged(world: World, identity: int) -> bool:
    """Whether an identity has more names than it may, and the guard looks after the fact."""
    names = world.identities.names[identity]
    return world.rules.before == 0 and names > world.rules.max_names and names > limit_of(world, identity)


def would_exceed(world: World, identity: int, name: int) -> bool:
    """Whether taking in a record of this name brings an identity a name too many (``guard_when: before``)."""
    if world.rules.before == 0 or name == MISSING:
        return False
    scratch = world.scratch
    size = gather(world, identity, 0)
    place = 0
    while place < size and scratch.name[place] != name:
        place += 1
    if place == size:
        scratch.name[size] = name
        scratch.seen[size] = 0
        size += 1
    scratch.seen[place] += 1
    distinct = count_gathered(world, size)
    return distinct > limit_of(world, identity) and distinct > world.identities.names[identity]


def too_many_together(world: World, n_members: int, identity: int) -> bool:
    """Whether the members of a union and one more identity have more distinct names than any of them may have."""
    if world.rules.name_field == MISSING:
        return False
    size, limit = gather(world, identity, 0), limit_of(world, identity)
    for k in range(n_members):
        member = world.candidates.identity[world.candidates.members[k]]
        size = gather(world, member, size)
        limit = max(limit, limit_of(world, member))
    sort_gathered(world, size)
    return count_gathered(world, size) > limit


def count_name_of_identifier(world: World, identifier: int, name: int) -> None:
    """Count a record's name for its identifier, which is shared from the name too many on."""
    marks, scratch, rules = world.marks, world.scratch, world.rules
    if marks.shared[identifier] != 0 or rules.max_identifier_names == NO_LIMIT:
        return
    size, last, node = 0, MISSING, marks.head[identifier]
    while node != MISSING:
        scratch.name[size] = marks.name[node]
        if marks.name[node] == name:
            marks.count[node] += 1
            name = MISSING
        scratch.seen[size] = marks.count[node]
        size += 1
        last, node = node, marks.next[node]
    if name != MISSING:
        node = world.counters[N_NAME_NODES]
        world.counters[N_NAME_NODES] += 1
        marks.name[node] = scratch.name[size] = name
        marks.count[node] = scratch.seen[size] = 1
        marks.next[node] = MISSING
        if last == MISSING:
            marks.head[identifier] = node
        else:
            marks.next[last] = node
        size += 1
    elif rules.name_min_count == 1:
        return
    if size > rules.max_identifier_names and count_gathered(world, size) > rules.max_identifier_names:
        marks.shared[identifier] = 1
        marks.head[identifier] = MISSING


def uncount_name_of_identifier(world: World, identifier: int, name: int) -> None:
    """Take an erased record's name from its identifier."""
    marks = world.marks
    last, node = MISSING, marks.head[identifier]
    while node != MISSING and marks.name[node] != name:
        last, node = node, marks.next[node]
    if node == MISSING:
        return
    marks.count[node] -= 1
    if marks.count[node] == 0:
        if last == MISSING:
            marks.head[identifier] = marks.next[node]
        else:
            marks.next[last] = marks.next[node]


def name_of(world: World, i: int) -> int:
    """The name of record ``i``, ``MISSING`` where it has none or names are not counted."""
    rules = world.rules
    return MISSING if rules.name_field == MISSING else world.record[i * rules.n_fields + rules.name_field]


def count_names(world: World, i: int) -> bool:
    """Count record ``i`` and its name for its identifiers; returns whether one of them is shared now."""
    rules, marks = world.rules, world.marks
    found = False
    name = name_of(world, i)
    for field in range(rules.n_fields):
        identifier = world.record[i * rules.n_fields + field]
        if rules.counts_names[field] != 0 and identifier != MISSING:
            marks.holders[identifier] += 1
            if name != MISSING:
                count_name_of_identifier(world, identifier, name)
            if marks.shared[identifier] != 0:
                found = True
    return found


def uncount_names(world: World, i: int) -> None:
    """Take erased record ``i`` and its name from its identifiers; the last holder takes the mark along."""
    rules, marks = world.rules, world.marks
    name = name_of(world, i)
    for field in range(rules.n_fields):
        identifier = world.record[i * rules.n_fields + field]
        if rules.counts_names[field] == 0 or identifier == MISSING:
            continue
        marks.holders[identifier] -= 1
        if name != MISSING:
            uncount_name_of_identifier(world, identifier, name)
        if marks.holders[identifier] == 0:
            marks.shared[identifier] = marks.known_shared[identifier]
            marks.head[identifier] = MISSING
