"""The measures that a report compares: what each is called, and which way is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from idlab.metrics import Rate
from idlab.metrics.definitions import definition


class Measure(NamedTuple):
    """A rate of an evaluation as a report shows it.

    Args:
        section, key: Where it stands in ``Evaluation.numbers``; a cost has no key.
        name: What a manager reads.
        better: ``higher``, ``lower``, or empty where neither is better by itself.
        unit: ``share``, ``per_1000`` or ``mean``.
    """

    section: str
    key: str
    name: str
    better: str = "higher"
    unit: str = "share"

    @property
    def told(self) -> str:
        """What it means, in a sentence."""
        return definition(self.section, self.key)

    def rate(self, numbers: Mapping[str, Any]) -> Rate:
        """The rate itself, out of an evaluation's numbers."""
        found: Rate = numbers[self.section][self.key] if self.key else numbers[self.section]
        return found


COST = Measure("cost_per_1000", "", "Cost per 1,000 interactions", "lower", "per_1000")
UNANSWERED = Measure("cost_unanswered_per_1000", "", "Cost if nobody answers", "lower", "per_1000")
PRECISION = Measure("merge", "precision", "Merges that are right")
RECALL = Measure("merge", "recall", "Returning customers recognised")
UNION = Measure("union", "precision", "Unions that are right")
PENDING = Measure("pending", "per_1000", "Pending decisions per 1,000", "", "per_1000")
YIELD = Measure("pending", "yield", "Pending decisions worth asking")
CAPTURE = Measure("pending", "capture", "Unmerged customers caught as pending")
REVIEW = Measure("review", "per_1000", "Review decisions per 1,000", "", "per_1000")
REVIEW_YIELD = Measure("review", "yield", "Reviews worth asking")

DECISIONS = (COST, UNANSWERED, RECALL, PRECISION, UNION, PENDING, YIELD, CAPTURE, REVIEW, REVIEW_YIELD)
"""What the first table compares, in its order."""

BCUBED = Measure("bcubed", "f1", "B-cubed F1")
EXACT = Measure("cluster", "recall", "Persons exactly right")

PARTITIONS = (
    Measure("bcubed", "precision", "B-cubed precision"),
    Measure("bcubed", "recall", "B-cubed recall"),
    BCUBED,
    Measure("ceiling", "f1", "Ceiling in B-cubed F1", ""),
    Measure("cluster", "precision", "Identities exactly right"),
    EXACT,
    Measure("pairwise", "precision", "Pairwise precision"),
    Measure("pairwise", "recall", "Pairwise recall"),
)
"""What the table about the identities at the end compares, in its order."""

ATTAINED_RECALL = Measure("attainable", "merge_recall", "Returning recognised, of the attainable")
ATTAINED_BCUBED = Measure("attainable", "bcubed_f1", "B-cubed F1, of the attainable")

IN_FULL = (
    ATTAINED_RECALL,
    ATTAINED_BCUBED,
    Measure("attainable", "pairwise_recall", "Pairwise recall, of the attainable"),
    Measure("attainable", "cluster_recall", "Persons exactly right, of the attainable"),
    Measure("shipped_ceiling", "f1", "Ceiling of all shipped key rules in B-cubed F1", ""),
    Measure("shipped_attainable", "bcubed_f1", "B-cubed F1, of that ceiling"),
    Measure("entity_bcubed", "precision", "B-cubed precision by person"),
    Measure("entity_bcubed", "recall", "B-cubed recall by person"),
    Measure("entity_bcubed", "f1", "B-cubed F1 by person"),
    Measure("pairwise", "f1", "Pairwise F1"),
    Measure("entities", "splits", "Splits per person", "lower", "mean"),
    Measure("entities", "merges", "Other persons per person", "lower", "mean"),
    Measure("entities", "extra", "Interactions of others in one\u2019s identity", "lower", "mean"),
    Measure("entities", "missing", "Own interactions outside it", "lower", "mean"),
    Measure("distance", "edits", "Merge distance per interaction", "lower", "mean"),
    Measure("distance", "information", "Variation of information", "lower", "mean"),
)
"""What the table with the other measures of the identities holds, in its order."""
