"""The report: displays that give their numbers, figure and piece of the page, and the page made of them.

What it offers is imported when it is first asked for: whoever needs words and colours only, such as the explorer, waits for no
drawing library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idlab.evaluate.difference import changes
    from idlab.metrics.paired import Change
    from idlab.report.answers import Answers
    from idlab.report.arrival import Arrival
    from idlab.report.blast import BlastRadius
    from idlab.report.comparison import Comparison, EndResult, InFull
    from idlab.report.costs import CostSplit
    from idlab.report.display import Display
    from idlab.report.dispositions import Dispositions
    from idlab.report.examples import Examples
    from idlab.report.false_merges import FalseMerges
    from idlab.report.flagged import FlaggedSlices
    from idlab.report.front import Front
    from idlab.report.guaranteed import Guaranteed
    from idlab.report.hindsight import Hindsight
    from idlab.report.importance import TrialImportance
    from idlab.report.laboratory import GuardLaboratory
    from idlab.report.lost import LostRecall
    from idlab.report.merges import Merges
    from idlab.report.page import page_of, sections_of, write_report
    from idlab.report.pending import PendingBand
    from idlab.report.problems import Problems
    from idlab.report.reliability import Reliability
    from idlab.report.scores import Scores
    from idlab.report.search import Search, StudyCourse, course_of
    from idlab.report.sensitivity import SensitivityMap
    from idlab.report.slack import SlackMap
    from idlab.report.studied import study_sections
    from idlab.report.subject import Judged, Subject, subject_of
    from idlab.report.sweeps import Sweeps, run_sweeps
    from idlab.report.thresholds import Thresholds
    from idlab.report.trivial import TrivialBaselines
    from idlab.report.weights import Weights
    from idlab.report.worlds import write_worlds

__all__ = [
    "Answers",
    "Arrival",
    "BlastRadius",
    "Change",
    "Comparison",
    "CostSplit",
    "Display",
    "Dispositions",
    "EndResult",
    "Examples",
    "FalseMerges",
    "FlaggedSlices",
    "Front",
    "Guaranteed",
    "GuardLaboratory",
    "Hindsight",
    "InFull",
    "Judged",
    "LostRecall",
    "Merges",
    "PendingBand",
    "Problems",
    "Reliability",
    "Scores",
    "Search",
    "SensitivityMap",
    "SlackMap",
    "StudyCourse",
    "Subject",
    "Sweeps",
    "Thresholds",
    "TrialImportance",
    "TrivialBaselines",
    "Weights",
    "changes",
    "course_of",
    "page_of",
    "run_sweeps",
    "sections_of",
    "study_sections",
    "subject_of",
    "write_report",
    "write_worlds",
]

_HOME = {
    "changes": "idlab.evaluate.difference",
    "Change": "idlab.metrics.paired",
    "Answers": "idlab.report.answers",
    "Arrival": "idlab.report.arrival",
    "BlastRadius": "idlab.report.blast",
    "Comparison": "idlab.report.comparison",
    "EndResult": "idlab.report.comparison",
    "InFull": "idlab.report.comparison",
    "CostSplit": "idlab.report.costs",
    "Display": "idlab.report.display",
    "Dispositions": "idlab.report.dispositions",
    "Examples": "idlab.report.examples",
    "FalseMerges": "idlab.report.false_merges",
    "FlaggedSlices": "idlab.report.flagged",
    "Front": "idlab.report.front",
    "Guaranteed": "idlab.report.guaranteed",
    "Hindsight": "idlab.report.hindsight",
    "TrialImportance": "idlab.report.importance",
    "GuardLaboratory": "idlab.report.laboratory",
    "LostRecall": "idlab.report.lost",
    "Merges": "idlab.report.merges",
    "page_of": "idlab.report.page",
    "sections_of": "idlab.report.page",
    "write_report": "idlab.report.page",
    "PendingBand": "idlab.report.pending",
    "Problems": "idlab.report.problems",
    "Reliability": "idlab.report.reliability",
    "Scores": "idlab.report.scores",
    "Search": "idlab.report.search",
    "StudyCourse": "idlab.report.search",
    "course_of": "idlab.report.search",
    "SensitivityMap": "idlab.report.sensitivity",
    "SlackMap": "idlab.report.slack",
    "study_sections": "idlab.report.studied",
    "Judged": "idlab.report.subject",
    "Subject": "idlab.report.subject",
    "subject_of": "idlab.report.subject",
    "Sweeps": "idlab.report.sweeps",
    "run_sweeps": "idlab.report.sweeps",
    "Thresholds": "idlab.report.thresholds",
    "TrivialBaselines": "idlab.report.trivial",
    "Weights": "idlab.report.weights",
    "write_worlds": "idlab.report.worlds",
}
"""The module that each name comes from."""


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
