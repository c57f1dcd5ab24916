"""Customers that a switch would unite or divide, the riskiest first."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from idlab.core.codes import MISSING
from idlab.masking import masked
from idlab.model import customer_id_of
from idlab.replay import Replay
from idlab.report.display import Section
from idlab.report.drawing import canvas, styled
from idlab.report.palette import light
from idlab.report.table import Cell, HtmlTable, count
from idlab.rollout.joins import Joins
from idlab.rollout.planning import Plan

VALUES = 3
"""How many values of a field are shown."""

KINDS = ("name", "phone", "email")
"""The kinds of fields whose values are shown."""


@dataclass(frozen=True, eq=False)
class Joined(Section):
    """Customers of one config that hold several of the other's.

    Args:
        plan: What would change.
        most: How many customers to list.
        masks: Whether identifiers are masked.
    """

    plan: Plan
    most: int
    masks: bool

    @property
    @abstractmethod
    def found(self) -> Joins:
        """The customers."""

    @property
    @abstractmethod
    def done(self) -> Replay:
        """The replay whose customers they are."""

    @property
    @abstractmethod
    def colour(self) -> str:
        """What marks are drawn in."""

    def is_empty(self) -> bool:
        """Whether there is no such customer."""
        return not self.found.identity.size

    def alt(self) -> str:
        """The figure in words."""
        found = self.found
        worst = "; ".join(
            f"{exposed} exposed on a weight of {weight:.2f}"
            for exposed, weight in zip(found.exposed[:3].tolist(), found.weight[:3].tolist(), strict=True)
        )
        return f"A mark for each of {found.identity.size:,} customers, thin evidence left. Riskiest: {worst}."

    def frame(self) -> pd.DataFrame:
        """A row for each customer, the riskiest first."""
        columns = {name: column for name, column in self.found._asdict().items() if name != "identity"}
        ids = self.done.tape.ids
        named = [customer_id_of(ids[one]) for one in self.found.identity.tolist()]
        return pd.DataFrame({"customer_id": named, **columns, "risk": self.found.risk})

    def plot(self) -> Figure:
        """Exposed interactions over the thinnest evidence."""
        found = self.found
        with styled():
            figure, (axes,) = canvas(2.6)
            axes.scatter(
                found.weight,
                found.exposed,
                s=14,
                color=light(self.colour),
                alpha=0.55,
                linewidths=0,
                zorder=3,
            )
            axes.yaxis.set_major_locator(MaxNLocator(integer=True))
            axes.set_xlabel("least weight that brought parts together")
            axes.set_ylabel("interactions exposed")
        return figure

    def table(self) -> HtmlTable:
        """The riskiest customers, and what is known of each."""
        places = [
            (place, spec.name)
            for place, spec in enumerate(self.done.compiled.normalizer.fields)
            if spec.kind in KINDS
        ]
        rows = []
        for k, identity in enumerate(self.found.identity[: self.most].tolist()):
            values = [Cell(self._values(identity, place)) for place, _ in places]
            rows.append([*self._numbers(k, identity), *values])
        head = ["Customer", "Interactions", "Exposed", "Least weight", *(name for _, name in places)]
        caption = f"The {len(rows)} riskiest of {self.found.identity.size:,}, with values from both sides."
        return HtmlTable(head, rows, caption, "compact", is_wide=True)

    def _numbers(self, k: int, identity: int) -> Iterator[Cell]:
        """Who it is, how large, and on what it rests."""
        parts = [size for _, size in self.plan.parts(self.done, identity)]
        told = " + ".join(str(size) for size in parts[:VALUES]) + (" + \u2026" if len(parts) > VALUES else "")
        yield Cell(customer_id_of(self.done.tape.ids[identity])[:8])
        yield Cell(f"{self.found.interactions[k]:,}", note=f"{told}, {len(parts)} parts", is_number=True)
        yield count(int(self.found.exposed[k]))
        score = f"score {100 * self.found.score[k]:.1f} %"
        yield Cell(f"{self.found.weight[k]:.2f}", note=score, is_number=True)

    def _values(self, identity: int, place: int) -> str:
        """The distinct values of a field, the most frequent first."""
        tape = self.done.tape
        column = tape.record.reshape(tape.n_interactions, -1)[:, place]
        numbers = column[self.done.identity == identity]
        found, times = np.unique(numbers[numbers != MISSING], return_counts=True)
        distinct = found[np.argsort(-times, kind="stable")].tolist()
        kind = self.done.compiled.normalizer.fields[place].kind
        texts = [tape.values[number] for number in distinct[:VALUES]]
        told = [masked(kind, text) if self.masks else text for text in texts]
        more = len(distinct) - len(told)
        return ", ".join(told) + (f" and {more} more" if more > 0 else "") or "none"


class Merged(Joined):
    """Customers that would hold what several hold now."""

    name = "merges"
    title = "Customers that would merge"
    colour = "false"

    @property
    def found(self) -> Joins:
        """The customers, the riskiest first."""
        return self.plan.merges

    @property
    def done(self) -> Replay:
        """The replay under the config that would decide."""
        return self.plan.after

    def lead(self) -> str:
        """What is to be seen, and what risk is."""
        if self.is_empty():
            return "No customer would hold what several hold now."
        return (
            f"{self.found.identity.size:,} customers would hold what several hold now;"
            f" {int(self.found.exposed.sum()):,} of their interactions would be seen beside those of a larger part."
            " Risk is the interactions exposed times one minus the score of the thinnest evidence: the least weight of"
            " the decisions that first brought two parts together. Top left is what to look at before the switch."
        )


class Parted(Joined):
    """Customers that would be divided."""

    name = "splits"
    title = "Customers that would split"
    colour = "merge"

    @property
    def found(self) -> Joins:
        """The customers, the riskiest first."""
        return self.plan.splits

    @property
    def done(self) -> Replay:
        """The replay under the config that decides now."""
        return self.plan.before

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "No customer would be divided."
        return (
            f"{self.found.identity.size:,} customers would be divided; {int(self.found.exposed.sum()):,} of their"
            " interactions would leave the largest part. Those on the thinnest evidence come first: there the present"
            " config was least sure. Far right are customers that are torn apart though the evidence was strong."
        )
