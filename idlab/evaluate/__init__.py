"""Evaluation: a dataset of which something is known, replayed under a scoring config and judged.

``evaluate`` gives the rates. What follows from an evaluation has a file each: ``dispositions`` (how every
decision turned out), ``losses`` (where recall is lost), ``false_merges`` and ``blast_radius`` (what wrong merges
come from and lay open), ``sliced`` (rates by slice); and from two evaluations of one dataset ``changes``,
``non_inferiority`` and ``customers``.
"""

from idlab.evaluate.columns import Groups, column_of
from idlab.evaluate.customers import Customers, customers
from idlab.evaluate.difference import changes
from idlab.evaluate.dispositions import Dispositions, dispositions, full_document
from idlab.evaluate.evaluation import Evaluation, cost_of, evaluate
from idlab.evaluate.exposure import BlastRadius, blast_radius
from idlab.evaluate.false_merges import FalseMerges, false_merges
from idlab.evaluate.flips import Flips, flips
from idlab.evaluate.history import enabled_keys, history_of, links_of
from idlab.evaluate.knowledge import Knowledge, counted, persons_of, read_known
from idlab.evaluate.losses import LossCause, Losses, losses
from idlab.evaluate.noninferiority import OnChannel, Verdict, non_inferiority, passes
from idlab.evaluate.running import check_fields, replayed, tape_of
from idlab.evaluate.slices import Slice, Sliced, sliced, slices_frame, slices_of

__all__ = [
    "BlastRadius",
    "Customers",
    "Dispositions",
    "Evaluation",
    "FalseMerges",
    "Flips",
    "Groups",
    "Knowledge",
    "LossCause",
    "Losses",
    "OnChannel",
    "Slice",
    "Sliced",
    "Verdict",
    "blast_radius",
    "changes",
    "check_fields",
    "column_of",
    "cost_of",
    "counted",
    "customers",
    "dispositions",
    "enabled_keys",
    "evaluate",
    "false_merges",
    "flips",
    "full_document",
    "history_of",
    "links_of",
    "losses",
    "non_inferiority",
    "passes",
    "persons_of",
    "read_known",
    "replayed",
    "sliced",
    "slices_frame",
    "slices_of",
    "tape_of",
]
