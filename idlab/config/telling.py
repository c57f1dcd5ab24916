"""What is wrong with a scoring config, told in one line that holds no value of people."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

_BY_VALUE = "term_frequencies"


def first_problem(error: ValidationError) -> str:
    """What is wrong first, with its path; the document itself is not quoted."""
    first = error.errors(include_url=False)[0]
    path = path_in_config(first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        message = "is no key of a scoring config here; remove or correct it"
    return f"{path}: {message}" if path else message


def path_in_config(parts: Sequence[int | str]) -> str:
    """How messages call a place in a config; where it goes on by a value of people, it ends before that.

    Example:
        >>> path_in_config(("fields", 2, "term_frequencies", "ann lee"))
        'fields.2.term_frequencies'
    """
    names = list(map(str, parts))
    return ".".join(names[: names.index(_BY_VALUE) + 1] if _BY_VALUE in names else names)
