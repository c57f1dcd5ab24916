"""Sweeps: what changes when thresholds, guards, answers or the order of arrival do, each by full replays.

``prepare`` encodes a dataset once; everything else takes what it returns.
"""

from idlab.sweep.arrival import late, outage, shuffled_within_days
from idlab.sweep.bands import BandChoice, bands_frame, best_band, leading_bands
from idlab.sweep.consent import Answering, Consent, answered_stream, check_answering
from idlab.sweep.grid import ThresholdGrid, rates_at, threshold_grid
from idlab.sweep.guaranteed import guaranteed_threshold
from idlab.sweep.guards import guard_laboratory
from idlab.sweep.labelling import estimated, pairs_to_judge, people_to_label, true_labels
from idlab.sweep.orders import compare_orders, usual_orders
from idlab.sweep.prepared import Prepared, prepare
from idlab.sweep.queues import Queue, answered_in_turn, queue, queue_lengths
from idlab.sweep.scored import Recalibration, Scored, calibration_frame, recalibrated, scored

__all__ = [
    "Answering",
    "BandChoice",
    "Consent",
    "Prepared",
    "Queue",
    "Recalibration",
    "Scored",
    "ThresholdGrid",
    "answered_in_turn",
    "answered_stream",
    "bands_frame",
    "best_band",
    "calibration_frame",
    "check_answering",
    "compare_orders",
    "estimated",
    "guaranteed_threshold",
    "guard_laboratory",
    "late",
    "leading_bands",
    "outage",
    "pairs_to_judge",
    "people_to_label",
    "prepare",
    "queue",
    "queue_lengths",
    "rates_at",
    "recalibrated",
    "scored",
    "shuffled_within_days",
    "threshold_grid",
    "true_labels",
    "usual_orders",
]
