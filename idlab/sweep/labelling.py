"""Samples of a dataset for a scoring config: worksheets to fill in, or labels answered by the truth."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.data.labels import judged_pairs, known_persons
from idlab.data.sampling import PairSample, drawn_interactions, drawn_pairs, person_labels
from idlab.data.worksheet import pairs_worksheet, people_worksheet
from idlab.errors import BadInput
from idlab.evaluate import counted, history_of, replayed
from idlab.metrics import Costs
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.metrics.estimates import Estimate
from idlab.metrics.sampled import LabelledPeople, estimate_cost, estimate_pairs, estimate_partition
from idlab.metrics.sampled_decisions import estimate_decisions
from idlab.replay import Replay
from idlab.replay.encode import Progress
from idlab.sweep.lookup import candidate_pairs, to_look_through

Cell = TypeVar("Cell", bound=np.generic)


class DrawnPairs(NamedTuple):
    """The candidate pairs of a replay, and which of them were drawn.

    Args:
        left, right: [pairs] the two interactions of every pair, as rows of the dataset's file.
        score: [pairs] the score of each.
        sample: Which were drawn.
    """

    left: Ints
    right: Ints
    score: Floats
    sample: PairSample

    def worksheet(self, dataset: Dataset, *, show_identifiers: bool) -> pd.DataFrame:
        """The pairs drawn, to be judged; see ``idlab.data.worksheet.pairs_worksheet``."""
        return pairs_worksheet(dataset, self.left, self.right, self.sample, show_identifiers=show_identifiers)

    def alike(self, values: Ints) -> Flags:
        """Whether both interactions of each pair drawn have the same value.

        Args:
            values: [interactions] one for each row of the dataset's file, such as its person.

        Returns:
            [drawn] flags.
        """
        place = self.sample.place
        found: Flags = values[self.left[place]] == values[self.right[place]]
        return found


def drawn_candidate_pairs(dataset: Dataset, done: Replay, pairs: int, seed: int) -> DrawnPairs:
    """Draw from every interaction with what opened its top candidate, evenly over scores.

    Args:
        dataset: What was replayed.
        done: The replay.
        pairs: How many to draw.
        seed: Of the draw.

    Raises:
        BadInput: If there are not so many interactions with a candidate.
    """
    left, right, score = candidate_pairs(done)
    return DrawnPairs(dataset.order[left], dataset.order[right], score, drawn_pairs(score, pairs, seed))


def with_others(dataset: Dataset, done: Replay, drawn: Ints) -> list[tuple[int, Ints]]:
    """Each interaction drawn, with those that may be of the same person; see ``to_look_through``.

    Args:
        dataset: What was replayed.
        done: The replay.
        drawn: [k] the interactions, as rows of the dataset's file.

    Returns:
        [k] each with the others, all as rows of the file.
    """
    place = in_file(dataset, np.arange(len(dataset), dtype=np.int64))
    others = to_look_through(done, place[drawn])
    return [(int(row), dataset.order[near]) for row, near in zip(drawn, others, strict=True)]


def people_to_label(
    dataset: Dataset,
    config: ScoringConfig,
    people: int,
    *,
    seed: int = 0,
    show_identifiers: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """A worksheet of people drawn by their interactions; see ``idlab.data.worksheet.people_worksheet``.

    Args:
        dataset: What to draw from; its truth is not read.
        config: Says by its keys and its decisions what may be of the same person.
        people: How many to draw.
        seed: Of the draw.
        show_identifiers: Whether phones, names and the like are shown as they are.
        progress: Called with what is being done.

    Raises:
        BadInput: If there are not so many interactions.
    """
    drawn = drawn_interactions(len(dataset), people, seed)
    draws = with_others(dataset, replayed(dataset, config, progress=progress), drawn)
    return people_worksheet(dataset, draws, show_identifiers=show_identifiers)


def pairs_to_judge(
    dataset: Dataset,
    config: ScoringConfig,
    pairs: int,
    *,
    seed: int = 0,
    show_identifiers: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """A worksheet of pairs drawn evenly over scores: interactions with what opened their top candidates.

    Args:
        dataset: What to draw from; its truth is not read.
        config: What scores.
        pairs: How many to draw.
        seed: Of the draw.
        show_identifiers: Whether phones, names and the like are shown as they are.
        progress: Called with what is being done.

    Raises:
        BadInput: If there are not so many interactions with a candidate.
    """
    drawn = drawn_candidate_pairs(dataset, replayed(dataset, config, progress=progress), pairs, seed)
    return drawn.worksheet(dataset, show_identifiers=show_identifiers)


def true_labels(
    dataset: Dataset,
    config: ScoringConfig,
    *,
    people: int | None = None,
    pairs: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The labels that perfect labellers would give to the same sample.

    Args:
        dataset: Read with its truth.
        config: As for the worksheets.
        people: How many people to draw, or
        pairs: how many pairs.
        seed: Of the draw.
        progress: Called with what is being done.

    Raises:
        BadInput: If the truth was not read, or both or neither are asked for.
    """
    if (people is None) == (pairs is None):
        raise BadInput("ask either for people or for pairs", where="labels")
    person = dataset.person
    if people is not None:
        return person_labels(drawn_interactions(len(dataset), people, seed), person, dataset.ids)
    drawn = drawn_candidate_pairs(dataset, replayed(dataset, config, progress=progress), pairs or 0, seed)
    sheet = drawn.worksheet(dataset, show_identifiers=False)
    same = drawn.alike(person)
    return sheet[["left", "right", "weight"]].assign(same=np.where(same, "yes", "no"))


def estimated(
    dataset: Dataset,
    config: ScoringConfig,
    *,
    costs: Costs = DEFAULT_COSTS,
    progress: Progress | None = None,
) -> dict[str, Estimate]:
    """Estimate how a config does on all interactions from labels of a sample, their weights included.

    Args:
        dataset: Read with its labels: whole people, or judged pairs.
        config: What decides.
        costs: The prices.
        progress: Called with what is being done.

    Returns:
        From people, what ``estimate_decisions`` and ``estimate_partition`` tell, and
        ``cost_unanswered_per_1000``; from judged pairs, what ``estimate_pairs`` does: pairs do not tell who else
        is in an identity, by whom decisions are judged.

    Raises:
        BadInput: If the labels were not read, or the interactions of a person differ in weight.
    """
    table = dataset.labels_table
    if table is None:
        raise BadInput("there are no labels here", where=dataset.name, hint="label a sample with idlab label")
    done = replayed(dataset, config, progress=progress)
    if "left" in table.column_names:
        identity, pairs = in_file(dataset, done.identity), judged_pairs(table, dataset.ids)
        return estimate_pairs(pairs.same, pairs.weight, identity[pairs.left] == identity[pairs.right])
    known = known_persons(table, dataset.ids)
    people = LabelledPeople.of(known.person[dataset.order], known.weight[dataset.order])
    history = history_of(done, counted(dataset))
    found = estimate_decisions(people, history) | estimate_partition(people, done.identity)
    return found | {"cost_unanswered_per_1000": estimate_cost(people, history, costs)}


def in_file(dataset: Dataset, values: NDArray[Cell]) -> NDArray[Cell]:
    """Values in the order handled, put into the order of the file."""
    found = np.empty_like(values)
    found[dataset.order] = values
    return found
