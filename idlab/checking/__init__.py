"""Whether what a store holds hangs together, is what its log gives, and what to do where it is not."""

from idlab.checking.checking import Report, check
from idlab.checking.invariants import INVARIANTS, Finding
from idlab.checking.marks import marks_under

__all__ = ["INVARIANTS", "Finding", "Report", "check", "marks_under"]
