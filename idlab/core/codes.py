"""The enumerations of the core as whole numbers, and their words."""

from __future__ import annotations

from typing import Final

MISSING: Final = -1
"""No value, no form, no entry, nobody."""

NO_LIMIT: Final = 2**60
"""A guard that is switched off."""

# Models
FELLEGI_SUNTER: Final = 0
WEIGHTED_AVERAGE: Final = 1

# What a profile keeps of a field
KEEP_ALL: Final = 0
KEEP_LATEST: Final = 1
KEEP_FIRST: Final = 2
KEEPS: Final = ("all", "latest", "first")

# What happens when rivals stand beside the top
BRIDGE: Final = 0
PEND: Final = 1
OLDEST: Final = 2
ON_RIVALS: Final = ("bridge", "pending", "oldest")

# Predicates of comparison levels
EQUAL: Final = 0
EQUAL_STALE: Final = 1
SHARED: Final = 2
JARO_WINKLER: Final = 3
JARO_WINKLER_ABOVE: Final = 4
DAMERAU_LEVENSHTEIN: Final = 5
INITIALS: Final = 6
NICKNAME: Final = 7
PARTIAL: Final = 8
DATE_NEAR: Final = 9
USER: Final = 10

# Where the forms of a name stand (see idlab.normalize.kinds)
FIRST_NAME: Final = 1
LAST_NAME: Final = 2
TOKENS: Final = 0
TOKEN_INITIALS: Final = 1
NICKNAMES: Final = 2

# Outcomes
NEW: Final = 0
MERGE: Final = 1
PENDING: Final = 2
REVIEW: Final = 3
ERASED: Final = 4
OUTCOMES: Final = ("NEW", "MERGE", "PENDING", "REVIEW", "ERASED")

# Reasons, one bit each, in the order in which they are listed
NO_CANDIDATE: Final = 1
BELOW_BAND: Final = 2
STRONG_MATCH: Final = 4
IN_BAND: Final = 8
RIVALS: Final = 16
FLAGGED: Final = 32
NAME_TOO_MANY: Final = 64
OLDEST_WINS: Final = 128
BRIDGED: Final = 256
AMBIGUOUS: Final = 512
CONTRADICTION: Final = 1024
CANNOT_LINK: Final = 2048
TOO_MANY_NAMES: Final = 4096
JOINED: Final = 8192
LINKED: Final = 16384
LINKS_CUT: Final = 32768
HUB: Final = 65536
SHARED_IDENTIFIER: Final = 131072
NOW_FLAGGED: Final = 262144
REASONS: Final = (
    "NO_CANDIDATE",
    "BELOW_BAND",
    "STRONG_MATCH",
    "IN_BAND",
    "RIVALS",
    "FLAGGED",
    "NAME_TOO_MANY",
    "OLDEST",
    "BRIDGED",
    "AMBIGUOUS",
    "CONTRADICTION",
    "CANNOT_LINK",
    "TOO_MANY_NAMES",
    "JOINED",
    "LINKED",
    "LINKS_CUT",
    "HUB",
    "SHARED",
    "NOW_FLAGGED",
)


def reasons_of(bits: int) -> tuple[str, ...]:
    """The reasons that a number of ``Decision.reasons`` bits stands for, in the order of the list.

    Example:
        >>> reasons_of(STRONG_MATCH | BRIDGED)
        ('STRONG_MATCH', 'BRIDGED')
    """
    return tuple(word for place, word in enumerate(REASONS) if bits >> place & 1)


# States of a link
OPEN: Final = 0
ACCEPTED: Final = 1
DECLINED: Final = 2
EXPIRED: Final = 3
SUPERSEDED: Final = 4
LINK_STATES: Final = ("open", "accepted", "declined", "expired", "superseded")

# States of a review item (OPEN and SUPERSEDED as of a link)
KEEP_FLAG: Final = 1
CLEAR: Final = 2
SPLIT: Final = 3
REVIEW_ERASED: Final = 5
REVIEW_STATES: Final = ("open", "keep_flag", "clear", "split", "superseded", "erased")

# What an action came to, where it is not the state of a link or review item
DONE: Final = 10
WAS_ERASED: Final = 11
UNKNOWN: Final = 12
INVALID: Final = 13

# Kinds of log entries
INTERACTION: Final = 0
ACCEPT: Final = 1
DECLINE: Final = 2
EXPIRE: Final = 3
SPLIT_ACTION: Final = 4
CLOSE: Final = 5
DO_NOT_LINK: Final = 6
ERASE: Final = 7
ACTIONS: Final = ("interaction", "accept", "decline", "expire", "split", "close", "do_not_link", "erase")
