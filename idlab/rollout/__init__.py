"""Before a config goes live and after: what would change, and whether production still looks as it should."""

from idlab.rollout.decided import Decided, decided_of, read_decisions
from idlab.rollout.expectations import Expectations
from idlab.rollout.tally import Family
from idlab.rollout.watching import Alarm, Drift, drift

__all__ = [
    "Alarm",
    "Decided",
    "Drift",
    "Expectations",
    "Family",
    "decided_of",
    "drift",
    "read_decisions",
]
