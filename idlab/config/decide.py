"""Thresholds, and what happens beside them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from idlab.config.part import Part, Probability


class Decide(Part):
    """Thresholds and what happens beside them; probabilities, except ``margin`` and ``bridge_at``, which are weights."""

    merge_at: Probability
    pending_at: Probability
    margin: float = Field(default=0.0, ge=0, le=1000)
    on_rivals: Literal["bridge", "pending", "oldest"] = "pending"
    bridge_at: float = Field(default=0.0, ge=-1000, le=0)
    max_links: int = Field(default=5, ge=1, le=100)
    link_on_merge: bool = False
    flagged: Literal["set_aside", "top_wins"] = "set_aside"

    @model_validator(mode="after")
    def _band(self) -> Self:
        if self.pending_at > self.merge_at:
            raise ValueError(
                f"pending_at {self.pending_at} is above merge_at {self.merge_at}; it must be at most that"
            )
        return self
