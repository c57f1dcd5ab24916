"""Key rules: by what candidates are looked up."""

from __future__ import annotations

from pydantic import Field

from idlab.config.part import Part


class KeyRule(Part):
    """A way to look candidates up: one form, or several together, of one record.

    Args:
        on: Forms as ``field.form``.
        max_fanout: A value that leads to more identities than this is a hub and not used.
        enabled: False keeps the rule in the document, switched off.
    """

    on: tuple[str, ...] = Field(min_length=1, max_length=8)
    max_fanout: int = Field(default=200, ge=1, le=100_000)
    enabled: bool = True
