"""Conditions of comparison levels: the predicates that there are, the forms they stand on and the numbers they take."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from idlab.config.part import Part

_PREDICATES = (
    "equal",
    "equal_stale",
    "shared",
    "jaro_winkler",
    "damerau_levenshtein",
    "initials",
    "nickname",
    "phonetic",
    "partial",
    "date_near",
    "predicate",
    "all",
)
_ONLY_FORM = {
    "initials": "tokens",
    "nickname": "first",
    "phonetic": "phonetic",
    "partial": "tokens",
    "date_near": "ordinal",
}
_NUMBERS = {
    "equal_stale": ("days",),
    "date_near": ("days",),
    "damerau_levenshtein": ("at_most",),
    "jaro_winkler": ("at_least", "above"),
}


class When(Part):
    """The condition of a comparison level: exactly one predicate over a form, with its number.

    Example:
        >>> When(jaro_winkler="full", at_least=0.92).predicate_name
        'jaro_winkler'
    """

    equal: str | None = None
    equal_stale: str | None = None
    shared: str | None = None
    jaro_winkler: str | None = None
    damerau_levenshtein: str | None = None
    initials: str | None = None
    nickname: str | None = None
    phonetic: str | None = None
    partial: str | None = None
    date_near: str | None = None
    predicate: str | None = None
    all: tuple[When, ...] | None = None

    form: str | None = Field(default=None, description="the form a registered predicate is called with")
    at_least: float | None = Field(default=None, gt=0, le=1, description="jaro_winkler: similarity >= this")
    above: float | None = Field(
        default=None, ge=0, lt=1, description="jaro_winkler: similarity > this; weighted_average only"
    )
    at_most: int | None = Field(
        default=None, ge=0, le=256, description="damerau_levenshtein: distance <= this"
    )
    days: float | None = Field(
        default=None, ge=0, le=36525, description="equal_stale: unseen for longer; date_near: at most apart"
    )

    @model_validator(mode="after")
    def _one_predicate(self) -> Self:
        named = [name for name in _PREDICATES if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(f"names {len(named)} predicates; name exactly one of {', '.join(_PREDICATES)}")
        wanted = _NUMBERS.get(named[0], ())
        given = [name for name in ("at_least", "above", "at_most", "days") if getattr(self, name) is not None]
        if any(name not in wanted for name in given):
            raise ValueError(
                f"{named[0]} does not take {given[0]}"
                + (f"; it takes {' or '.join(wanted)}" if wanted else "")
            )
        if wanted and len(given) != 1:
            raise ValueError(f"{named[0]} needs {' or '.join(wanted)}")
        if (named[0] == "predicate") != (self.form is not None):
            raise ValueError("a registered predicate needs the form it is called with, other predicates none")
        if self.all is not None and (not self.all or any(part.all is not None for part in self.all)):
            raise ValueError("all needs one or more plain conditions")
        return self

    @property
    def predicate_name(self) -> str:
        """The predicate this condition names."""
        return next(name for name in _PREDICATES if getattr(self, name) is not None)

    @property
    def form_name(self) -> str:
        """The form the predicate stands on."""
        return str(self.form if self.predicate is not None else getattr(self, self.predicate_name))

    def parts(self) -> tuple[When, ...]:
        """The plain conditions that must all hold."""
        return self.all if self.all is not None else (self,)


def check_form(
    when: When, scalars: tuple[str, ...], lists: tuple[str, ...], numbers: tuple[str, ...], *, where: str
) -> None:
    """Refuse a condition on a form that a kind has not, or that its predicate cannot stand on.

    Args:
        when: A plain condition.
        scalars, lists, numbers: The forms of the kind.
        where: What an error message calls the level.

    Raises:
        ValueError: With what is allowed.
    """
    only = _ONLY_FORM.get(when.predicate_name)
    valid = (only,) if only in (*scalars, *lists, *numbers) else () if only else scalars
    if when.form_name not in valid:
        allowed = (
            f"valid: {', '.join(valid)}" if valid else f"{when.predicate_name} does not apply to this kind"
        )
        raise ValueError(f"{where}: {when.predicate_name} has no form {when.form_name!r} here; {allowed}")
