"""How far a generation has been filled from another one, as a paper in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from idlab.errors import BadInput
from idlab.stores.base import Rows
from idlab.stores.kept import Paper

MIGRATION = "migration"
"""The kind of these papers."""

BUILDING, SHADOW, SERVED = "building", "shadow", "served"
"""What a generation is for: to take over; to be compared with the one that serves; one that served before or does now."""


class Filled(NamedTuple):
    """How far a generation has been filled.

    Args:
        source: The number of the generation that it is filled from.
        digest: The digest of the config that decides in it.
        purpose: One of ``BUILDING``, ``SHADOW``, ``SERVED``.
        owner: A token of whoever fills it; who finds another one than his own has been taken over from.
        entry: Serial number, there, of the last entry of the log that was carried over.
        mark: Serial number, there, up to which everything was carried over.
        started: A number of this generation, drawn before anything was carried over.
        began: A number of this generation: what came with a larger one came after it took over.
        counts: How often each thing happened: ``records``, ``tombstones``, and answers by how they were carried over.
    """

    source: int
    digest: str
    purpose: str = BUILDING
    owner: str = ""
    entry: int = 0
    mark: int = 0
    started: int = 0
    began: int = 0
    counts: Mapping[str, int] = {}

    def paper(self) -> Paper:
        """This as a store keeps it."""
        body = {**self._asdict(), "counts": dict(self.counts)}
        return Paper(MIGRATION, _name(self.source), 1, self.purpose, body)

    def with_more(self, counted: Mapping[str, int]) -> Filled:
        """This, with more of some things.

        Example:
            >>> Filled(1, "5f", counts={"records": 2}).with_more({"records": 3}).counts
            {'records': 5}
        """
        return self._replace(counts=dict(Counter(self.counts) + Counter(counted)))


def _name(source: int) -> str:
    return f"from generation {source}"


def filled_from(rows: Rows, source: int) -> Filled | None:
    """How far a generation has been filled from another; None if it never was."""
    paper = rows.paper(MIGRATION, _name(source))
    return None if paper is None else Filled(**paper.body)


def must_own(rows: Rows, filled: Filled) -> None:
    """Give up if somebody else has begun to fill the generation meanwhile.

    Raises:
        BadInput: If so.
    """
    known = filled_from(rows, filled.source)
    if known is not None and known.owner != filled.owner:
        hint = "let that one come to its end; nothing was done twice"
        raise BadInput(
            "another migrate-config has taken over from this one", where="migrate-config", hint=hint
        )
