"""From a study to a bundle: gates, golden interactions, and the document that production loads."""

from idlab.export.document import Export, export
from idlab.export.gatefile import Gates
from idlab.export.gates import verdicts
from idlab.export.golden import GoldenChoice, choose_golden
from idlab.export.measured import Examination

__all__ = ["Examination", "Export", "Gates", "GoldenChoice", "choose_golden", "export", "verdicts"]
