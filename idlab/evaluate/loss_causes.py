"""Why a returning customer is not merged rightly: the causes, in the order in which they are tried."""

from __future__ import annotations

from enum import StrEnum

NO_RULE = -1
"""The rule of a loss that no key rule would mend, or that needs none."""


class LossCause(StrEnum):
    """Why a returning customer's interaction was not merged rightly; the first that holds.

    "Its own" are the earlier interactions of the person, a "right identity" is one whose plurality person
    before the event is the person.
    """

    PENDING = "left pending"
    """A link to a right identity was opened, or it was put into a provisional identity with its own."""
    GUARD = "stopped by a guard"
    """A guard turned it away from a right identity, or set aside one that would have won."""
    MIXED = "identities already mixed"
    """It was merged into an identity that holds its own but is another person's, or every candidate that
    shares one of its own's keys is another person's: an earlier wrong union took its own away."""
    NO_EVIDENCE = "no evidence links the two"
    """It shares no form of any field with any of its own, and no later interaction ties them together."""
    ORDER = "order of arrival"
    """It shares no key with its own, but later interactions tie them together: in another order the same
    keys would have found them."""
    NEVER_CANDIDATE = "never a candidate"
    """It shares forms with its own but no key under an enabled rule."""
    HUB = "stopped by a hub"
    """All keys that it shares with its own were hubs by then: the decision met one, and more than
    ``max_fanout`` interactions had the key."""
    OVERWRITTEN = "value no longer kept"
    """It shares keys with its own, but their identities no longer keep the values these are made of."""
    BELOW_BAND = "scored below the band"
    """A right identity was a candidate and did not reach ``pending_at``."""
    OUTRANKED = "another candidate was better"
    """A right identity was a candidate, and so was at least one more that reached the band or won."""


CAUSES = tuple(LossCause)
"""Every cause, by the number that ``Losses.cause`` holds."""
