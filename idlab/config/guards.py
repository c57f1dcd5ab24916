"""Guards against too many names."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from idlab.config.part import Name, Part


class Guards(Part):
    """What protects identities and identifiers from too many names.

    Args:
        name_field: The field whose values are counted as names.
        max_distinct_names: An identity with more is flagged; null switches the guard off.
        same_name_level: Names at this level of the name field, or a better one, are one name.
        name_min_count: A name seen less often is not counted.
        guard_when: ``after`` takes the record in and flags the identity; ``before`` turns the record away.
        count_names_on: The fields whose values are identifiers that become shared.
        max_names_per_identifier: An identifier with more is shared from then on; null switches it off.
    """

    name_field: Name = "full_name"
    max_distinct_names: int | None = Field(default=3, ge=1, le=1000)
    same_name_level: Name | None = None
    name_min_count: int = Field(default=1, ge=1, le=1000)
    guard_when: Literal["after", "before"] = "after"
    count_names_on: tuple[str, ...] = ()
    max_names_per_identifier: int | None = Field(default=None, ge=1, le=1000)
