"""What every number of ``idlab.metrics.summarise`` means, in a sentence each, for documents and screens."""

from __future__ import annotations

from collections.abc import Mapping

DEFINITIONS: Mapping[tuple[str, str], str] = {
    ("outcomes", "merge"): "Of all decisions, those that joined an identity automatically.",
    ("outcomes", "pending"): "Of all decisions, those that left a link waiting for an answer.",
    ("outcomes", "review"): "Of all decisions, those that a guard turned away to a reviewer.",
    ("outcomes", "new"): "Of all decisions, those that opened a new identity.",
    ("merge", "precision"): "Of all automatic merges, those into the person\u2019s own identity.",
    ("merge", "recall"): ("Of all interactions of people seen before, those rightly merged automatically."),
    ("union", "precision"): "Of all unions of two identities, those of one person.",
    ("pending", "yield"): ("Of pending decisions, those with a link to the person\u2019s own identity."),
    ("pending", "capture"): (
        "Of returning customers not rightly merged, those whose pending link leads to their identity."
    ),
    ("pending", "per_1000"): "How often a link waits for an answer.",
    ("review", "yield"): ("Of review decisions, those turned away from the person\u2019s own identity."),
    ("review", "per_1000"): "How often a guard turns a record away.",
    ("pairwise", "precision"): "Of all pairs of interactions in one identity, those of one person.",
    ("pairwise", "recall"): (
        "Of all pairs of one person, those in one identity; few people hold most pairs."
    ),
    ("pairwise", "f1"): "The harmonic mean of pairwise precision and recall.",
    ("bcubed", "precision"): (
        "Of the interactions in one\u2019s identity, those of one\u2019s own; every interaction weighs the same."
    ),
    ("bcubed", "recall"): (
        "Of one\u2019s own interactions, those in one\u2019s identity; every interaction weighs the same."
    ),
    ("bcubed", "f1"): "The harmonic mean of B-cubed precision and recall.",
    ("entity_bcubed", "precision"): "B-cubed precision, every person weighing the same.",
    ("entity_bcubed", "recall"): "B-cubed recall, every person weighing the same.",
    ("entity_bcubed", "f1"): "The harmonic mean of the two, every person weighing the same.",
    ("cluster", "precision"): "Identities that hold all of one person, and nobody else.",
    ("cluster", "recall"): "Persons all of whose interactions, and no others, are one identity.",
    ("ceiling", "precision"): "B-cubed precision of the best that the config\u2019s keys allow: always 1.",
    ("ceiling", "recall"): "B-cubed recall that perfect decisions could reach with the config\u2019s keys.",
    ("ceiling", "f1"): "What perfect decisions could reach with the same keys.",
    ("ceiling", "cost_per_1000"): "What would still be missing under perfect decisions, priced in answers.",
    ("shipped_ceiling", "precision"): "The same with all key rules that come with idlab: always 1.",
    ("shipped_ceiling", "recall"): "B-cubed recall within reach of all key rules that come with idlab.",
    ("shipped_ceiling", "f1"): "B-cubed F1 within reach of all key rules that come with idlab.",
    ("entities", "splits"): "Identities that a person lies in, less one; mean over persons.",
    ("entities", "merges"): "Other persons in a person\u2019s identities; mean over persons.",
    ("entities", "extra"): (
        "Interactions of others in the identity of each of a person\u2019s; mean over these, then over persons."
    ),
    ("entities", "missing"): (
        "A person\u2019s interactions outside the identity of each; mean over these, then over persons."
    ),
    ("distance", "edits"): (
        "Unions and splits that would set the identities right (merge distance at cost 1), by interaction."
    ),
    ("distance", "information"): "Variation of information between identities and persons, in nats.",
    ("attainable", "merge_recall"): "Returning recognised, as a share of what the config\u2019s keys allow.",
    ("attainable", "pairwise_recall"): "Pairwise recall, as a share of what the config\u2019s keys allow.",
    ("attainable", "bcubed_recall"): "B-cubed recall, as a share of what the config\u2019s keys allow.",
    ("attainable", "bcubed_f1"): "B-cubed F1, as a share of what the config\u2019s keys allow.",
    (
        "attainable",
        "cluster_recall",
    ): "Persons exactly right, as a share of what the config\u2019s keys allow.",
    ("shipped_attainable", "merge_recall"): "Returning recognised, as a share of what all key rules allow.",
    ("shipped_attainable", "pairwise_recall"): "Pairwise recall, as a share of what all key rules allow.",
    ("shipped_attainable", "bcubed_recall"): "B-cubed recall, as a share of what all key rules allow.",
    ("shipped_attainable", "bcubed_f1"): "B-cubed F1, as a share of what all key rules allow.",
    (
        "shipped_attainable",
        "cluster_recall",
    ): "Persons exactly right, as a share of what all key rules allow.",
    ("cost_per_1000", ""): (
        "Wrong and missing unions once every pending link was answered, and the answers, all priced in answers."
    ),
    ("cost_unanswered_per_1000", ""): "The same with every pending link left open.",
    ("counts", "interactions"): "Interactions in the dataset.",
    ("counts", "components"): "Groups of entangled persons and identities: what intervals resample.",
    ("counts", "counted"): "Decisions that count: of a conversation only its last revision.",
    ("counts", "known"): "Interactions whose person is known.",
    ("counts", "persons"): "Persons that are known.",
    ("counts", "identities"): "Identities in the end that hold a known person, before links are answered.",
    ("counts", "linkable"): "Judged decisions on people seen before.",
    ("counts", "merges"): "Decisions that joined an identity automatically.",
    ("counts", "pendings"): "Decisions that left a link waiting.",
    ("counts", "reviews"): "Decisions that a guard turned away.",
    ("counts", "news"): "Decisions that opened an identity.",
    ("counts", "new_missed"): "Those of them on people seen before.",
    ("counts", "unions"): "Unions of two identities by a merge, of which both owners are known.",
    ("counts", "questions"): "Links ever opened and records ever sent to review, on known persons.",
    ("counts", "wrong_unions"): "For each identity its persons less one, once every link was answered.",
    ("counts", "missing_unions"): "For each person the identities less one, once every link was answered.",
    ("counts", "unanswered_wrong_unions"): "For each identity its persons less one, with no link answered.",
    (
        "counts",
        "unanswered_missing_unions",
    ): "For each person the identities less one, with no link answered.",
}
"""By section and name; a cost has no name."""


def definition(section: str, name: str = "") -> str:
    """What a number means.

    Args:
        section, name: Where it stands in what ``summarise`` returns; a cost has no name.

    Example:
        >>> definition("union", "precision")
        'Of all unions of two identities, those of one person.'
    """
    return DEFINITIONS[section, name]
