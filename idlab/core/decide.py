"""The decision: from weighed candidates to an outcome. Rows R1 to R8 of the truth table, in their order."""

from __future__ import annotations

from idlab.core.codes import (
    AMBIGUOUS,
    BELOW_BAND,
    BRIDGE,
    BRIDGED,
    CANNOT_LINK,
    CONTRADICTION,
    FLAGGED,
    IN_BAND,
    JOINED,
    LINKS_CUT,
    MERGE,
    MISSING,
    NAME_TOO_MANY,
    NEW,
    NO_CANDIDATE,
    OLDEST,
    OLDEST_WINS,
    PENDING,
    REVIEW,
    RIVALS,
    STRONG_MATCH,
    TOO_MANY_NAMES,
)
from idlab.core.identities import are_cannot_link, count_open_links, open_link_between, was_turned_away
from idlab.core.names import flagged, too_many_together
from idlab.core.weigh import contradict
from idlab.core.world import (
    JOIN,
    N_MEMBERS,
    N_RANKED,
    N_TARGETS,
    OUTCOME,
    REASON_BITS,
    RUNNER_UP,
    SUBJECT,
    TURNED_FROM,
    World,
)


def outranks(world: World, a: int, b: int) -> bool:
    """Whether candidate ``a`` ranks before ``b``: a larger weight, or the same and older."""
    candidates, serial = world.candidates, world.identities.serial
    if candidates.weight[a] != candidates.weight[b]:
        return candidates.weight[a] > candidates.weight[b]
    return serial[candidates.identity[a]] < serial[candidates.identity[b]]


def best_candidate(world: World, size: int, aside_only: bool) -> int:
    """The best ranked of all candidates, or of those set aside."""
    best = MISSING
    for slot in range(size):
        if aside_only and world.candidates.aside[slot] == 0:
            continue
        if best == MISSING or outranks(world, slot, best):
            best = slot
    return best


def runner_up(world: World, size: int, subject: int) -> int:
    """The best candidate other than the subject and the members of the union."""
    best = MISSING
    for slot in range(size):
        if (
            slot != subject
            and world.candidates.united[slot] == 0
            and (best == MISSING or outranks(world, slot, best))
        ):
            best = slot
    return best


def rank(world: World, size: int) -> int:
    """Rank the candidates that are not set aside and reach ``pending_at``; returns how many there are."""
    candidates = world.candidates
    n_ranked = 0
    for slot in range(size):
        candidates.united[slot] = 0
        if candidates.aside[slot] != 0 or candidates.weight[slot] < world.rules.pending_at:
            continue
        place = n_ranked
        while place > 0 and outranks(world, slot, candidates.ranked[place - 1]):
            candidates.ranked[place] = candidates.ranked[place - 1]
            place -= 1
        candidates.ranked[place] = slot
        n_ranked += 1
    return n_ranked


def is_ambiguous(world: World, identity: int) -> bool:
    """Whether an identity is provisional and has open links to more than one other."""
    return world.identities.provisional[identity] != 0 and count_open_links(world, identity) > 1


def why_not_united(world: World, slot: int, n_members: int) -> int:
    """The reason for which a candidate stays out of the union, 0 if it joins."""
    candidates = world.candidates
    identity, top = candidates.identity[slot], candidates.identity[candidates.members[0]]
    if is_ambiguous(world, identity) or is_ambiguous(world, top):
        return AMBIGUOUS
    for k in range(n_members):
        if contradict(world, candidates.identity[candidates.members[k]], identity):
            return CONTRADICTION
    for k in range(n_members):
        if are_cannot_link(world, candidates.identity[candidates.members[k]], identity):
            return CANNOT_LINK
    if too_many_together(world, n_members, identity):
        return TOO_MANY_NAMES
    return 0


def gather_union(world: World, n_ranked: int) -> int:
    """Gather the members of U, top first; returns the reasons met on the way."""
    candidates, plan = world.candidates, world.candidates.plan
    candidates.members[0] = candidates.ranked[0]
    candidates.united[candidates.ranked[0]] = 1
    n_members, reasons = 1, 0
    if world.rules.on_rivals == BRIDGE:
        for place in range(1, n_ranked):
            slot = candidates.ranked[place]
            if candidates.weight[slot] < world.rules.merge_at:
                break
            reason = why_not_united(world, slot, n_members)
            if reason == 0:
                candidates.members[n_members] = slot
                candidates.united[slot] = 1
                n_members += 1
                reason = BRIDGED
            reasons |= reason
    plan[N_MEMBERS] = n_members
    return reasons


def waits_for_a_member(world: World, slot: int) -> bool:
    """Whether a candidate has an open link with a member of U and one of the two is provisional."""
    candidates, provisional = world.candidates, world.identities.provisional
    identity = candidates.identity[slot]
    for k in range(candidates.plan[N_MEMBERS]):
        member = candidates.identity[candidates.members[k]]
        if (
            provisional[identity] + provisional[member] > 0
            and open_link_between(world, identity, member) != MISSING
        ):
            return True
    return False


def gather_targets(world: World, n_ranked: int) -> int:
    """Gather U and all within ``margin`` of top that do not wait for it, in rank order; returns how many are outside U."""
    candidates = world.candidates
    least = candidates.weight[candidates.ranked[0]] - world.rules.margin
    n_targets, outside = 0, 0
    for place in range(n_ranked):
        slot = candidates.ranked[place]
        if candidates.united[slot] == 0:
            if candidates.weight[slot] < least or waits_for_a_member(world, slot):
                continue
            outside += 1
        candidates.targets[n_targets] = slot
        n_targets += 1
    candidates.plan[N_TARGETS] = n_targets
    return outside


def provisional_to_join(world: World, n_ranked: int, slot: int) -> int:
    """The provisional candidate that already waits for this one: the slot, or ``MISSING``."""
    candidates = world.candidates
    waited_for = candidates.identity[slot]
    for place in range(n_ranked):
        other = candidates.ranked[place]
        identity = candidates.identity[other]
        if candidates.weight[other] < world.rules.merge_at:
            return MISSING
        if other == slot or candidates.united[other] != 0 or world.identities.provisional[identity] == 0:
            continue
        if open_link_between(world, identity, waited_for) != MISSING or was_turned_away(
            world, identity, waited_for
        ):
            return other
    return MISSING


def decide_to_pend(world: World, n_ranked: int, reason: int) -> None:
    """PENDING: choose the identity to join and cut the targets to ``max_links``."""
    candidates, plan = world.candidates, world.candidates.plan
    plan[OUTCOME] = PENDING
    if plan[N_TARGETS] > world.rules.max_links:
        plan[N_TARGETS] = world.rules.max_links
        reason |= LINKS_CUT
    join = provisional_to_join(world, n_ranked, candidates.ranked[0])
    if join != MISSING:
        reason |= JOINED
        kept = 0
        for k in range(plan[N_TARGETS]):
            if candidates.targets[k] != join:
                candidates.targets[kept] = candidates.targets[k]
                kept += 1
        plan[N_TARGETS] = kept
    plan[JOIN] = join
    plan[REASON_BITS] |= reason


def decide_to_review(world: World, n_ranked: int, slot: int) -> None:
    """REVIEW: the record is turned away from the candidate in ``slot``."""
    candidates, plan = world.candidates, world.candidates.plan
    plan[OUTCOME] = REVIEW
    plan[SUBJECT] = slot
    plan[TURNED_FROM] = slot
    plan[REASON_BITS] |= FLAGGED if flagged(world, candidates.identity[slot]) else NAME_TOO_MANY
    plan[JOIN] = provisional_to_join(world, n_ranked, slot)
    if plan[JOIN] != MISSING:
        plan[REASON_BITS] |= JOINED
    candidates.targets[0] = slot
    plan[N_TARGETS] = 1


def decide_on_top(world: World, n_ranked: int) -> None:
    """Rows R5 to R8: the best candidate that is not set aside reaches ``pending_at``."""
    candidates, plan, rules = world.candidates, world.candidates.plan, world.rules
    top = candidates.ranked[0]
    plan[SUBJECT] = top
    if candidates.weight[top] < rules.merge_at:
        candidates.members[0] = top
        candidates.united[top] = 1
        plan[N_MEMBERS] = 1
        gather_targets(world, n_ranked)
        decide_to_pend(world, n_ranked, IN_BAND)
        return
    plan[REASON_BITS] |= gather_union(world, n_ranked)
    rivals = gather_targets(world, n_ranked)
    if rivals > 0 and rules.on_rivals != OLDEST:
        decide_to_pend(world, n_ranked, RIVALS)
        return
    plan[OUTCOME] = MERGE
    plan[N_TARGETS] = 0
    plan[REASON_BITS] |= STRONG_MATCH | OLDEST_WINS if rivals > 0 else STRONG_MATCH


def decide(world: World, size: int) -> None:
    """Decide on the ``size`` weighed candidates and write the plan."""
    candidates, plan, rules = world.candidates, world.candidates.plan, world.rules
    plan[SUBJECT] = plan[RUNNER_UP] = plan[JOIN] = plan[TURNED_FROM] = MISSING
    plan[N_MEMBERS] = plan[N_TARGETS] = 0
    plan[OUTCOME] = NEW
    plan[N_RANKED] = n_ranked = rank(world, size)
    if size == 0:
        plan[REASON_BITS] |= NO_CANDIDATE
        return
    best = best_candidate(world, size, False)
    aside = best_candidate(world, size, True)
    if rules.top_wins != 0 and best == aside and candidates.weight[best] >= rules.pending_at:
        decide_to_review(world, n_ranked, best)
    elif n_ranked == 0 and aside != MISSING and candidates.weight[aside] >= rules.pending_at:
        decide_to_review(world, n_ranked, aside)
    elif n_ranked == 0:
        plan[SUBJECT] = best
        plan[REASON_BITS] |= BELOW_BAND
    else:
        decide_on_top(world, n_ranked)
    plan[RUNNER_UP] = runner_up(world, size, plan[SUBJECT])
