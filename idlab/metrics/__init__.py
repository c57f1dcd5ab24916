"""Metrics: pure functions on label arrays.

A partition is an integer label per interaction; ``contingency`` counts truth against prediction once and
feeds the pairwise, B-cubed, cluster and merge-distance scores. A ``History`` is what a replay did, decision
by decision; ``summarise`` judges it whole.
"""

from idlab.metrics.bcubed import BCubedScores, bcubed, entity_bcubed
from idlab.metrics.ceiling import ceiling, ceiling_bcubed, ceiling_cost
from idlab.metrics.clusters import (
    ClusterScores,
    EntityErrors,
    edit_count,
    entity_errors,
    exact_clusters,
    merge_distance,
    variation_of_information,
)
from idlab.metrics.contingency import Contingency, components, contingency
from idlab.metrics.costs import Cost, Costs, cost
from idlab.metrics.decisions import Disposition, Judgements, judge
from idlab.metrics.history import History, Links, LinkState, OutcomeCode, unsplit
from idlab.metrics.intervals import Form, Rate, delta_interval, rate_interval
from idlab.metrics.pairs import PairwiseScores, pairwise
from idlab.metrics.summary import summarise

__all__ = [
    "BCubedScores",
    "ClusterScores",
    "Contingency",
    "Cost",
    "Costs",
    "Disposition",
    "EntityErrors",
    "Form",
    "History",
    "Judgements",
    "LinkState",
    "Links",
    "OutcomeCode",
    "PairwiseScores",
    "Rate",
    "bcubed",
    "ceiling",
    "ceiling_bcubed",
    "ceiling_cost",
    "components",
    "contingency",
    "cost",
    "delta_interval",
    "edit_count",
    "entity_bcubed",
    "entity_errors",
    "exact_clusters",
    "judge",
    "merge_distance",
    "pairwise",
    "rate_interval",
    "summarise",
    "unsplit",
    "variation_of_information",
]
