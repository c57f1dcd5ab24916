"""Why a raw value could not be used as it came."""

from __future__ import annotations

from enum import StrEnum


class Problem(StrEnum):
    """The reasons that are counted; all but ``cleaned`` and ``truncated`` leave the value missing.

    Example:
        >>> Problem.WITHHELD.usable, Problem.CLEANED.usable
        (False, True)
    """

    INVALID = "invalid"
    """It cannot be read as its kind."""
    NOT_POSSIBLE = "not_possible"
    """A phone number of a length that its country does not have."""
    NOT_VALID = "not_valid"
    """A phone number outside every assigned range, under ``accept: valid``."""
    LOCAL_ONLY = "local_only"
    """A phone number without its area code: the same digits are another line one town further."""
    WITHHELD = "withheld"
    """The caller or the network hid it ("anonymous", "restricted")."""
    PLACEHOLDER = "placeholder"
    """Stands for nothing ("unknown", "WIRELESS CALLER", +1 000 000 0000, 1900-01-01)."""
    BLOCKED = "blocked"
    """On the config's list of blocked values."""
    TOO_LONG = "too_long"
    """Longer than ``max_length``, of a kind that cutting would turn into somebody else's identifier."""
    TRUNCATED = "truncated"
    """Cut to ``max_length``; the rest is used."""
    CLEANED = "cleaned"
    """Control characters, invisible format characters or lone surrogates were dropped; the rest is used."""

    @property
    def usable(self) -> bool:
        """Whether the value is used in spite of it."""
        return self in (Problem.TRUNCATED, Problem.CLEANED)
