"""How well two records agree that follow each other under one identifier, or of one person: where errors show."""

from __future__ import annotations

import numpy as np

from idlab.core.codes import MISSING
from idlab.core.compare import NEVER_STALE
from idlab.profile.gathering import Gathering
from idlab.profile.view import IDENTIFIERS, View, sightings
from idlab.replay.levels import levels_of

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
    for link, values in links:
        before, row = sightings(values)
        if len(row) > most_pairs:
            drawn = np.random.default_rng(_SEED).choice(len(row), most_pairs, replace=False)
            before, row = before[drawn], row[drawn]
        for place, field in enumerate(view.ready.field_names):
            if field != link and view.ready.normalizer.fields[place].kind != "conversation":
                left, right = view.values(place)[before], view.values(place)[row]
                both = (left != MISSING) & (right != MISSING)
                ages = np.full(int(both.sum()), NEVER_STALE, dtype=np.int64)
                pairs = left[both], right[both]
                level = levels_of(view.tape, view.ready, place, *pairs, ages, np.zeros_like(ages))
                counts = np.bincount(level, minlength=len(view.ready.level_names[place]))
                into.shares(f"agreement.same {link}.{field}", counts, view.ready.level_names[place])
