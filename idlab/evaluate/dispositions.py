"""How every decision turned out, when it was made and in the end, and which profiles were served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from idlab.evaluate.evaluation import Evaluation
from idlab.metrics import Disposition, Judgements, Rate
from idlab.metrics.aftermath import judge_in_the_end
from idlab.metrics.arrays import Flags
from idlab.metrics.matrix import MatrixCell, disposition_matrix
from idlab.metrics.served import Served, served, served_in_the_end
from idlab.metrics.shares import Components


class Turned(NamedTuple):
    """How decisions turned out at one moment.

    Args:
        matrix: Every judged decision by outcome, right or wrong, first seen or seen before.
        rates: ``merge_precision``, ``merge_recall``, ``union_precision``, ``pending_yield`` and
            ``review_yield``, with the definitions of ``idlab evaluate``; and of the interactions of known
            persons the shares served with a profile that is ``wrong_profile`` (it holds another person's
            interactions), ``incomplete_profile`` (it lacks interactions of the person), or either:
            ``faulty_profile``.
    """

    matrix: tuple[MatrixCell, ...]
    rates: Mapping[str, Rate]


class Dispositions(NamedTuple):
    """How every decision turned out.

    Args:
        then: By the identities just before each decision: what the agent's screen showed.
        in_the_end: By the final identities. A profile then lacks later interactions of the person, too.
    """

    then: Turned
    in_the_end: Turned

    def frame(self) -> pd.DataFrame:
        """A row for every cell of both matrices."""
        return pd.DataFrame(
            [
                (when, cell.outcome, cell.right, cell.seen_before, cell.decisions, *cell.share)
                for when, turned in zip(self._fields, self, strict=True)
                for cell in turned.matrix
            ],
            columns=["when", "outcome", "right", "seen_before", "decisions", "share", "low", "high"],
        )

    def document(self) -> dict[str, Any]:
        """Both moments, ready to be JSON: ``rates`` by name and the cells of the ``matrix``."""
        return {
            when: {
                "rates": {name: rate._asdict() for name, rate in turned.rates.items()},
                "matrix": [
                    cell._asdict()
                    | {"share": cell.share._asdict(), "share_of_outcome": cell.share_of_outcome._asdict()}
                    for cell in turned.matrix
                ],
            }
            for when, turned in self._asdict().items()
        }


def full_document(evaluation: Evaluation) -> dict[str, Any]:
    """What ``metrics.json`` holds: every number of an evaluation, and its dispositions.

    Args:
        evaluation: The evaluation.
    """
    return {**evaluation.document(), "dispositions": dispositions(evaluation).document()}


def dispositions(evaluation: Evaluation) -> Dispositions:
    """The disposition of every interaction of an evaluation, and the profiles that they were served with.

    Args:
        evaluation: The evaluation.

    Returns:
        Matrices and rates, when decisions were made and in the end.
    """
    history, person = evaluation.history, evaluation.person
    finally_judged = judge_in_the_end(history, person, evaluation.judgements)
    then = _turned(evaluation, evaluation.judgements, served(history, person))
    told = {"_".join(place): evaluation.numbers[place[0]][place[1]] for place in _TOLD_BEFORE}
    return Dispositions(
        Turned(then.matrix, {**then.rates, **told}),
        _turned(evaluation, finally_judged, served_in_the_end(history, person)),
    )


_TOLD_BEFORE = (
    ("merge", "precision"),
    ("merge", "recall"),
    ("union", "precision"),
    ("pending", "yield"),
    ("review", "yield"),
)
"""The rates that the evaluation has itself, so that nobody is told two intervals of one number."""


def _turned(evaluation: Evaluation, judged: Judgements, profile: Served) -> Turned:
    components, how = evaluation.components, judged.disposition
    known = evaluation.counted & (how != Disposition.UNJUDGED)

    def share(hit: Disposition, *others: Disposition) -> Rate:
        return components.share(how == hit, known & np.isin(how, [int(hit), *map(int, others)]))

    served_rows = evaluation.counted & (evaluation.person >= 0)
    return Turned(
        disposition_matrix(judged, evaluation.counted, components),
        {
            "merge_precision": share(Disposition.MERGE_RIGHT, Disposition.MERGE_WRONG),
            "merge_recall": components.share(how == Disposition.MERGE_RIGHT, known & judged.linkable),
            "union_precision": _of_unions(evaluation, judged),
            "pending_yield": share(Disposition.PENDING_RIGHT, Disposition.PENDING_WRONG),
            "review_yield": share(Disposition.REVIEW_RIGHT, Disposition.REVIEW_WRONG),
            "wrong_profile": components.share(profile.wrong, served_rows),
            "incomplete_profile": components.share(profile.incomplete, served_rows),
            "faulty_profile": components.share(profile.wrong | profile.incomplete, served_rows),
        },
    )


def _of_unions(evaluation: Evaluation, judged: Judgements) -> Rate:
    """The share of unions that are right; each lies in the component of the identity that survived."""
    kept = evaluation.history.union_kept
    of_union = Components(evaluation.components.of_row[kept], evaluation.components.number)
    among: Flags = judged.union_judged
    return of_union.share(judged.union_right, among)
