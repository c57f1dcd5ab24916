"""Profiling a dataset."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import tape_of
from idlab.evaluate.knowledge import persons_of
from idlab.profile.agreement import gather_agreement
from idlab.profile.fill import gather_fill
from idlab.profile.gathering import Gathering
from idlab.profile.naming import gather_naming
from idlab.profile.people import gather_people
from idlab.profile.profile import Profile
from idlab.profile.sharing import gather_sharing
from idlab.profile.view import View

_DAY = 86_400_000_000

MOST_PAIRS = 2000
"""Pairs of records compared under each identifier."""


def profile_of(
    dataset: Dataset,
    config: ScoringConfig,
    *,
    most_pairs: int = MOST_PAIRS,
    progress: Callable[[str], None] | None = None,
) -> Profile:
    """Summarise a dataset without copying a single identifier.

    What is said is shares, quantiles and means over at least 20 rows, values or people.

    Args:
        dataset: The dataset; with truth or labels, if it was read with them, more is said.
        config: Says how fields are read and on which levels they are compared.
        most_pairs: Pairs of records compared under each identifier; more take longer.
        progress: Called with what is being done.

    Raises:
        BadInput: If the dataset lacks a field that the config declares.
    """
    say = progress or (lambda _: None)
    tape = tape_of(dataset, config, progress=progress)
    channel = dataset.table["channel"].combine_chunks().dictionary_encode()
    if isinstance(channel, pa.ChunkedArray):
        channel = channel.combine_chunks()
    knows = dataset.truth_table is not None or dataset.labels_table is not None
    person = persons_of(dataset)[0] if knows else np.full(len(dataset), -1, dtype=np.int64)
    view = View(
        tape,
        compiled(config),
        channel.indices.to_numpy(zero_copy_only=False).astype(np.int64)[dataset.order],
        tuple(channel.dictionary.to_pylist()),
        person,
    )
    say("counting")
    into = Gathering()
    for gather in (gather_fill, gather_sharing, gather_naming, gather_people):
        gather(view, into)
    say("comparing neighbours")
    gather_agreement(view, into, most_pairs)
    people = len(np.unique(person[person >= 0])) if knows else None
    days = 1 + int(tape.time.max() - tape.time.min()) // _DAY if len(dataset) else 1
    return Profile(len(dataset), days, people, into.found)
