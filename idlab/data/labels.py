"""Partial knowledge of the truth: the persons of some interactions, or judged pairs."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from idlab.data.place import Place
from idlab.data.schema import check_unique, column_names
from idlab.data.text import Column, first_row, text_column
from idlab.data.truth import known_rows, refuse_nulls
from idlab.errors import BadInput

PERSON_LABELS = ("interaction_id", "person_id")
"""The columns of labels that name the persons of some interactions; ``weight`` may stand beside them."""

PAIR_LABELS = ("left", "right", "same")
"""The columns of labels that are judged pairs of interactions; ``weight`` may stand beside them."""

_YES = ("true", "yes", "1", "same")
_NO = ("false", "no", "0", "different")

IntArray = np.ndarray[Any, np.dtype[np.int64]]
FloatArray = np.ndarray[Any, np.dtype[np.float64]]
BoolArray = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class JudgedPairs:
    """Pairs of interactions that somebody judged, by row number in the dataset.

    Args:
        left, right: The rows of the two interactions (int64).
        same: Whether they are one person.
        weight: How many pairs each stands for (float64, positive): the inverse of its sampling rate.
    """

    left: IntArray
    right: IntArray
    same: BoolArray
    weight: FloatArray


@dataclass(frozen=True)
class KnownPersons:
    """The persons of those interactions of which labels say something.

    Args:
        person: A number for each interaction's person from 0 (int64), -1 where it is not known.
        known: Whether labels say something about it.
        weight: How many interactions each stands for (float64); 1 for judged pairs.
    """

    person: IntArray
    known: BoolArray
    weight: FloatArray


def labels_table(data: pd.DataFrame | pa.Table, ids: pa.ChunkedArray, place: Place) -> pa.Table:
    """Labels, checked, in the types of ``labels.parquet``.

    Args:
        data: Either judged pairs (``left``, ``right``, ``same``) or persons (``interaction_id``,
            ``person_id``), each with an optional ``weight``.
        ids: ``interaction_id`` of the interactions.
        place: Where the labels came from, for messages.

    Returns:
        Texts, ``same`` as boolean, ``weight`` as float64 (1 where the column is missing).

    Raises:
        BadInput: On a missing column or value, an unknown interaction, a verdict that is neither, a weight
            that is not positive, a person named twice, or judgements that contradict each other.

    Example:
        >>> pairs = pd.DataFrame({"left": ["a"], "right": ["b"], "same": ["yes"]})
        >>> labels_table(pairs, pa.chunked_array([["a", "b"]]), Place("labels"))["same"].to_pylist()
        [True]
    """
    names = column_names(data, place)
    shape = _shape_of(names, place)
    columns = {name: text_column(data[name], name, place)[0] for name in shape}
    for name in shape:
        refuse_nulls(columns[name], name, place)
    weight = _weights(data["weight"], place) if "weight" in names else pa.chunked_array([np.ones(len(data))])
    if not len(data):
        raise BadInput("holds no labels", where=place.file, hint="leave the labels out if there are none")
    if shape == PERSON_LABELS:
        known_rows(columns["interaction_id"], ids, "interaction_id", place)
        hint = "name the person of an interaction once"
        check_unique(columns["interaction_id"], "interaction_id", place, hint)
        return pa.table({**columns, "weight": weight}).combine_chunks()
    left = known_rows(columns["left"], ids, "left", place)
    right = known_rows(columns["right"], ids, "right", place)
    columns["same"] = _verdicts(columns["same"], place)
    same = columns["same"].to_numpy()
    _check_contradictions(left, right, same, len(ids), place)
    return pa.table({**columns, "weight": weight}).combine_chunks()


def judged_pairs(labels: pa.Table, ids: pa.ChunkedArray) -> JudgedPairs:
    """Judged pairs by row number.

    Args:
        labels: What ``labels_table`` returned for judged pairs.
        ids: ``interaction_id`` of the interactions.

    Raises:
        BadInput: If the labels are persons, not pairs.
    """
    place = Place("labels")
    if "left" not in labels.column_names:
        raise BadInput("the labels name persons, not judged pairs", hint=f"give {', '.join(PAIR_LABELS)}")
    return JudgedPairs(
        known_rows(labels["left"], ids, "left", place),
        known_rows(labels["right"], ids, "right", place),
        labels["same"].to_numpy(),
        labels["weight"].to_numpy(),
    )


def known_persons(labels: pa.Table, ids: pa.ChunkedArray) -> KnownPersons:
    """What labels of either shape say about single interactions.

    Pairs judged to be one person are closed transitively: each connected component is a person. Two
    interactions that are in judged pairs but in different components count as different persons.

    Args:
        labels: What ``labels_table`` returned.
        ids: ``interaction_id`` of the interactions.

    Example:
        >>> ids = pa.chunked_array([["a", "b", "c"]])
        >>> pairs = pd.DataFrame({"left": ["c"], "right": ["a"], "same": ["yes"]})
        >>> labels = labels_table(pairs, ids, Place("labels"))
        >>> known_persons(labels, ids).person.tolist()
        [0, -1, 0]
    """
    person = np.full(len(ids), -1, dtype=np.int64)
    weight = np.ones(len(ids))
    if "left" in labels.column_names:
        pairs = judged_pairs(labels, ids)
        known = np.zeros(len(ids), dtype=np.bool_)
        known[pairs.left] = known[pairs.right] = True
        components = _components(pairs.left[pairs.same], pairs.right[pairs.same], len(ids))
        person[known] = pd.factorize(components[known])[0]
        return KnownPersons(person, known, weight)
    rows = known_rows(labels["interaction_id"], ids, "interaction_id", Place("labels"))
    person[rows] = pd.factorize(labels["person_id"].to_pandas())[0]
    weight[rows] = labels["weight"].to_numpy()
    return KnownPersons(person, person >= 0, weight)


def _shape_of(names: list[str], place: Place) -> tuple[str, ...]:
    for shape in (PAIR_LABELS, PERSON_LABELS):
        if all(name in names for name in shape):
            return shape
    raise BadInput(
        f"has neither the columns {', '.join(PAIR_LABELS)} nor {', '.join(PERSON_LABELS)}",
        where=place.file,
        hint="name the columns of the labels so",
    )


def _verdicts(texts: pa.ChunkedArray, place: Place) -> pa.ChunkedArray:
    lowered = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    row = first_row(pc.invert(pc.is_in(lowered, value_set=pa.array(_YES + _NO))))
    if row is not None:
        hint = f"valid are {', '.join(_YES)} and {', '.join(_NO)}"
        raise BadInput("is not a verdict", where=place.at("same", row=row), hint=hint)
    return pc.is_in(lowered, value_set=pa.array(_YES))


def _weights(values: Column, place: Place) -> pa.ChunkedArray:
    numbers = values if isinstance(values, pd.Series) else values.to_pandas()
    weights = np.asarray(pd.to_numeric(numbers, errors="coerce"), dtype=np.float64)
    bad = ~(np.isfinite(weights) & (weights > 0))
    if bad.any():
        where = place.at("weight", row=int(bad.argmax()))
        raise BadInput("is not a positive number", where=where, hint="a weight is 1 over the sampling rate")
    return pa.chunked_array([weights])


def _components(left: IntArray, right: IntArray, rows: int) -> IntArray:
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(rows, rows))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _check_contradictions(left: IntArray, right: IntArray, same: BoolArray, rows: int, place: Place) -> None:
    """Refuses the first pair judged different that pairs judged the same make one person."""
    components = _components(left[same], right[same], rows)
    contradicted = ~same & (components[left] == components[right])
    if not contradicted.any():
        return
    row = int(contradicted.argmax())
    chain = _chain(left, right, same, int(left[row]), int(right[row]))
    what = "judges one interaction to differ from itself" if not chain else _contradiction(chain, place)
    raise BadInput(what, where=place.at("same", row=row), hint="correct one of these judgements")


def _contradiction(chain: list[int], place: Place) -> str:
    named = ", ".join(str(place.rows_before + link + 1) for link in chain[:_CHAIN_SHOWN])
    more = f" and {len(chain) - _CHAIN_SHOWN} more" if len(chain) > _CHAIN_SHOWN else ""
    return f"says that two interactions differ, but rows {named}{more} together say that they are one person"


_CHAIN_SHOWN = 8


def _chain(left: IntArray, right: IntArray, same: BoolArray, start: int, goal: int) -> list[int]:
    """The rows of a shortest chain of same-person judgements between two interactions (breadth first)."""
    neighbours: dict[int, list[tuple[int, int]]] = {}
    for row in np.flatnonzero(same).tolist():
        a, b = int(left[row]), int(right[row])
        neighbours.setdefault(a, []).append((b, row))
        neighbours.setdefault(b, []).append((a, row))
    came: dict[int, tuple[int, int]] = {start: (start, -1)}
    queue = deque([start])
    while goal not in came:
        at = queue.popleft()
        for other, row in neighbours.get(at, []):
            if other not in came:
                came[other] = (at, row)
                queue.append(other)
    chain: list[int] = []
    while goal != start:
        goal, row = came[goal]
        chain.append(row)
    return sorted(chain)
