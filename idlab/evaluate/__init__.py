"""Evaluation: a dataset of which something is known, replayed under a scoring config and judged."""

from idlab.evaluate.evaluation import Evaluation, cost_of, evaluate
from idlab.evaluate.history import enabled_keys, history_of, links_of
from idlab.evaluate.knowledge import Knowledge, counted, persons_of, read_known
from idlab.evaluate.running import check_fields, replayed, tape_of

__all__ = [
    "Evaluation",
    "Knowledge",
    "check_fields",
    "cost_of",
    "counted",
    "enabled_keys",
    "evaluate",
    "history_of",
    "links_of",
    "persons_of",
    "read_known",
    "replayed",
    "tape_of",
]
