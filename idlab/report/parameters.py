"""How parameters of a study and their values are written on the page."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from idlab.report.wording import MINUS

_LABEL = 30
"""The longest line of a label beside a figure, in characters."""


def name_of(parameter: str) -> str:
    """A parameter's name as it is read.

    Example:
        >>> [name_of(name) for name in ("phone/exact/weight", "decide/merge_at", "email/near/at_least")]
        ['phone: exact', 'decide: merge_at', 'email: near at_least']
    """
    first, *rest = parameter.split("/")
    told = rest[:-1] if len(rest) > 1 and rest[-1] == "weight" else rest
    return f"{first}: {' '.join(told)}" if told else first


def quoted(parameter: str) -> str:
    """A parameter's name in a sentence.

    Example:
        >>> quoted("phone/exact/weight")
        '“phone: exact”'
    """
    return f"\u201c{name_of(parameter)}\u201d"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    Example:
        >>> listed(["a", "b", "c"]), listed(["a"])
        ('a, b and c', 'a')
    """
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def label_of(parameter: str) -> str:
    """A parameter's name beside a figure: in two lines where it is long.

    Example:
        >>> label_of("keys/full_name.full + email.domain/enabled").splitlines()
        ['keys: full_name.full +', 'email.domain enabled']
    """
    return "\n".join(wrap(name_of(parameter), _LABEL))


def value_text(value: Any, off: int | None = None) -> str:
    """A parameter's value as it is read.

    Args:
        value: A number, a word, a switch, or None.
        off: The number that stands for "no limit".

    Example:
        >>> value_text(12.34567), value_text(13, off=13), value_text(False), value_text(None)
        ('12.35', 'no limit', 'no', 'none')
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if off is not None and value == off:
        return "no limit"
    return (
        f"{value:.4g}".replace("-", MINUS) if isinstance(value, float) else str(value).replace("-", MINUS, 1)
    )
