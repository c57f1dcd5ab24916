"""Worksheets: what a person fills in to label a sample, and the labels that come of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from idlab.data.dataset import Dataset
from idlab.data.place import Place
from idlab.data.sampling import IntArray, PairSample, person_labels
from idlab.data.text import first_row
from idlab.data.truth import known_rows
from idlab.errors import BadInput
from idlab.masking import HIDDEN, masked

PEOPLE = ("draw", "interaction_id", "drawn", "same_person")
"""The columns of a worksheet of people; what was known of each interaction stands beside them."""

PAIRS = ("left", "right", "same", "weight")
"""The columns of a worksheet of pairs, likewise."""

_YES, _NO = "yes", "no"
_SHOWN = {"phone": "phone", "email": "email", "full_name": "name"}
_PLAIN = ("occurred_at", "channel")


def people_worksheet(
    dataset: Dataset, draws: Sequence[tuple[int, IntArray]], *, show_identifiers: bool
) -> pd.DataFrame:
    """A worksheet of drawn interactions, each with others that may be of the same person.

    Args:
        dataset: The dataset.
        draws: For each draw the row drawn, and the rows to look through.
        show_identifiers: Whether phones, names and the like are shown as they are.

    Returns:
        The columns of ``PEOPLE``, ``same_person`` being ``yes`` for the row drawn and empty for the others,
        then what was known. Rows that belong to the person and are not listed may be added.
    """
    rows: list[int] = []
    heads: list[tuple[int, str, str]] = []
    for number, (drawn, others) in enumerate(draws, start=1):
        for row in (drawn, *(other for other in others.tolist() if other != drawn)):
            rows.append(row)
            heads.append((number, _YES if row == drawn else _NO, _YES if row == drawn else ""))
    sheet = pd.DataFrame(heads, columns=["draw", "drawn", "same_person"])
    sheet.insert(1, "interaction_id", _ids(dataset, rows))
    return pd.concat([sheet, _known(dataset, rows, "", show_identifiers=show_identifiers)], axis=1)


def pairs_worksheet(
    dataset: Dataset, left: IntArray, right: IntArray, sample: PairSample, *, show_identifiers: bool
) -> pd.DataFrame:
    """A worksheet of drawn pairs, whose scores are not shown, so that they sway nobody.

    Args:
        dataset: The dataset.
        left, right: The rows of every pair that was drawn from.
        sample: Which were drawn.
        show_identifiers: Whether phones, names and the like are shown as they are.

    Returns:
        The columns of ``PAIRS``, ``same`` being empty, then what was known of both.
    """
    sides = left[sample.place].tolist(), right[sample.place].tolist()
    head = pd.DataFrame({"left": _ids(dataset, sides[0]), "right": _ids(dataset, sides[1]), "same": ""})
    head["weight"] = sample.weight
    parts = [
        _known(dataset, rows, f"{name}_", show_identifiers=show_identifiers)
        for name, rows in zip(("left", "right"), sides, strict=True)
    ]
    return pd.concat([head, *parts], axis=1)


def labels_of_worksheet(path: Path, dataset: Dataset) -> pd.DataFrame:
    """The labels of a worksheet that was filled in.

    Args:
        path: A CSV file with the columns of ``PEOPLE`` or of ``PAIRS``; others are not read.
        dataset: What it was drawn from.

    Returns:
        Labels as ``idlab.data.labels.labels_table`` takes them.

    Raises:
        BadInput: If the file is no worksheet, an answer is missing or is neither yes nor no, or two draws
            contradict each other.
    """
    try:
        sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no CSV"
        hint = "give the worksheet that idlab label sample wrote, filled in"
        raise BadInput(f"cannot be read ({reason})", where=str(path), hint=hint) from error
    place = Place(str(path))
    if all(name in sheet.columns for name in PAIRS):
        _check_answers(sheet["same"], "same", place)
        return sheet[list(PAIRS)]
    if all(name in sheet.columns for name in PEOPLE):
        return person_labels_of(sheet, dataset, place)
    what = f"has neither the columns {', '.join(PEOPLE)} nor {', '.join(PAIRS)}"
    raise BadInput(what, where=str(path), hint="make a worksheet with idlab label sample")


def person_labels_of(sheet: pd.DataFrame, dataset: Dataset, place: Place) -> pd.DataFrame:
    """The labels of a worksheet of people in which every row is answered.

    Args:
        sheet: The columns of ``PEOPLE``, its rows numbered from 0.
        dataset: What it was drawn from.
        place: What a message calls the worksheet.

    Returns:
        Labels as ``idlab.data.labels.labels_table`` takes them.

    Raises:
        BadInput: If an answer is missing or is neither yes nor no, or two draws contradict each other.
    """
    for column in ("same_person", "drawn"):
        _check_answers(sheet[column], column, place)
    column = pa.chunked_array([pa.array(sheet["interaction_id"].tolist(), pa.string())])
    row = known_rows(column, dataset.ids, "interaction_id", place)
    drawn = sheet["drawn"].str.lower() == _YES
    if not drawn.any():
        raise BadInput(
            "names no drawn interaction", where=place.file, hint="leave the column drawn as it was"
        )
    person = np.full(len(dataset), -1, dtype=np.int64)
    claims: dict[int, set[int]] = {}
    for number, (_, part) in enumerate(
        sheet[sheet["same_person"].str.lower() == _YES].groupby("draw", sort=False)
    ):
        mine = set(row[part.index].tolist())
        held = {int(person[one]) for one in mine} - {-1}
        known_as = min(held, default=number)
        if held and any(claims[one] != mine for one in held):
            first = int(part.index[0])
            hint = "give the same interactions to the same person in both draws"
            raise BadInput(
                "contradicts an earlier draw of this person", where=place.at("draw", first), hint=hint
            )
        claims[known_as] = mine
        person[list(mine)] = known_as
    left_out = first_row(pa.chunked_array([drawn.to_numpy() & (person[row] < 0)]))
    if left_out is not None:
        where, hint = place.at("same_person", row=left_out), "a drawn interaction is of its own person"
        raise BadInput("is not yes", where=where, hint=hint)
    return person_labels(row[drawn.to_numpy()], person, dataset.ids)


def _check_answers(answers: pd.Series, column: str, place: Place) -> None:
    bad = ~answers.str.strip().str.lower().isin([_YES, _NO])
    if bad.any():
        where = place.at(column, row=int(bad.to_numpy().argmax()))
        raise BadInput("is neither yes nor no", where=where, hint="fill in every row")


def _ids(dataset: Dataset, rows: Sequence[int]) -> list[str]:
    ids: list[str] = dataset.ids.take(pa.array(rows, pa.int64())).to_pylist()
    return ids


def _known(dataset: Dataset, rows: Sequence[int], prefix: str, *, show_identifiers: bool) -> pd.DataFrame:
    """What was known of interactions, in columns whose names begin with a prefix."""
    hidden = ("interaction_id", "conversation_id", "participant_id", "sequence")
    names = [name for name in dataset.table.column_names if name not in hidden]
    table = dataset.table.select(names).take(pa.array(rows, pa.int64()))
    columns = {
        prefix + name: _shown(name, table[name].to_pylist(), show_identifiers=show_identifiers)
        for name in names
        if table[name].null_count < len(table)
    }
    return pd.DataFrame(columns, index=range(len(rows)))


def _shown(name: str, values: list[object], *, show_identifiers: bool) -> list[str]:
    texts = ["" if value is None else str(value) for value in values]
    if show_identifiers or name in _PLAIN:
        return texts
    kind = _SHOWN.get(name)
    return [text and (HIDDEN if kind is None else masked(kind, text)) for text in texts]
