"""What a move of a store to another config came to, or would come to."""

from __future__ import annotations

from typing import Any, NamedTuple

from idlab.stores.kept import LogEntry
from idlab.switch.difference import Difference


class Moved(NamedTuple):
    """What came of a move.

    Args:
        former: The generation that served.
        serving: The one that serves now.
        shadow: The URL of the generation that was filled to be compared, if it was for that.
        config_digest: The digest of the config that decides there.
        counts: How often each thing happened: records, tombstones, answers by how they were carried over.
        lost: Answers that could not be carried over.
        forgotten: The generations that were removed.
        left: Where bytes of somebody may be left who was erased meanwhile.
    """

    former: int
    serving: int
    shadow: str | None
    config_digest: str
    counts: dict[str, int]
    lost: list[LogEntry]
    forgotten: list[int]
    left: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """This as plain JSON."""
        lost = list(map(lost_document, self.lost))
        return {**self._asdict(), "lost": lost}


class Foreseen(NamedTuple):
    """What a move would come to.

    Args:
        config_digest: The digest of the other config.
        difference: What becomes of the identities and links.
        counts: How often each thing happened: records, tombstones, answers by how they were carried over.
        lost: Answers that could not be carried over.
        lost_values: By field, values that the other config has no use for.
        new_fields: Fields of which nothing is held.
        seconds: How long the move would take about.
        bytes_needed: How much disk, about; None where nobody counts it.
    """

    config_digest: str
    difference: Difference
    counts: dict[str, int]
    lost: list[LogEntry]
    lost_values: dict[str, int]
    new_fields: tuple[str, ...]
    seconds: float
    bytes_needed: int | None

    def document(self) -> dict[str, Any]:
        """This as plain JSON."""
        lost = list(map(lost_document, self.lost))
        return {**self._asdict(), "difference": self.difference.document(), "lost": lost}


def lost_document(entry: LogEntry) -> dict[str, Any]:
    """An answer that could not be carried over, as plain JSON."""
    return {"serial": entry.serial, "at": entry.at, "by": entry.by, "kind": entry.kind, **entry.about}
