"""What must hold of a store, what to do where it does not, and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_RESTORE = "the rows were changed by something else than idlab, or the disk lost some: restore a backup"
_AGAIN = "restore a backup, or fill a new store from the interactions with idlab resolve --store"
_ERASE = "erase the customer again, then check again"
_WITNESS = "somebody who may write to the database changed its log: find out who, and compare idlab log with that of a backup"
_OTHERWISE = (
    "rows were changed by something else than idlab, or idlab decides otherwise since it wrote them: check with the version and"
    " the libraries that wrote them; else " + _AGAIN
)

LISTS = "lists of links, review items and papers show what these say"

STRUCTURE = {
    "every row can be read": _RESTORE,
    "every row lies under the digest of its name": _RESTORE,
    "every interaction has a record and a decision": _RESTORE,
    "no two records have the same serial number": _AGAIN,
    "every interaction is held by one identity, and that is there": _RESTORE,
    "every identity is called by its earliest interaction": _AGAIN,
    "an erased identity has no values left": _ERASE,
    "a link joins two handled interactions": _RESTORE,
    "an open link joins two live identities, and both know it": _AGAIN,
    "a review item has a handled anchor": _RESTORE,
    "an open review item is that of the identity that holds its anchor": _AGAIN,
    "a record turned away is in a review item that is there": _RESTORE,
    LISTS: _RESTORE,
    "a key leads to handled interactions, as many as hold it at most": _RESTORE,
}
"""What rows can show by themselves."""

UNFIT = (
    "every row can be read",
    "every row lies under the digest of its name",
    "every interaction has a record and a decision",
    "every interaction is held by one identity, and that is there",
)
"""Where these fail, nothing is decided again."""

MARKS = {
    "keys are those of the records": "if --config was named, name the store's own; else " + _AGAIN,
    "marks of identifiers are those of the records": "if --config was named, name the store's own; else "
    + _AGAIN,
}
"""What the config must be known for."""

KEPT = {
    "the store serves a config, and its digest is that config's": (
        "open the store once with the config that it was filled with; if that is refused, restore a backup"
    ),
    "every entry of the log continues the one before": _WITNESS,
    "the log ends where the store says": _WITNESS,
    "what the log names was handed out": _WITNESS,
    "the log tells of every erasure, and who it tells of is erased": _ERASE,
    "nothing is bereft where nobody was erased": _RESTORE,
    "papers name what was handed out": "close or cancel that work, or restore a backup",
}
"""What a store keeps beside identities."""

AGAIN = {
    "every entry can be decided again": _OTHERWISE,
    "decisions are those that the log gives": _OTHERWISE,
    "every interaction is held by whom the log gives": _OTHERWISE,
    "identities are those that the log gives": _OTHERWISE,
    "links are those that the log gives": _OTHERWISE,
    "review items are those that the log gives": _OTHERWISE,
    "keys are those that the log gives": _OTHERWISE,
    "marks of identifiers are those that the log gives": _OTHERWISE,
}
"""State = replay of the log: what is decided again must be what is held."""

INVARIANTS = STRUCTURE | MARKS | KEPT | AGAIN
"""What must hold, and what to do where it does not."""


@dataclass(frozen=True)
class Finding:
    """One invariant and where it fails.

    Args:
        invariant: What must hold.
        failures: How often it does not.
        example: customer_id of a row that fails, or the number of an entry of the log, where rows have one.
    """

    invariant: str
    failures: int
    example: str | None = None

    @property
    def advice(self) -> str:
        """What to do about it."""
        return INVARIANTS[self.invariant]


UNREADABLE = AttributeError, LookupError, TypeError, ValueError
"""What comes of rows that hold something else than idlab writes."""


class Failures:
    """Counts where invariants fail."""

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def must(self, holds: bool, invariant: str, example: str | None = None) -> None:  # noqa: FBT001 - the one question
        """Count a failure if something does not hold.

        Args:
            holds: Whether it does.
            invariant: Which one.
            example: What to show of it.
        """
        if not holds:
            self._failures[invariant] += 1
            if example is not None:
                self._examples.setdefault(invariant, example)

    def done(self, work: Callable[[], None]) -> None:
        """Do a part of the check, as far as rows can be read at all."""
        try:
            work()
        except UNREADABLE:
            self.must(holds=False, invariant="every row can be read")

    def of(self, invariant: str) -> int:
        """How often an invariant failed."""
        return self._failures[invariant]

    def findings(self, invariants: Iterable[str]) -> list[Finding]:
        """A finding for each of these invariants."""
        return [Finding(name, self._failures[name], self._examples.get(name)) for name in invariants]
