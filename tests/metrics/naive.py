"""Slow and obvious twins of the metrics, straight from their definitions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import combinations

from idlab.metrics.costs import Costs


def pair_counts(truth: list[int], predicted: list[int]) -> tuple[int, int, int]:
    both = predicted_pairs = true_pairs = 0
    for a, b in combinations(range(len(truth)), 2):
        same_truth, same_predicted = truth[a] == truth[b], predicted[a] == predicted[b]
        both += same_truth and same_predicted
        predicted_pairs += same_predicted
        true_pairs += same_truth
    return both, predicted_pairs, true_pairs


def bcubed(truth: list[int], predicted: list[int], weight: Callable[[int], float]) -> tuple[float, float]:
    """Precision and recall averaged over rows that weigh ``weight(row)``."""
    rows = range(len(truth))
    precision = recall = total = 0.0
    for a in rows:
        in_truth = {b for b in rows if truth[b] == truth[a]}
        in_predicted = {b for b in rows if predicted[b] == predicted[a]}
        overlap = len(in_truth & in_predicted)
        precision += weight(a) * overlap / len(in_predicted)
        recall += weight(a) * overlap / len(in_truth)
        total += weight(a)
    return precision / total, recall / total


def clusters(labels: tuple[list[int], list[int]]) -> list[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for row, label in enumerate(labels):
        found.setdefault(label, set()).add(row)
    return [frozenset(rows) for rows in found.values()]


def information(truth: list[int], predicted: list[int]) -> float:
    """H(truth | predicted) + H(predicted | truth)."""
    rows = len(truth)
    joint = Counter(zip(truth, predicted, strict=True))
    of_truth, of_predicted = Counter(truth), Counter(predicted)
    return -sum(
        size / rows * (math.log(size / of_truth[a]) + math.log(size / of_predicted[b]))
        for (a, b), size in joint.items()
    )


def edits(truth: list[int], predicted: list[int]) -> int:
    """Split every predicted cluster into its pieces, then merge the pieces of every true cluster."""
    pieces = len(set(zip(truth, predicted, strict=True)))
    return 2 * pieces - len(set(predicted)) - len(set(truth))


def plurality(rows: Iterable[int], person: list[int]) -> int | None:
    """Most rows, then who came first; None without known persons."""
    known = [row for row in sorted(rows) if person[row] >= 0]
    if not known:
        return None
    held = Counter(person[row] for row in known)
    first: dict[int, int] = {}
    for row in known:
        first.setdefault(person[row], row)
    return min(held, key=lambda who: (-held[who], first[who]))


def unite(groups: Iterable[Iterable[int]], joins: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Groups of hashable things after joining those that hold the two sides of each join."""
    groups = [set(group) for group in groups]
    for a, b in joins:
        left = next(group for group in groups if a in group)
        right = next(group for group in groups if b in group)
        if left is not right:
            left |= right
            groups.remove(right)
    return groups


Link = tuple[int, int, int]


def cost(
    person: list[int],
    identity: list[int],
    links: list[Link],
    reviewed: list[bool],
    prices: Costs,
) -> list[float]:
    """(after, before) the answers: the price, over known persons, of a perfect reviewer's world."""
    rows = range(len(person))
    identities = [{row for row in rows if identity[row] == label} for label in set(identity)]

    def holder(row: int) -> set[int]:
        return next(group for group in identities if row in group)

    accepted = []
    for left, right, state in links:
        owners = [plurality(holder(row), person) for row in (left, right)]
        if state == 0 and owners[0] is not None and owners[0] == owners[1]:
            accepted.append((left, right))
    asked = sum(person[max(left, right)] >= 0 for left, right, _ in links)
    asked += sum(flag and person[row] >= 0 for row, flag in enumerate(reviewed))
    found = []
    for groups in (unite(identities, accepted), identities):
        people = [{person[row] for row in group if person[row] >= 0} for group in groups]
        wrong = sum(max(len(held) - 1, 0) for held in people)
        missing = sum(sum(who in held for held in people) - 1 for who in {p for p in person if p >= 0})
        found.append(prices.c_false * wrong + prices.c_missed * missing + prices.c_review * asked)
    return found


def ceiling(keys: list[list[int]], person: list[int]) -> list[int]:
    """Each row's earliest row in reach over shared keys within its person."""
    rows = range(len(person))
    joins = [
        (a, b)
        for a, b in combinations(rows, 2)
        if person[a] == person[b] >= 0 and any(x == y >= 0 for x, y in zip(keys[a], keys[b], strict=True))
    ]
    groups = unite([{row} for row in rows], joins)
    return [min(next(group for group in groups if row in group)) for row in rows]


def components(person: list[int], identity: list[int]) -> list[set[int]]:
    """The sets of rows joined by persons and identities."""
    rows = range(len(person))
    joins = [
        (a, b) for a, b in combinations(rows, 2) if identity[a] == identity[b] or person[a] == person[b] >= 0
    ]
    return unite([{row} for row in rows], joins)
