"""What is wrong with a scoring config, told in one line that holds no value of people."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from pydantic import ValidationError

_BY_VALUE = "term_frequencies"
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")


def first_problem(error: ValidationError) -> str:
    """What is wrong first, with its path; the document itself is not quoted.

    A key that is unknown comes before all else: where it is a slip of the pen, the key that was meant is missing as well.
    """
    found = error.errors(include_url=False)
    first = next((one for one in found if one["type"] in _UNKNOWN), found[0])
    *inside, name = first["loc"] or ("",)
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] in _UNKNOWN:
        missing = [
            str(one["loc"][-1]) for one in found if one["type"] == "missing" and [*one["loc"][:-1]] == inside
        ]
        meant = get_close_matches(str(name), missing, 1)
        todo = f"write {meant[0]!r}" if meant else "remove or correct it"
        message = f"is no key of a scoring config here; {todo}"
    path = path_in_config(first["loc"])
    return f"{path}: {message}" if path else message


def path_in_config(parts: Sequence[int | str]) -> str:
    """How messages call a place in a config; where it goes on by a value of people, it ends before that.

    Example:
        >>> path_in_config(("fields", 2, "term_frequencies", "ann lee"))
        'fields.2.term_frequencies'
    """
    names = list(map(str, parts))
    return ".".join(names[: names.index(_BY_VALUE) + 1] if _BY_VALUE in names else names)
