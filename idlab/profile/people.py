"""How many contacts people have: by truth or labels, and by the identifiers alone."""

from __future__ import annotations

import numpy as np

from idlab.profile.gathering import Gathering
from idlab.profile.view import View


def gather_people(view: View, into: Gathering) -> None:
    """Contacts per known person, and rows per group of rows that identifiers link."""
    known = view.person[view.person >= 0]
    if len(known):
        contacts = np.bincount(known)
        contacts = contacts[contacts > 0]
        into.sizes("contacts per person", contacts, by_row=False)
        into.mean("mean of contacts per person", contacts)
    rows = np.bincount(view.group)
    into.sizes("rows per linked group", rows, by_row=False)
    into.mean("mean of log2 of rows per linked group", np.log2(rows))
