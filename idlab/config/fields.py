"""Fields of a record: how each is read, kept and compared."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from idlab.config.levels import Level
from idlab.config.part import Name, Part
from idlab.config.when import check_form
from idlab.normalize.kinds import KINDS


class FieldConfig(Part):
    """One field of a record: how it is read, kept and compared.

    Args:
        name: A built-in field (``phone``, ``email``, ``full_name``, ``cookie_id``, ``ip_address``, ``conversation``) or a
            declared one, which is read from the column of that name.
        kind: How it is normalised, see ``idlab.normalize.kinds.KINDS``.
        levels: From the best to the worst; the last has no condition.
        keep: ``all`` values, or only the ``latest`` or ``first`` (``weighted_average`` only).
        weight: The field's share of the average (``weighted_average`` only).
        blocked: Values that count as missing (test accounts).
        known_shared: Values known to be used by several people (own numbers).
        term_frequencies: How common the more common values of the adjusted form are, as shares; only values with at
            least 20 holders belong here, and never e-mails or phones.
    """

    name: Name
    kind: Literal["phone", "email", "name", "cookie", "ip", "conversation", "text", "code", "date"]
    levels: tuple[Level, ...] = Field(min_length=1, max_length=100)
    keep: Literal["all", "latest", "first"] = "all"
    weight: Annotated[float, Field(gt=0, le=100)] | None = None
    blocked: tuple[str, ...] = ()
    known_shared: tuple[str, ...] = ()
    term_frequencies: dict[str, Annotated[float, Field(gt=0, le=1)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _levels_fit(self) -> Self:
        kind = KINDS[self.kind]
        for place, level in enumerate(self.levels):
            last = place == len(self.levels) - 1
            if last != (level.when is None):
                raise ValueError(f"level {level.name!r}: the last level, and no other, has no 'when'")
            for part in level.when.parts() if level.when else ():
                check_form(part, kind.scalars, kind.lists, kind.numbers, where=f"level {level.name!r}")
            if level.term_frequency is not None:
                self._check_term_frequency(level)
        names = [level.name for level in self.levels]
        if len(set(names)) < len(names):
            raise ValueError(f"level names repeat: {', '.join(names)}")
        return self

    def _check_term_frequency(self, level: Level) -> None:
        if self.kind in ("phone", "email"):
            raise ValueError(f"level {level.name!r}: term frequencies never stand on a phone or an e-mail")
        if level.when is None or level.when.equal is None:
            raise ValueError(f"level {level.name!r}: only an 'equal' level can ask for term frequencies")
