"""What production should look like, if it is like the world that a config was reported on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from idlab.compiled import Compiled
from idlab.errors import BadInput
from idlab.metrics.arrays import Floats, Ints
from idlab.rollout.decided import Decided
from idlab.rollout.tally import (
    SPANS,
    Family,
    design_effects,
    families_of,
    midnight_before,
    over,
    tally,
    weeks_of,
)

SECTION = "drift"
"""Where a bundle's ``expected`` keeps them."""

BINS = 8
"""Into how many bins of about the same size weights are put."""

MOST_WEEKS = 26
"""Decisions of later weeks count for the last one: by then a store changes little from week to week."""

SETTLED = 4
"""What is older than all expectations is compared with so many of the last weeks."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class FamilyCounts(_Part):
    """The counts of a family where the config was reported on.

    Args:
        kind, channel, field: The family.
        names: What is counted.
        among: [weeks] how many decisions count at all.
        counts: [weeks][names] how many of them are so.
        effects: [spans][names] design effects of counts over each of ``SPANS``.
    """

    kind: str
    channel: str
    field: str
    names: tuple[str, ...]
    among: tuple[int, ...]
    counts: tuple[tuple[int, ...], ...]
    effects: tuple[tuple[float, ...], ...]

    @property
    def family(self) -> Family:
        """The family."""
        return Family(self.kind, self.channel, self.field)


class Expected(NamedTuple):
    """Counts that some live weeks are compared with.

    Args:
        among: [k] how many decisions count at all.
        counts: [k, names] how many of them are so.
        effects: [names] design effects.
    """

    among: Ints
    counts: Ints
    effects: Floats


class Expectations(_Part):
    """What production should look like, by week of a store's history.

    Args:
        weeks: How many weeks were seen; the last may hold later ones as well.
        edges: Of the bins of weights.
        families: The counts.
    """

    weeks: int
    edges: tuple[float, ...]
    families: tuple[FamilyCounts, ...]

    @classmethod
    def of(cls, decided: Decided, ready: Compiled, unit: Ints) -> Expectations:
        """Count what was decided about a world.

        Args:
            decided: Every decision, one or more, with the fields that records had.
            ready: The config that decided.
            unit: [n] what each decision belongs to, so that decisions of two units never met.

        Returns:
            The counts, with the spread to expect of them.
        """
        week = weeks_of(decided.moment, midnight_before(decided.moment))
        weeks = min(int(week.max()) + 1, MOST_WEEKS)
        edges = _edges(decided.weight)
        at = np.minimum(week, weeks - 1)
        counts = []
        for family, rows in families_of(decided, ready, edges):
            found = tally(rows, at, weeks)
            effects = [design_effects(rows, at // span, unit).round(2).tolist() for span in SPANS]
            counts.append(
                FamilyCounts(
                    **family._asdict(),
                    names=found.names,
                    among=tuple(found.among.tolist()),
                    counts=tuple(map(tuple, found.counts.tolist())),
                    effects=tuple(map(tuple, effects)),
                )
            )
        return cls(weeks=weeks, edges=tuple(edges.tolist()), families=tuple(counts))

    @classmethod
    def read(cls, expected: Mapping[str, Any], *, where: str = "bundle") -> Expectations:
        """What a bundle expects.

        Args:
            expected: Its ``expected``.
            where: What a message calls the bundle.

        Raises:
            BadInput: If it has no such expectations, or those of another release.
        """
        if SECTION not in expected:
            hint = "tune and export again with this release"
            raise BadInput("says nothing of what live decisions should look like", where=where, hint=hint)
        try:
            return cls.model_validate(expected[SECTION])
        except ValidationError:
            raise BadInput(
                "holds expectations of another release", where=where, hint="tune and export again"
            ) from None

    def document(self) -> dict[str, Any]:
        """The expectations as JSON values."""
        return self.model_dump(mode="json")

    @cached_property
    def by_family(self) -> dict[Family, FamilyCounts]:
        """The counts of each family."""
        return {one.family: one for one in self.families}

    def at(self, family: Family, week: Ints, span: int = 1) -> Expected | None:
        """What to compare the decisions of some weeks with.

        Args:
            family: The family.
            week: [k] weeks of the live store's history.
            span: Over how many weeks up to each they are counted, one of ``SPANS``.

        Returns:
            The counts over the same weeks; for weeks beyond all that was seen, those of the last ``SETTLED`` weeks.
            None if there is no such family here.
        """
        found = self.by_family.get(family)
        if found is None:
            return None
        by_week = np.column_stack([found.among, np.array(found.counts)])
        counts = np.vstack([over(span, by_week), by_week[-SETTLED:].sum(axis=0)])[
            np.minimum(week, self.weeks)
        ]
        return Expected(counts[:, 0], counts[:, 1:], np.array(found.effects[SPANS.index(span)]))


def _edges(weight: Floats) -> Floats:
    """Edges of bins that hold about the same number of weights, rounded; equal ones once."""
    known = weight[~np.isnan(weight)]
    if not known.size:
        return np.zeros(0)
    found: Floats = np.unique(np.round(np.quantile(known, np.arange(1, BINS) / BINS), 3) + 0.0)
    return found
