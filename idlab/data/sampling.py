"""Which people and pairs to label, and the labels that come of it, with their sampling weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from idlab.errors import BadInput
from idlab.metrics.draws import uniform

IntArray = np.ndarray[Any, np.dtype[np.int64]]
FloatArray = np.ndarray[Any, np.dtype[np.float64]]

_PEOPLE, _PAIRS = 1, 2


class PairSample(NamedTuple):
    """Pairs drawn to be judged.

    Args:
        place: [k] which pairs of those drawn from.
        stratum: [k] the stratum of each.
        weight: [k] how many pairs of its stratum it stands for.
    """

    place: IntArray
    stratum: IntArray
    weight: FloatArray


def drawn_interactions(interactions: int, people: int, seed: int) -> IntArray:
    """Interactions drawn at random, each once, whose people are to be labelled whole.

    So a person is drawn with a chance proportional to the number of interactions. With the same seed a larger
    sample begins with the smaller one.

    Args:
        interactions: How many there are.
        people: How many to draw; people with several interactions drawn count as often.
        seed: Of the draw.

    Returns:
        [people] row numbers, in the order drawn.

    Raises:
        BadInput: If there are not so many interactions.

    Example:
        >>> drawn_interactions(10, 4, seed=1)[:2].tolist() == drawn_interactions(10, 2, seed=1).tolist()
        True
    """
    if not 1 <= people <= interactions:
        raise BadInput(f"{people} people cannot be drawn by {interactions} interactions", where="people")
    return np.argsort(_chances(interactions, seed, _PEOPLE), kind="stable")[:people]


def person_labels(drawn: IntArray, person: IntArray, ids: pa.ChunkedArray) -> pd.DataFrame:
    """Labels of the drawn people: every interaction of each, weighted by the inverse of the sampling rate.

    Args:
        drawn: [k] the interactions drawn.
        person: [n] the person of each interaction, as far as somebody found out; -1 elsewhere.
        ids: ``interaction_id`` of each interaction.

    Returns:
        ``interaction_id``, ``person_id`` and ``weight`` = n m / (k s) for a person with s interactions, m of
        them drawn; the weights of all rows sum to n.

    Raises:
        BadInput: If the person of a drawn interaction is not known.

    Example:
        >>> labels = person_labels(np.array([0]), np.array([5, 5, 6]), pa.chunked_array([["a", "b", "c"]]))
        >>> labels.values.tolist()
        [['a', 'person-1', 1.5], ['b', 'person-1', 1.5]]
    """
    if (person[drawn] < 0).any():
        raise BadInput("the person of a drawn interaction is not known", where="labels")
    number, found = pd.factorize(person[drawn])
    place = pd.Index(found).get_indexer(pd.Index(person))
    rows = np.flatnonzero(place >= 0)
    times, size = np.bincount(number), np.bincount(place[rows])
    weight = len(person) * times / (drawn.size * size)
    names = np.array([f"person-{one + 1}" for one in range(len(found))], dtype=object)
    return pd.DataFrame(
        {
            "interaction_id": ids.take(pa.array(rows)).to_pandas(),
            "person_id": names[place[rows]],
            "weight": weight[place[rows]],
        }
    )


def drawn_pairs(score: FloatArray, pairs: int, seed: int, strata: int = 10) -> PairSample:
    """Pairs drawn to be judged, as many from every tenth of the range of scores.

    So the rare scores near the thresholds are seen as often as the common ones. A stratum with fewer pairs
    than its share is judged whole, and its rest goes to the others.

    Args:
        score: [n] from 0 to 1, of each pair drawn from.
        pairs: How many to draw.
        seed: Of the draw.
        strata: How many there are, of equal width.

    Returns:
        The sample, by stratum.

    Raises:
        BadInput: If there are not so many pairs, or no stratum.

    Example:
        >>> sample = drawn_pairs(np.array([0.05, 0.06, 0.07, 0.95]), 2, seed=1)
        >>> sample.stratum.tolist(), sample.weight.tolist()
        ([0, 9], [3.0, 1.0])
    """
    if strata < 1:
        raise BadInput(f"strata is {strata} and must be at least 1", where="strata")
    if not 1 <= pairs <= score.size:
        raise BadInput(f"{pairs} pairs cannot be drawn from {score.size}", where="pairs")
    of_pair = np.minimum((score * strata).astype(np.int64), strata - 1)
    sizes = np.bincount(of_pair, minlength=strata)
    takes = _shared_out(sizes, pairs)
    order = np.lexsort((_chances(score.size, seed, _PAIRS), of_pair))
    start = np.cumsum(sizes) - sizes
    place = np.concatenate([order[first : first + take] for first, take in zip(start, takes, strict=True)])
    stratum = of_pair[place]
    return PairSample(place, stratum, sizes[stratum] / takes[stratum])


def _shared_out(sizes: IntArray, total: int) -> IntArray:
    """How many to take of each, as evenly as sizes allow."""
    takes = np.zeros_like(sizes)
    while total:
        room = np.flatnonzero(takes < sizes)
        even, rest = divmod(total, room.size)
        wanted = np.full(room.size, even) if even else (np.arange(room.size) < rest).astype(np.int64)
        step = np.minimum(sizes[room] - takes[room], wanted)
        takes[room] += step
        total -= int(step.sum())
    return takes


def _chances(rows: int, seed: int, purpose: int) -> FloatArray:
    numbers = np.arange(rows, dtype=np.uint64)
    return uniform([np.full(rows, purpose, dtype=np.uint64), numbers], rows, seed)
