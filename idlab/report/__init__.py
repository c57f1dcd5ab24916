"""The report: displays that give their numbers, figure and piece of the page, and the page made of them."""

from idlab.report.comparison import Comparison, EndResult
from idlab.report.costs import CostSplit
from idlab.report.difference import Change, changes
from idlab.report.display import Display
from idlab.report.dispositions import Dispositions
from idlab.report.examples import Examples
from idlab.report.false_merges import FalseMerges
from idlab.report.merges import Merges
from idlab.report.page import page_of, write_report
from idlab.report.pending import PendingBand
from idlab.report.problems import Problems
from idlab.report.scores import Scores
from idlab.report.search import Search, StudyCourse, course_of
from idlab.report.subject import Judged, Subject, subject_of
from idlab.report.weights import Weights

__all__ = [
    "Change",
    "Comparison",
    "CostSplit",
    "Display",
    "Dispositions",
    "EndResult",
    "Examples",
    "FalseMerges",
    "Judged",
    "Merges",
    "PendingBand",
    "Problems",
    "Scores",
    "Search",
    "StudyCourse",
    "Subject",
    "Weights",
    "changes",
    "course_of",
    "page_of",
    "subject_of",
    "write_report",
]
