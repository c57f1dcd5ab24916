"""Every number has a sentence that says what it is, and no sentence is about a number that is not told."""

from __future__ import annotations

import numpy as np

from idlab.metrics import Rate, summarise
from idlab.metrics.definitions import DEFINITIONS
from idlab.metrics.history import unsplit


def test_every_number_is_defined_once() -> None:
    found = summarise(unsplit(np.array([0, 0, 2])), [8, 8, 9], np.zeros((3, 1), dtype=int), resamples=1)
    places = [
        (section, name)
        for section, part in found.items()
        for name in ([""] if isinstance(part, Rate) else part)
    ]
    assert sorted(DEFINITIONS) == sorted(places)
    sentences = list(DEFINITIONS.values())
    assert len(set(sentences)) == len(sentences)
    assert all(told.endswith(".") and told[0].isupper() for told in sentences)
