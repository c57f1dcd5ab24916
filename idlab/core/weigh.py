"""Weighing: one number for a record and a candidate, and the evidence against two profiles being one."""

from __future__ import annotations

from idlab.core.codes import FELLEGI_SUNTER, MISSING
from idlab.core.compare import TIMELESS, agreement, only_kept
from idlab.core.world import World


def weigh(world: World, i: int, slot: int) -> None:
    """Compare record ``i`` with the candidate in ``slot`` and write its levels, contributions and weight."""
    rules, profiles, candidates = world.rules, world.profiles, world.candidates
    n_fields = rules.n_fields
    row, heads, out = i * n_fields, candidates.identity[slot] * n_fields, slot * n_fields
    total, compared = 0.0, 0.0
    for field in range(n_fields):
        place = out + field
        value, chain = world.record[row + field], profiles.head[heads + field]
        if value == MISSING or chain == MISSING:
            candidates.level[place] = MISSING
            candidates.contribution[place] = 0.0
            continue
        level, contribution = agreement(
            rules, world.values, world.user, world.marks.shared, profiles, field, value, chain, world.time[i]
        )
        candidates.level[place] = level
        candidates.contribution[place] = contribution
        total += contribution
        compared += rules.field_weight[field]
    if rules.model == FELLEGI_SUNTER:
        candidates.weight[slot] = rules.prior + total
    else:
        candidates.weight[slot] = total / compared if compared > 0.0 else 0.0


def contradict(world: World, a: int, b: int) -> bool:
    """Whether the evidence against two identities being one is below ``bridge_at``; ``a`` stands on the left."""
    rules, profiles = world.rules, world.profiles
    against = 0.0
    for field in range(rules.n_fields):
        left, right = profiles.head[a * rules.n_fields + field], profiles.head[b * rules.n_fields + field]
        if left == MISSING or right == MISSING:
            continue
        only = only_kept(profiles, rules.keep[field], left)
        best, most = MISSING, 0.0
        while left != MISSING:
            if only == MISSING or left == only:
                level, contribution = agreement(
                    rules,
                    world.values,
                    world.user,
                    world.marks.shared,
                    profiles,
                    field,
                    profiles.value[left],
                    right,
                    TIMELESS,
                )
                if best == MISSING or level < best or (level == best and contribution > most):
                    best, most = level, contribution
            left = profiles.next[left]
        against += min(0.0, most)
    return against < rules.bridge_at
