"""What all parts of a scoring config have in common: they are frozen, take no unknown keys, and know these kinds of values."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=100)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Probability = Annotated[float, Field(gt=0, lt=1)]


class Part(BaseModel):
    """A part of a scoring config."""

    model_config = ConfigDict(frozen=True, extra="forbid")
