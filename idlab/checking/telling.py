"""How a check tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Telling = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is: 0 if that is not known."""

EVERY = 2000
"""So much is done between two times that it tells."""
