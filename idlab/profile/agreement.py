"""How well two records agree that follow each other under one identifier, or of one person: where errors show."""

from __future__ import annotations

from typing import Any

import numpy as np

from idlab.core.codes import MISSING
from idlab.core.compare import NEVER_STALE, level_of
from idlab.core.similarity import WORK_SIZE, Packed
from idlab.core.world import Values
from idlab.profile.gathering import Gathering
from idlab.profile.view import IDENTIFIERS, View, sightings
from idlab.replay.encode import Ints
from idlab.replay.state import empty, empty_floats, rules_as_arrays
from idlab.replay.user import Callbacks, never

_SEED = 1


def gather_agreement(view: View, into: Gathering, most_pairs: int) -> None:
    """The shares of comparison levels of every other field, between neighbours under each identifier and person.

    Args:
        view: The dataset.
        into: Where they go, as ``LEVEL of FIELD, same LINK``.
        most_pairs: Of more pairs than these, so many are drawn.
    """
    links = [(field, view.values(place)) for place, field in view.fields(*IDENTIFIERS)]
    links.append(("person", view.person))
    levels = _Levels(view)
    for link, values in links:
        before, row = sightings(values)
        if len(row) > most_pairs:
            drawn = np.random.default_rng(_SEED).choice(len(row), most_pairs, replace=False)
            before, row = before[drawn], row[drawn]
        for place, field in enumerate(view.ready.field_names):
            if field != link and view.ready.normalizer.fields[place].kind != "conversation":
                left, right = view.values(place)[before], view.values(place)[row]
                both = (left != MISSING) & (right != MISSING)
                counts = levels.counted(place, left[both], right[both])
                into.shares(f"agreement.same {link}.{field}", counts, view.ready.level_names[place])


class _Levels:
    """The levels on which values agree, asked of the core once for every pair of values."""

    def __init__(self, view: View) -> None:
        tape = view.tape
        self._rules = rules_as_arrays(view.ready.rules)
        self._user = Callbacks(view.ready.predicates, tape.texts) if view.ready.predicates else never
        arrays: Any = tape
        text = Packed(arrays.points, arrays.text_start, empty(WORK_SIZE))
        lists = (arrays.scalar, arrays.list_start, arrays.item, arrays.ordinal)
        self._values = Values(*lists, term=empty_floats(0), n_terms=0, text=text)

    def counted(self, place: int, left: Ints, right: Ints) -> Ints:
        """How many of the pairs of values of a field are on each of its levels, else being the last."""
        n_levels = self._rules.level_start[place + 1] - self._rules.level_start[place]
        counts = np.zeros(n_levels, dtype=np.int64)
        pairs, repeats = np.unique(np.stack([left, right]), axis=1, return_counts=True)
        for (a, b), count in zip(pairs.T.tolist(), repeats.tolist(), strict=True):
            level = level_of(
                self._rules, self._values, self._user, place, a, b, NEVER_STALE, 0, int(n_levels)
            )
            counts[level] += count
        return counts
