"""Which interactions on disk are a customer's: by the runs that say who holds what, or by the id of the interaction itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from idlab.data.manifest import INTERACTIONS_FILE
from idlab.errors import BadInput, UnknownReference
from idlab.model import customer_id_of

IDENTITIES = "identities.parquet"


def interactions_on_disk(
    folders: Iterable[Path], customers: Sequence[str], run: Path | None = None
) -> list[str]:
    """The ids of the interactions of some customers, in files alone.

    Args:
        folders: Datasets, runs, or folders that hold some.
        customers: Any customer_ids of theirs.
        run: The run that says who holds what; None for those in the folders.

    Returns:
        What a run says that they hold; where there is no run, each one the interaction that its customer_id is made of.

    Raises:
        UnknownReference: If nothing in the folders is a customer's.
        BadInput: If runs differ on who holds what.
    """
    roots = list(folders)
    runs = [run / IDENTITIES] if run is not None else _called(roots, IDENTITIES)
    if runs:
        found = {file: _held_in(file, customers) for file in runs}
        answers = list(found.values())
        if any(set(one) != set(answers[0]) for one in answers):
            what = f"{len(runs)} runs differ on which interactions are these customers'"
            raise BadInput(what, where="--dataset", hint="name the one that counts with --run DIR")
        return answers[0]
    wanted = dict.fromkeys(customers)
    theirs = [
        one
        for file in _called(roots, INTERACTIONS_FILE)
        for one in pq.read_table(file, columns=["interaction_id"])["interaction_id"].to_pylist()
        if customer_id_of(one) in wanted
    ]
    _must_be_known(customers, {customer_id_of(one) for one in theirs}, "--dataset")
    return list(dict.fromkeys(theirs))


def _held_in(file: Path, customers: Sequence[str]) -> list[str]:
    """What a run says that customers hold."""
    if not file.is_file():
        raise BadInput(
            "there is no such file", where=str(file), hint="name a folder that idlab resolve wrote"
        )
    table = pq.read_table(file, columns=["interaction_id", "customer_id"])
    pairs = list(zip(table["interaction_id"].to_pylist(), table["customer_id"].to_pylist(), strict=True))
    final = {customer_id_of(interaction): held_by for interaction, held_by in pairs}
    _must_be_known(customers, final.keys(), str(file))
    wanted = {final[customer] for customer in customers}
    return [interaction for interaction, held_by in pairs if held_by in wanted]


def _must_be_known(customers: Iterable[str], known: Iterable[str], where: str) -> None:
    there = set(known)
    for customer in customers:
        if customer not in there:
            hint = "name a customer by a customer_id; nothing was erased"
            raise UnknownReference(
                f"no interaction here is of customer {customer[:64]}", where=where, hint=hint
            )


def _called(roots: Iterable[Path], name: str) -> list[Path]:
    found: dict[Path, None] = {}
    for root in roots:
        if not root.is_dir():
            raise BadInput("there is no such folder", where=str(root), hint="name a dataset or a run")
        found.update(dict.fromkeys(sorted(root.rglob(name))))
    return list(found)
