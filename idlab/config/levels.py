"""Comparison levels: the rungs of agreement of a field, and what each is worth."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from idlab.config.part import Name, Number, Part, Probability
from idlab.config.when import When


class TermFrequency(Part):
    """How an ``equal`` level is adjusted for how common the value is: log2(u / max(tf, floor)).

    Args:
        u: The share of unrelated pairs that agree on this level by chance.
        floor: The smallest frequency that is believed.
    """

    u: Probability
    floor: Probability


class Fitted(Part):
    """What a fit to data found for a level: a note for people, by which nothing is decided.

    Args:
        weight: The weight found, in bits; the level's own may have been tuned since.
        error: Its standard error, in bits.
    """

    weight: Number
    error: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Level(Part):
    """One rung of agreement of a field.

    Args:
        name: What reports call it.
        when: Its condition; only the last level, which takes all that is left, has none.
        weight: Its log2 Bayes factor, in bits (``fellegi_sunter``).
        credit: 0 to 1, or ``similarity`` (``weighted_average``).
        term_frequency: The adjustment for common and rare values (``fellegi_sunter``).
        fitted: What a fit found, where there was enough to tell.
    """

    name: Name
    when: When | None = None
    weight: Number | None = Field(default=None, ge=-100, le=100)
    credit: Annotated[float, Field(ge=0, le=1)] | Literal["similarity"] | None = None
    term_frequency: TermFrequency | None = None
    fitted: Fitted | None = None
