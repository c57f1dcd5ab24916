"""A dataset as profiling reads it: normalised values as numbers, in the order handled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from idlab.compiled import Compiled
from idlab.core.codes import MISSING
from idlab.core.world import SCALARS
from idlab.metrics.arrays import Ints
from idlab.replay import Tape
from idlab.replay.components import columns, components_of

IDENTIFIERS = ("phone", "email", "cookie", "ip", "code")
"""The kinds whose values lead to people."""


_LINKING = ("phone", "email", "cookie")


@dataclass(frozen=True, eq=False)
class View:
    """The dataset.

    Args:
        tape: Its encoded interactions.
        ready: The config that says how fields are read and compared.
        channel: [n] of every interaction, a place in ``channels``.
        channels: The names of the channels.
        person: [n] the person of every interaction; -1 where not known.
    """

    tape: Tape
    ready: Compiled
    channel: Ints
    channels: tuple[str, ...]
    person: Ints

    @cached_property
    def group(self) -> Ints:
        """[n] interactions that phones, e-mails or cookies link have one number."""
        places = [place for place, _ in self.fields(*_LINKING)]
        table = self.tape.record.reshape(self.tape.n_interactions, -1)[:, places]
        return components_of(len(table), columns(table))

    def values(self, place: int) -> Ints:
        """[n] the value of a field, a number; -1 where missing."""
        return self.tape.record.reshape(self.tape.n_interactions, -1)[:, place]

    def form(self, place: int, form: int) -> Ints:
        """[n] a form of the value of a field, a number; -1 where missing."""
        values = self.values(place)
        codes = self.tape.scalar.reshape(-1, SCALARS)[:, form]
        return np.where(values == MISSING, MISSING, codes[values]) if len(codes) else values

    def fields(self, *kinds: str) -> list[tuple[int, str]]:
        """Place and name of the fields of some kinds, in the config's order."""
        return [
            (place, field.name)
            for place, field in enumerate(self.ready.normalizer.fields)
            if field.kind in kinds
        ]


def sightings(values: Ints) -> tuple[Ints, Ints]:
    """Rows that have a value which an earlier row has too: (the last such row before it, the row).

    Args:
        values: [n] numbers; -1 where missing.

    Example:
        >>> before, row = sightings(np.array([7, -1, 7, 8, 7]))
        >>> before.tolist(), row.tolist()
        ([0, 2], [2, 4])
    """
    rows = np.flatnonzero(values != MISSING)
    ordered = rows[np.argsort(values[rows], kind="stable")]
    again = values[ordered[1:]] == values[ordered[:-1]]
    return ordered[:-1][again], ordered[1:][again]
