"""What is known of a dataset: the persons behind its interactions, and which of these count."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idlab.data.dataset import Dataset, read_dataset
from idlab.data.labels import known_persons
from idlab.data.manifest import LABELS_FILE, TRUTH_FILE, read_manifest
from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Ints


class Knowledge(NamedTuple):
    """What an evaluation judges by.

    Args:
        kind: ``truth`` (a person for every interaction) or ``labels`` (for some).
        known: Of how many interactions the person is known.
        interactions: How many there are.
        weighted: Whether labels carry sampling weights, so that those interactions alone are not like all.
    """

    kind: str
    known: int
    interactions: int
    weighted: bool

    def __str__(self) -> str:
        if self.kind == "truth":
            return f"judged by truth: the persons of all {self.interactions} interactions"
        return (
            f"judged by labels: the persons of {self.known} of {self.interactions} interactions; the others, and"
            " whom they were merged with, are not judged"
        )

    def refuse_weights(self, where: str) -> None:
        """Refuses labels with sampling weights, of which rates over the labelled interactions alone are biased.

        Args:
            where: What the dataset is called.

        Raises:
            BadInput: If the labels carry weights.

        Example:
            >>> Knowledge("labels", 2, 4, weighted=False).refuse_weights("crm")
        """
        if self.weighted:
            raise BadInput(
                "the labels are a sample with weights, and rates over the labelled interactions alone would not be"
                " those of all",
                where=where,
                hint="estimate them with idlab label estimate",
            )


def read_known(folder: Path | str) -> Dataset:
    """A dataset read with what is known of it: its truth, else its labels.

    Raises:
        BadInput: If it has neither, or cannot be read.
    """
    files = read_manifest(Path(folder)).files
    if TRUTH_FILE not in files and LABELS_FILE not in files:
        hint = "import it with --truth, --truth-file or --labels"
        raise BadInput("the dataset has neither truth nor labels to judge by", where=str(folder), hint=hint)
    return read_dataset(folder, truth=TRUTH_FILE in files, labels=TRUTH_FILE not in files)


def persons_of(dataset: Dataset) -> tuple[Ints, Knowledge]:
    """The persons as far as they are known, and what that knowledge is.

    Args:
        dataset: Read with truth or labels.

    Returns:
        [n] the person of each interaction in the order handled, -1 where unknown.

    Raises:
        BadInput: If the dataset was read with neither.
    """
    rows = len(dataset)
    if dataset.truth_table is not None:
        return dataset.person[dataset.order], Knowledge("truth", rows, rows, weighted=False)
    if dataset.labels_table is None:
        hint = "give truth or labels, and read the dataset with them"
        raise BadInput("there is nothing to judge by", where=dataset.name, hint=hint)
    labels = known_persons(dataset.labels_table, dataset.ids)
    weighted = not bool(np.all(dataset.labels_table["weight"].to_numpy() == 1))
    knowledge = Knowledge("labels", int(labels.known.sum()), rows, weighted)
    return labels.person[dataset.order], knowledge


def counted(dataset: Dataset) -> Flags:
    """Which interactions decision-level metrics count: of a conversation only the last revision.

    An interaction ``<id>#<revision>`` revises ``<id>`` if that is an interaction of the same conversation and
    participant.

    Returns:
        [n] flags, in the order handled.

    Example:
        >>> import pandas as pd
        >>> from idlab.data.dataset import in_memory
        >>> chat = pd.DataFrame({"interaction_id": ["a", "a#1", "b#1"], "channel": "webchat"})
        >>> chat["occurred_at"] = pd.Timestamp("2026-01-05T09:30Z")
        >>> counted(in_memory(chat)).tolist()
        [False, True, True]
    """
    columns = ["interaction_id", "conversation_id", "participant_id"]
    table = dataset.table.select(columns).take(pa.array(dataset.order)).combine_chunks()
    ids = table["interaction_id"].combine_chunks()
    flags = np.ones(len(table), dtype=np.bool_)
    revised = np.flatnonzero(pc.match_substring(ids, "#").to_numpy(zero_copy_only=False))
    if not revised.size:
        return flags
    base = pc.replace_substring_regex(ids.take(pa.array(revised)), "#[^#]*$", "")
    first = pc.fill_null(pc.index_in(base, value_set=ids), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    found = np.flatnonzero(first >= 0)
    revised, first = revised[found], first[found]
    same = np.ones(revised.size, dtype=np.bool_)
    for name in ("conversation_id", "participant_id"):
        values = pc.fill_null(table[name], "")
        same &= pc.equal(values.take(pa.array(revised)), values.take(pa.array(first))).to_numpy()
    revised, first = revised[same], first[same]
    last = first.copy()
    newest = dict(zip(first.tolist(), last.tolist(), strict=True))
    for row, of in zip(revised.tolist(), first.tolist(), strict=True):
        newest[of] = max(newest[of], row)
    flags[revised] = flags[first] = False
    flags[list(newest.values())] = True
    return flags
