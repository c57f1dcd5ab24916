"""What made-up interactions are made of: draws that are the same everywhere, and values put into fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from idlab.config import ScoringConfig, When
from idlab.model import BUILT_IN_FIELDS, CHANNELS, Interaction

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When the first made-up interaction occurs."""


class Draw(NamedTuple):
    """Numbers from 0 to 1 by what they are for: the same on every machine and in every release of Python.

    Args:
        of: What is drawn for, such as a crowd's number.
    """

    of: str | int

    def share(self, *purpose: object) -> float:
        """A number from 0 to 1.

        Example:
            >>> Draw(3).share("people") == Draw(3).share("people") != Draw(4).share("people")
            True
        """
        address = "/".join(map(str, (self.of, *purpose)))
        return int.from_bytes(sha256(address.encode()).digest()[:7], "big") / 2**56

    def below(self, limit: int, *purpose: object) -> int:
        """A whole number from 0 to below a limit."""
        return int(self.share(*purpose) * limit)


def interaction(name: str, moment: datetime, place: int, values: Mapping[str, str]) -> Interaction:
    """A made-up interaction.

    Args:
        name: Its id.
        moment: When it occurs.
        place: Its place among its like, which decides the channel.
        values: Raw values by field of the config; a conversation's as ``<conversation> <participant>``.
    """
    built_in = {field: values[field] for field in BUILT_IN_FIELDS if field in values}
    conversation, _, participant = values.get("conversation", "").partition(" ")
    declared = {
        field: value
        for field, value in values.items()
        if field not in BUILT_IN_FIELDS and field != "conversation"
    }
    return Interaction(
        name,
        moment,
        CHANNELS[place % len(CHANNELS)],
        conversation_id=conversation or None,
        participant_id=participant or None,
        fields=declared,
        **built_in,
    )


def longest_wait(config: ScoringConfig) -> timedelta:
    """A day more than any level waits for before a value is stale; 31 days where none does."""
    conditions = (level.when for field in config.fields for level in field.levels if level.when is not None)
    parts: Iterator[When] = (part for when in conditions for part in when.parts())
    days = max((int(part.days or 0) for part in parts if part.equal_stale is not None), default=30)
    return timedelta(days=days + 1)
