"""Comparison: on which level a field of a record agrees with a profile, and what that contributes."""

from __future__ import annotations

from idlab.core.codes import (
    DAMERAU_LEVENSHTEIN,
    DATE_NEAR,
    EQUAL,
    EQUAL_STALE,
    FIRST_NAME,
    INITIALS,
    JARO_WINKLER,
    JARO_WINKLER_ABOVE,
    KEEP_ALL,
    KEEP_FIRST,
    LAST_NAME,
    MISSING,
    NICKNAME,
    NICKNAMES,
    PARTIAL,
    SHARED,
    TOKEN_INITIALS,
    TOKENS,
    WEIGHTED_AVERAGE,
)
from idlab.core.similarity import damerau_levenshtein, jaro_winkler
from idlab.core.world import LISTS, NO_ORDINAL, SCALARS, Cells, Profiles, Rules, UserPredicates, Values

NEVER_STALE = -1
TIMELESS = -(2**62)


def initials_agree(values: Values, a: int, b: int) -> bool:
    """Whether one name abbreviates tokens of the other to initials: "j doe" and "john doe"."""
    left = values.list_start[a * LISTS + TOKENS]
    size = values.list_start[a * LISTS + TOKENS + 1] - left
    right = values.list_start[b * LISTS + TOKENS]
    if size < 2 or values.list_start[b * LISTS + TOKENS + 1] - right != size:
        return False
    if values.item[left + size - 1] != values.item[right + size - 1]:
        return False
    left_initial = values.list_start[a * LISTS + TOKEN_INITIALS]
    right_initial = values.list_start[b * LISTS + TOKEN_INITIALS]
    abbreviated = False
    for k in range(size - 1):
        one, other = values.item[left + k], values.item[right + k]
        if one == other:
            continue
        initial = values.item[left_initial + k]
        if initial != values.item[right_initial + k] or (one != initial and other != initial):
            return False
        abbreviated = True
    return abbreviated


def nicknames_agree(values: Values, a: int, b: int) -> bool:
    """Whether two different first names may stand for one, with no different last names: "bill smith" and "william smith"."""
    left_last, right_last = values.scalar[a * SCALARS + LAST_NAME], values.scalar[b * SCALARS + LAST_NAME]
    if left_last != right_last and left_last != MISSING and right_last != MISSING:
        return False
    if values.scalar[a * SCALARS + FIRST_NAME] == values.scalar[b * SCALARS + FIRST_NAME]:
        return False
    for k in range(values.list_start[a * LISTS + NICKNAMES], values.list_start[a * LISTS + NICKNAMES + 1]):
        for j in range(
            values.list_start[b * LISTS + NICKNAMES], values.list_start[b * LISTS + NICKNAMES + 1]
        ):
            if values.item[k] == values.item[j]:
                return True
    return False


def is_proper_part(values: Values, a: int, b: int) -> bool:
    """Whether the tokens of one value are a proper part of the other's: "maria" and "maria lopez"."""
    left, left_end = values.list_start[a * LISTS + TOKENS], values.list_start[a * LISTS + TOKENS + 1]
    right, right_end = values.list_start[b * LISTS + TOKENS], values.list_start[b * LISTS + TOKENS + 1]
    if left_end - left == right_end - right or left == left_end or right == right_end:
        return False
    if left_end - left > right_end - right:
        left, left_end, right, right_end = right, right_end, left, left_end
    for k in range(left, left_end):
        needed = 0
        for j in range(left, k + 1):
            needed += values.item[j] == values.item[k]
        for j in range(right, right_end):
            needed -= values.item[j] == values.item[k]
        if needed > 0:
            return False
    return True


def equal_enough(rules: Rules, part: int, age: int, shared: int) -> bool:
    """What ``equal_stale`` and ``shared`` ask for beyond equality."""
    if rules.predicate[part] == EQUAL_STALE:
        return age > rules.number[part]
    return rules.predicate[part] != SHARED or shared > 0


def holds(
    rules: Rules, values: Values, user: UserPredicates, part: int, a: int, b: int, age: int, shared: int
) -> bool:
    """Whether one predicate holds between value ``a`` of a record and value ``b`` of a profile."""
    predicate, form = rules.predicate[part], rules.form[part]
    if predicate <= SHARED and form == 0:  # the first form is the value itself
        return a == b and (predicate == EQUAL or equal_enough(rules, part, age, shared))
    if predicate == INITIALS:
        return initials_agree(values, a, b)
    if predicate == NICKNAME:
        return nicknames_agree(values, a, b)
    if predicate == PARTIAL:
        return is_proper_part(values, a, b)
    if predicate == DATE_NEAR:
        if values.ordinal[a] == NO_ORDINAL or values.ordinal[b] == NO_ORDINAL:
            return False
        return abs(values.ordinal[a] - values.ordinal[b]) <= rules.cutoff[part]
    left, right = values.scalar[a * SCALARS + form], values.scalar[b * SCALARS + form]
    if left == MISSING or right == MISSING:
        return False
    if predicate <= SHARED:
        return left == right and equal_enough(rules, part, age, shared)
    if predicate == JARO_WINKLER:
        return jaro_winkler(values.text, left, right) >= rules.cutoff[part]
    if predicate == JARO_WINKLER_ABOVE:
        return jaro_winkler(values.text, left, right) > rules.cutoff[part]
    if predicate == DAMERAU_LEVENSHTEIN:
        return damerau_levenshtein(values.text, left, right) <= rules.number[part]
    return user(rules.number[part], left, right) != 0


def level_of(
    rules: Rules,
    values: Values,
    user: UserPredicates,
    field: int,
    a: int,
    b: int,
    age: int,
    shared: int,
    n_levels: int,
) -> int:
    """The first of a field's ``n_levels`` first levels on which two values agree; ``n_levels`` if none of them."""
    start = rules.level_start[field]
    for level in range(n_levels):
        agreed = True
        for part in range(rules.part_start[start + level], rules.part_start[start + level + 1]):
            if not holds(rules, values, user, part, a, b, age, shared):
                agreed = False
                break
        if agreed:
            return level
    return n_levels


def contribution_of(rules: Rules, values: Values, field: int, level: int, a: int, b: int) -> float:
    """What agreement of two values on this level adds to the weight."""
    place = rules.level_start[field] + level
    worth = rules.worth[place]
    if rules.model == WEIGHTED_AVERAGE:
        if rules.earns_similarity[place] != 0:
            form = rules.form[rules.part_start[place]]
            worth = jaro_winkler(
                values.text, values.scalar[a * SCALARS + form], values.scalar[b * SCALARS + form]
            )
        return rules.field_weight[field] * worth
    if rules.term[place] != MISSING:
        return worth + values.term[a * values.n_terms + rules.term[place]]
    return worth


def only_kept(profiles: Profiles, keep: int, chain: int) -> int:
    """The one entry of a chain that the profile keeps, or ``MISSING`` where it keeps all."""
    if keep == KEEP_ALL:
        return MISSING
    if keep == KEEP_FIRST:
        return chain
    kept = entry = chain
    while entry != MISSING:
        if profiles.latest[entry] > profiles.latest[kept]:
            kept = entry
        entry = profiles.next[entry]
    return kept


def agreement(
    rules: Rules,
    values: Values,
    user: UserPredicates,
    shared: Cells[int],
    profiles: Profiles,
    field: int,
    value: int,
    chain: int,
    now: int,
) -> tuple[int, float]:
    """Level and contribution of a value against a chain of a profile's entries.

    The best level over the kept entries, on it the largest contribution, then the entry first handled. The level is
    ``MISSING`` for an empty chain. Without a time (``TIMELESS``) nothing is stale.
    """
    keep = rules.keep[field]
    only = MISSING if keep == KEEP_ALL else only_kept(profiles, keep, chain)
    best, contribution = MISSING, 0.0
    n_levels = rules.level_start[field + 1] - rules.level_start[field]
    marked = 0
    entry = chain
    while entry != MISSING:
        if only == MISSING or entry == only:
            other = profiles.value[entry]
            age = NEVER_STALE if now == TIMELESS else now - profiles.last[entry]
            if rules.asks_shared[field] != 0:
                marked = shared[value] + shared[other]
            level = level_of(rules, values, user, field, value, other, age, marked, n_levels)
            if level < n_levels:
                earned = contribution_of(rules, values, field, level, value, other)
                if best == MISSING or level < best or earned > contribution:
                    best, contribution = level, earned
                    n_levels = level + 1
        entry = profiles.next[entry]
    return best, contribution
