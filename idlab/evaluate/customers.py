"""Which customers merge, split or move from one evaluation to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from idlab.evaluate.difference import check_comparable
from idlab.evaluate.evaluation import Evaluation
from idlab.metrics.arrays import Ints
from idlab.metrics.regrouped import Regrouped, Regrouping, regrouped, union_errors
from idlab.model import customer_id_of


@dataclass(frozen=True, eq=False)
class Customers:
    """The identities of two evaluations of one dataset, and what becomes of them.

    Args:
        reference: Before.
        candidate: After.
        groups: The smallest groups of identities that hold the same interactions in both.
    """

    reference: Evaluation
    candidate: Evaluation
    groups: Regrouped

    def counts(self) -> dict[str, int]:
        """How many groups merge, split and move, how many customers they are before and after, and interactions."""
        changed = self.groups.changed
        kinds = {
            kind.name.lower(): int((self.groups.kind == kind).sum())
            for kind in (Regrouping.MERGE, Regrouping.SPLIT, Regrouping.MOVE)
        }
        sums = {
            name: int(getattr(self.groups, name)[changed].sum())
            for name in ("before", "after", "interactions")
        }
        return {**kinds, **sums}

    def largest(self, most: int = 20) -> pd.DataFrame:
        """The groups that change, those with most interactions first.

        Args:
            most: How many rows at most.

        Returns:
            ``kind``, ``interactions``, ``before`` and ``after`` (customers), ``wrong_unions`` and
            ``missing_unions`` (how many more there are after, over known persons), ``customers_before`` and
            ``customers_after``: the customer_ids, those with most interactions first.
        """
        rows = np.flatnonzero(self.groups.changed)
        rows = rows[np.argsort(-self.groups.interactions[rows], kind="stable")][:most]
        person = self.reference.person
        errors = [
            union_errors(person, one.history.identity, self.groups)
            for one in (self.reference, self.candidate)
        ]
        table = pd.DataFrame(
            {
                "kind": [Regrouping(kind).name.lower() for kind in self.groups.kind[rows].tolist()],
                "interactions": self.groups.interactions[rows],
                "before": self.groups.before[rows],
                "after": self.groups.after[rows],
                "wrong_unions": (errors[1].wrong - errors[0].wrong)[rows],
                "missing_unions": (errors[1].missing - errors[0].missing)[rows],
            }
        )
        for name, one in (("customers_before", self.reference), ("customers_after", self.candidate)):
            table[name] = [self._customers(one, group) for group in rows.tolist()]
        return table

    def _customers(self, one: Evaluation, group: int) -> list[str]:
        """The customer_ids of a group, the largest first."""
        held: Ints = one.history.identity[self.groups.of_row == group]
        identities, sizes = np.unique(held, return_counts=True)
        ids = one.replay.tape.ids
        return [customer_id_of(ids[one]) for one in identities[np.argsort(-sizes, kind="stable")].tolist()]


def customers(reference: Evaluation, candidate: Evaluation) -> Customers:
    """Which customers merge, split or move from a reference to a candidate.

    Args:
        reference: What is compared with.
        candidate: What is compared.

    Returns:
        The identities of both, brought together.

    Raises:
        BadInput: If they are of different datasets, or priced differently.
    """
    check_comparable(reference, candidate)
    return Customers(reference, candidate, regrouped(reference.history.identity, candidate.history.identity))
