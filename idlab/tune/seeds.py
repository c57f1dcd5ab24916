"""Seeds drawn from what they are for."""

from __future__ import annotations

from hashlib import sha256


def seed_for(*parts: object) -> int:
    """A seed of 31 bits drawn from what it is for: the same everywhere, and unlike for unlike uses.

    Example:
        >>> seed_for(1, "choice") == seed_for(1, "choice") != seed_for(1, "hold-out 0")
        True
    """
    digest = sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
