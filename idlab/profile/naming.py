"""How frequent the frequent names and e-mail domains are, and what names are made of; which ones is not said."""

from __future__ import annotations

import numpy as np

from idlab.core.codes import FIRST_NAME, LAST_NAME, MISSING, TOKENS
from idlab.core.world import LISTS
from idlab.metrics.arrays import Ints
from idlab.normalize.kinds import KINDS
from idlab.profile.gathering import Gathering
from idlab.profile.view import View

_GROUPS = 1000
_SEED = 1
_RANKS = (1, 10, 100)
_TOKENS = ("1", "2", "3", "4+")


def gather_naming(view: View, into: Gathering) -> None:
    """The frequency curves of first and last names and of e-mail domains, and how many words names have."""
    for place, field in view.fields("name"):
        for form, called in ((FIRST_NAME, "first"), (LAST_NAME, "last")):
            _curve(into, f"most frequent.{field} {called}", view.form(place, form), view.group)
        values = view.values(place)
        values = values[values != MISSING]
        starts = view.tape.list_start
        words = starts[values * LISTS + TOKENS + 1] - starts[values * LISTS + TOKENS]
        counts = np.bincount(np.clip(words, 1, len(_TOKENS)) - 1, minlength=len(_TOKENS))
        into.shares(f"words.{field}", counts, _TOKENS)
    domain = KINDS["email"].scalars.index("domain")
    for place, field in view.fields("email"):
        _curve(into, f"most frequent.{field} domain", view.form(place, domain), view.group)


def _curve(into: Gathering, prefix: str, codes: Ints, group: Ints) -> None:
    """The share that the most frequent 1, 10 and 100 hold: of one row of each group, and of as many in every dataset."""
    known = np.flatnonzero(codes != MISSING)
    _, first = np.unique(group[known], return_index=True)
    each = codes[known[first]]
    if len(each) > _GROUPS:
        each = np.random.default_rng(_SEED).choice(each, _GROUPS, replace=False)
    _, counts = np.unique(each, return_counts=True)
    largest_first = np.sort(counts)[::-1]
    for rank in _RANKS:
        if rank < len(counts):
            into.share(f"{prefix}.{rank}", largest_first[:rank].sum(), counts.sum())
