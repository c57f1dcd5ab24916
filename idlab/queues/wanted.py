"""What every list of work is filtered by: the conditions that links and review items have in common."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol


class Listed(Protocol):
    """What a list of work tells of everything that stands in it."""

    @property
    def state(self) -> str:
        """``open``, or what became of it."""
        ...

    @property
    def waiting_since(self) -> datetime:
        """Since when somebody waits for it."""
        ...

    @property
    def assignee(self) -> str | None:
        """Who works on it; None if nobody does."""
        ...


class Wanted(NamedTuple):
    """The work that a list is asked for.

    Args:
        state: Only what is in this state.
        assigned_to: Only what this agent works on.
        unassigned: Only what nobody works on.
        older_than, newer_than: Only what waits since before, or since after.
    """

    state: str
    assigned_to: str | None
    unassigned: bool
    older_than: datetime | None
    newer_than: datetime | None

    @property
    def of_agent(self) -> str | None:
        """The agent whose own list holds all that is wanted; None if no such list does. What is closed is on nobody's."""
        return self.assigned_to if self.state == "open" else None

    def fits(self, work: Listed) -> bool:
        """Whether this work is wanted."""
        return (
            work.state == self.state
            and (self.assigned_to is None or work.assignee == self.assigned_to)
            and not (self.unassigned and work.assignee is not None)
            and (self.older_than is None or work.waiting_since < self.older_than)
            and (self.newer_than is None or work.waiting_since > self.newer_than)
        )
