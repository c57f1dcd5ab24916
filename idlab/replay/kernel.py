"""The replay itself: one pass over the log that hands each entry to the decision core."""

from __future__ import annotations

from idlab.core.act import accept, close, do_not_link, erase, link_sides, split, turn_down
from idlab.core.codes import (
    ACCEPT,
    CLOSE,
    DECLINE,
    DECLINED,
    DO_NOT_LINK,
    DONE,
    ERASE,
    ERASED,
    EXPIRED,
    INTERACTION,
    INVALID,
    MERGE,
    MISSING,
    OPEN,
    SPLIT,
    SPLIT_ACTION,
    UNKNOWN,
    WAS_ERASED,
)
from idlab.core.identities import holder
from idlab.core.profiles import is_needless, key_lives
from idlab.core.step import begin, is_hub, note_hub, resolve
from idlab.core.world import (
    N_CANNOT,
    N_LINKS,
    N_MEMBERS,
    N_REVIEWS,
    N_TARGETS,
    OUTCOME,
    REASON_BITS,
    RUNNER_UP,
    SUBJECT,
    Cells,
    World,
)
from idlab.replay.state import (
    N_ITEMS,
    N_MOVED,
    N_TARGETS_WRITTEN,
    N_UNIONS,
    Index,
    Log,
    Members,
    Results,
)

COMPLETE = 0
NO_ROOM = 1


def identities_under(world: World, index: Index, i: int, rule: int, key: int) -> int:
    """Find the live identities that a key leads to; returns how many, or ``MISSING`` if it is a hub."""
    last, node, size, counted = MISSING, index.head[key], 0, 0
    while node != MISSING:
        record = node // index.n_rules
        identity = holder(world.identities.parent, record)
        stamp = i * index.n_rules + rule
        following = index.next[node]
        seen = index.seen_key[identity] == stamp
        if world.identities.erased[identity] != 0 or (
            seen and is_needless(world, rule, record, index.seen_by[identity])
        ):
            index.posted[node] = 0
            if last == MISSING:
                index.head[key] = following
            else:
                index.next[last] = following
        else:
            last = node
            if not seen:
                index.seen_key[identity] = stamp
                index.seen_by[identity] = record
            if index.found_by[identity] != stamp and key_lives(world, identity, rule, record):
                index.found_by[identity] = stamp
                index.found[size] = identity
                size += 1
                counted += 1 - world.identities.provisional[identity]
                if is_hub(world, rule, counted):
                    return MISSING
        node = following
    return size


def look_up(world: World, index: Index, i: int) -> int:
    """Write the candidates of record ``i``; returns how many there are."""
    size = 0
    for rule in range(index.n_rules):
        key = index.key[i * index.n_rules + rule]
        if key == MISSING or world.rules.key_on[rule] == 0:
            continue
        found = MISSING if index.hub[key] != 0 else identities_under(world, index, i, rule, key)
        if found == MISSING:
            if index.hub[key] == 0:
                index.hub[key] = i + 1
            index.head[key] = MISSING
            note_hub(world)
            continue
        for k in range(found):
            identity = index.found[k]
            if index.seen_record[identity] != i and world.identities.objected[identity] == 0:
                index.seen_record[identity] = i
                world.candidates.identity[size] = identity
                size += 1
    return size


def post(index: Index, i: int) -> None:
    """Enter the keys of record ``i`` into the index."""
    for rule in range(index.n_rules):
        node = i * index.n_rules + rule
        key = index.key[node]
        if key != MISSING and index.hub[key] == 0 and index.posted[node] == 0:
            index.posted[node] = 1
            index.next[node] = index.head[key]
            index.head[key] = node


def hold_keys(index: Index, i: int, change: int) -> None:
    """Count a record among the holders of its keys, or no longer; the last holder takes the hub mark along."""
    for rule in range(index.n_rules):
        key = index.key[i * index.n_rules + rule]
        if key != MISSING:
            index.holders[key] += change
            if index.holders[key] == 0:
                index.hub[key] = 0
                index.head[key] = MISSING


def note_union(members: Members, results: Results, entry: int, one: int, other: int, by_action: int) -> int:
    """Write a union down and hang the members of one identity on the other's; returns the root that stays."""
    kept, gone = min(one, other), max(one, other)
    place = results.sizes[N_UNIONS]
    results.sizes[N_UNIONS] += 1
    results.union_at[place] = entry
    results.union_kept[place] = kept
    results.union_gone[place] = gone
    results.union_by_action[place] = by_action
    members.next[members.tail[kept]] = members.head[gone]
    members.tail[kept] = members.tail[gone]
    return kept


def note_decision(world: World, members: Members, results: Results, entry: int, i: int, root: int) -> None:
    """Write a decision down."""
    candidates, plan, n_fields = world.candidates, world.candidates.plan, world.rules.n_fields
    results.outcome[i] = plan[OUTCOME]
    results.joined[i] = root
    results.reasons[i] = plan[REASON_BITS]
    subject, runner_up = plan[SUBJECT], plan[RUNNER_UP]
    if subject != MISSING:
        results.subject[i] = candidates.identity[subject]
        results.weight[i] = candidates.weight[subject]
        for field in range(n_fields):
            results.level[i * n_fields + field] = candidates.level[subject * n_fields + field]
            results.contribution[i * n_fields + field] = candidates.contribution[subject * n_fields + field]
    if runner_up != MISSING:
        results.runner_up[i] = candidates.identity[runner_up]
        results.runner_up_weight[i] = candidates.weight[runner_up]
    written = results.sizes[N_TARGETS_WRITTEN]
    for k in range(plan[N_TARGETS]):
        results.target[written + k] = candidates.identity[candidates.targets[k]]
    results.sizes[N_TARGETS_WRITTEN] += plan[N_TARGETS]
    results.target_start[i + 1] = results.sizes[N_TARGETS_WRITTEN]
    if plan[OUTCOME] == MERGE:
        kept = candidates.identity[candidates.members[0]]
        for k in range(1, plan[N_MEMBERS]):
            kept = note_union(members, results, entry, kept, candidates.identity[candidates.members[k]], 0)


def handle_interaction(
    world: World, index: Index, members: Members, results: Results, entry: int, i: int
) -> int:
    """Decide about one interaction; returns the outcome."""
    if members.handled[i] != 0:
        return (
            ERASED if world.identities.erased[holder(world.identities.parent, i)] != 0 else results.outcome[i]
        )
    begin(world, i)
    size = look_up(world, index, i)
    root = resolve(world, i, size, index.room[i])
    note_decision(world, members, results, entry, i, root)
    index.link_at[i] = world.counters[N_LINKS]
    members.handled[i] = 1
    hold_keys(index, i, 1)
    post(index, i)
    members.head[i] = members.tail[i] = i
    if root != i:
        members.next[members.tail[root]] = i
        members.tail[root] = i
    return world.candidates.plan[OUTCOME]


def gather_members(members: Members, root: int) -> int:
    """Write the members of an identity in the order handled; returns how many there are."""
    size, i = 0, members.head[root]
    while i != MISSING:
        members.gathered[size] = i
        size += 1
        i = members.next[i]
    sort(members.gathered, size)
    return size


def sort(cells: Cells[int], size: int) -> None:
    """Sort the first cells in place (Shell's method: members come in runs, so little is out of place)."""
    gap = 1
    while gap < size // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(gap, size):
            cell, j = cells[k], k
            while j >= gap and cells[j - gap] > cell:
                cells[j] = cells[j - gap]
                j -= gap
            cells[j] = cell
        gap //= 3


def mark_listed(members: Members, log: Log, entry: int, mark: int) -> None:
    """Mark the interactions that an entry lists."""
    for k in range(log.part_start[entry], log.part_start[entry + 1]):
        members.listed[log.part[k]] = mark


def handle_split(
    world: World, index: Index, members: Members, log: Log, results: Results, entry: int, root: int
) -> int:
    """Split an identity as an entry says."""
    if world.identities.erased[root] != 0:
        return INVALID
    for k in range(log.part_start[entry], log.part_start[entry + 1]):
        if holder(world.identities.parent, log.part[k]) != root:
            return INVALID
    size = gather_members(members, root)
    mark_listed(members, log, entry, 1)
    for k in range(size):
        members.moved[k] = members.listed[members.gathered[k]]
        members.rooms[k] = index.room[members.gathered[k]]
    mark_listed(members, log, entry, 0)
    state = split(world, root, members.gathered, members.moved, members.rooms, size)
    if state != DONE:
        return state
    for k in range(size):
        i = members.gathered[k]
        kept = holder(world.identities.parent, i)
        members.next[i] = MISSING
        if kept == i:
            members.head[i] = i
        else:
            members.next[members.tail[kept]] = i
        members.tail[kept] = i
        post(index, i)
        place = results.sizes[N_MOVED]
        results.sizes[N_MOVED] += 1
        results.moved_at[place] = entry
        results.moved[place] = i
        results.moved_to[place] = kept
    return DONE


def handle_link_action(
    world: World, index: Index, members: Members, log: Log, results: Results, entry: int
) -> int:
    """Accept, decline or expire the link that an entry names."""
    link = find_link(world, index, members, log.subject[entry], log.other[entry])
    if link == MISSING:
        return UNKNOWN
    if log.kind[entry] != ACCEPT:
        return turn_down(world, link, DECLINED if log.kind[entry] == DECLINE else EXPIRED)
    if world.links.state[link] != OPEN:
        return world.links.state[link]
    left, right = link_sides(world, link)
    note_union(members, results, entry, left, right, 1)
    return accept(world, link)


def find_link(world: World, index: Index, members: Members, left: int, right: int) -> int:
    """The link that joined these two interactions when the left one was handled, or ``MISSING``."""
    if left == MISSING or right == MISSING or members.handled[left] == 0:
        return MISSING
    link: int = index.link_at[left] - 1
    while link >= 0 and world.links.left[link] == left:
        if world.links.right[link] == right:
            return link
        link -= 1
    return MISSING


def note_items(world: World, index: Index, results: Results, entry: int) -> None:
    """Chain review items opened by this entry by their anchor."""
    for item in range(results.sizes[N_ITEMS], world.counters[N_REVIEWS]):
        anchor = world.reviews.anchor[item]
        results.item_at[item] = entry
        index.item_before[item] = index.item_newest[anchor]
        index.item_newest[anchor] = item
    results.sizes[N_ITEMS] = world.counters[N_REVIEWS]


def find_item(world: World, index: Index, anchor: int, number: int) -> int:
    """The review item of this number with this anchor, or ``MISSING``."""
    if anchor == MISSING:
        return MISSING
    item: int = index.item_newest[anchor]
    while item != MISSING and world.reviews.number[item] != number:
        item = index.item_before[item]
    return item


def handle_close(world: World, index: Index, members: Members, log: Log, results: Results, entry: int) -> int:
    """Close the review item that an entry names."""
    item = find_item(world, index, log.subject[entry], log.other[entry])
    if item == MISSING or not all_handled(members, log, entry):
        return UNKNOWN
    if world.reviews.state[item] != OPEN or log.verdict[entry] != SPLIT:
        return close(world, item, log.verdict[entry])
    root = holder(world.identities.parent, world.reviews.anchor[item])
    state = handle_split(world, index, members, log, results, entry, root)
    return SPLIT if state == DONE else state


def all_handled(members: Members, log: Log, entry: int) -> bool:
    """Whether every interaction that an entry lists was handled before."""
    for k in range(log.part_start[entry], log.part_start[entry + 1]):
        if log.part[k] == MISSING or members.handled[log.part[k]] == 0:
            return False
    return True


def handle_erase(world: World, index: Index, members: Members, log: Log, entry: int) -> int:
    """Erase every customer that an entry lists."""
    if not all_handled(members, log, entry):
        return UNKNOWN
    state = WAS_ERASED
    for k in range(log.part_start[entry], log.part_start[entry + 1]):
        root = holder(world.identities.parent, log.part[k])
        size = gather_members(members, root)
        if erase(world, root, members.gathered, size) == DONE:
            state = DONE
            for j in range(size):
                hold_keys(index, members.gathered[j], -1)
    return state


def handle_action(
    world: World, index: Index, members: Members, log: Log, results: Results, entry: int
) -> int:
    """Carry out one action; returns what it came to."""
    kind = log.kind[entry]
    if kind < SPLIT_ACTION:
        return handle_link_action(world, index, members, log, results, entry)
    if kind == CLOSE:
        return handle_close(world, index, members, log, results, entry)
    if kind == ERASE:
        return handle_erase(world, index, members, log, entry)
    customer = log.subject[entry]
    if customer == MISSING or members.handled[customer] == 0:
        return UNKNOWN
    root = holder(world.identities.parent, customer)
    if kind == DO_NOT_LINK:
        return do_not_link(world, root)
    if not all_handled(members, log, entry):
        return UNKNOWN
    return handle_split(world, index, members, log, results, entry, root)


def is_full(world: World, log: Log, results: Results) -> bool:
    """Whether the next entry might need more room than there is for cannot-links or moves."""
    cannot = world.counters[N_CANNOT]
    return (
        log.room_cannot - cannot <= cannot + 1 or log.room_moved - results.sizes[N_MOVED] < log.n_interactions
    )


def run(world: World, index: Index, members: Members, log: Log, results: Results) -> int:
    """Replay the whole log; returns ``COMPLETE``, or ``NO_ROOM`` where arrays must be larger."""
    for entry in range(log.n_entries):
        if log.kind[entry] == INTERACTION:
            results.result[entry] = handle_interaction(
                world, index, members, results, entry, log.subject[entry]
            )
        else:
            if is_full(world, log, results):
                return NO_ROOM
            results.result[entry] = handle_action(world, index, members, log, results, entry)
        note_items(world, index, results, entry)
    return COMPLETE
