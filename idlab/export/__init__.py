"""From a study to a bundle: gates, golden interactions, and the document that production loads."""

from idlab.export.document import Export, export
from idlab.export.gates import GATES, verdicts
from idlab.export.golden import GoldenChoice, choose_golden

__all__ = ["GATES", "Export", "GoldenChoice", "choose_golden", "export", "verdicts"]
