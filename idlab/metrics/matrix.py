"""The disposition matrix: judged decisions by outcome, right or wrong, and whether the person was known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from idlab.metrics.arrays import Flags
from idlab.metrics.decisions import Disposition, Judgements
from idlab.metrics.history import OutcomeCode
from idlab.metrics.intervals import Rate
from idlab.metrics.shares import Components


class MatrixCell(NamedTuple):
    """One cell of the matrix.

    Args:
        outcome: MERGE, PENDING, REVIEW or NEW.
        right: Whether the decisions are right, see ``Disposition``.
        seen_before: Whether their persons were seen before.
        decisions: How many there are.
        share: Of all judged decisions.
        share_of_outcome: Of the judged decisions of this outcome.
    """

    outcome: str
    right: bool
    seen_before: bool
    decisions: int
    share: Rate
    share_of_outcome: Rate


_ROWS = (OutcomeCode.MERGE, OutcomeCode.PENDING, OutcomeCode.REVIEW, OutcomeCode.NEW)


def disposition_matrix(judged: Judgements, counted: Flags, components: Components) -> tuple[MatrixCell, ...]:
    """Count judged decisions by outcome, right or wrong, and whether the person was seen before.

    Of the 16 cells four are always empty: nobody seen for the first time can be merged, pending or sent to
    review rightly, and a NEW that is wrong is always of somebody seen before.

    Args:
        judged: The judgements, at decision time or in the end.
        counted: [n] whether a decision counts.
        components: What intervals resample.

    Returns:
        16 cells in the order MERGE, PENDING, REVIEW, NEW; right before wrong; first seen before seen before.
        Their counts add up to the judged decisions that count.

    Example:
        >>> from idlab.metrics.decisions import judge
        >>> from idlab.metrics.history import unsplit
        >>> judged = judge(unsplit(np.array([0, 0, 0])), [8, 9, 8])
        >>> cells = disposition_matrix(judged, np.ones(3, dtype=bool), Components(np.zeros(3, dtype=int), 1))
        >>> [(one.outcome, one.right, one.seen_before, one.decisions) for one in cells if one.decisions]
        [('MERGE', True, True, 1), ('MERGE', False, False, 1), ('NEW', True, False, 1)]
    """
    known = counted & (judged.disposition != Disposition.UNJUDGED)
    outcome, wrong = judged.disposition // 2, judged.disposition % 2 == 1
    cells = []
    for code in _ROWS:
        of_outcome = known & (outcome == code)
        for right in (True, False):
            for seen in (False, True):
                here = of_outcome & (wrong != right) & (judged.linkable == seen)
                cells.append(
                    MatrixCell(
                        code.name,
                        right,
                        seen,
                        int(np.count_nonzero(here)),
                        components.share(here, known),
                        components.share(here, of_outcome),
                    )
                )
    return tuple(cells)
