"""Why two interactions are, or are not, one customer."""

from idlab.why.answer import Cause, Comparison, Why
from idlab.why.asking import comparison_of, why

__all__ = ["Cause", "Comparison", "Why", "comparison_of", "why"]
