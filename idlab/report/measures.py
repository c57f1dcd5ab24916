"""The measures that a report compares: what each is called, and which way is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from idlab.metrics import Rate


class Measure(NamedTuple):
    """A rate of an evaluation as a report shows it.

    Args:
        section, key: Where it stands in ``Evaluation.numbers``; a cost has no key.
        name: What a manager reads.
        told: What it means, in a sentence.
        better: ``higher``, ``lower``, or empty where neither is better by itself.
        unit: ``share`` or ``per_1000``.
    """

    section: str
    key: str
    name: str
    told: str
    better: str = "higher"
    unit: str = "share"

    def rate(self, numbers: Mapping[str, Any]) -> Rate:
        """The rate itself, out of an evaluation's numbers."""
        found: Rate = numbers[self.section][self.key] if self.key else numbers[self.section]
        return found


COST = Measure(
    "cost_per_1000",
    "",
    "Cost per 1,000 interactions",
    "Wrong and missing unions once every pending link was answered, and the answers, all priced in answers.",
    better="lower",
    unit="per_1000",
)
UNANSWERED = Measure(
    "cost_unanswered_per_1000",
    "",
    "Cost if nobody answers",
    "The same with every pending link left open.",
    better="lower",
    unit="per_1000",
)
PRECISION = Measure(
    "merge",
    "precision",
    "Merges that are right",
    "Of all automatic merges, those into the person\u2019s own identity.",
)
RECALL = Measure(
    "merge",
    "recall",
    "Returning customers recognised",
    "Of all interactions of people seen before, those rightly merged automatically.",
)
UNION = Measure(
    "union", "precision", "Unions that are right", "Of all unions of two identities, those of one person."
)
PENDING = Measure(
    "pending",
    "per_1000",
    "Pending decisions per 1,000",
    "How often a link waits for an answer.",
    "",
    "per_1000",
)
YIELD = Measure(
    "pending",
    "yield",
    "Pending decisions worth asking",
    "Of these, those with a link to the person\u2019s own identity.",
)
CAPTURE = Measure(
    "pending",
    "capture",
    "Unmerged customers caught as pending",
    "Of returning customers not rightly merged, those whose pending link leads to their identity.",
)
REVIEW = Measure(
    "review",
    "per_1000",
    "Review decisions per 1,000",
    "How often a guard turns a record away.",
    "",
    "per_1000",
)
REVIEW_YIELD = Measure(
    "review",
    "yield",
    "Reviews worth asking",
    "Of these, those turned away from the person\u2019s own identity.",
)

DECISIONS = (COST, UNANSWERED, RECALL, PRECISION, UNION, PENDING, YIELD, CAPTURE, REVIEW, REVIEW_YIELD)
"""What the first table compares, in its order."""

BCUBED = Measure("bcubed", "f1", "B-cubed F1", "The harmonic mean of the two.")
EXACT = Measure(
    "cluster",
    "recall",
    "Persons exactly right",
    "Persons all of whose interactions, and no others, are one identity.",
)
CEILING = Measure(
    "ceiling", "f1", "Ceiling in B-cubed F1", "What perfect decisions could reach with the same keys.", ""
)

PARTITIONS = (
    Measure(
        "bcubed",
        "precision",
        "B-cubed precision",
        "Of the interactions in one\u2019s identity, those of one\u2019s own.",
    ),
    Measure(
        "bcubed", "recall", "B-cubed recall", "Of one\u2019s own interactions, those in one\u2019s identity."
    ),
    BCUBED,
    CEILING,
    Measure(
        "cluster",
        "precision",
        "Identities exactly right",
        "Identities that hold all of one person, and nobody else.",
    ),
    EXACT,
    Measure(
        "pairwise",
        "precision",
        "Pairwise precision",
        "Of all pairs of interactions in one identity, those of one person.",
    ),
    Measure(
        "pairwise",
        "recall",
        "Pairwise recall",
        "Of all pairs of one person, those in one identity; few people hold most pairs.",
    ),
)
"""What the table about the identities at the end compares, in its order."""
