"""What is done to every raw value before its kind looks at it."""

from __future__ import annotations

import re

_WITHOUT_CONTENT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"  # controls and lone surrogates
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Controls, surrogates and Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt)."""

_ODD_SPACE = re.compile(r"[^\S ]")


def as_text(raw: object) -> str | None:
    """A raw value as text, None where it says that nothing is known.

    Args:
        raw: What a caller or a table cell held.

    Returns:
        The text; None for None, NaN and other values that do not equal themselves. Whole floats lose their
        ".0", which a table with gaps gives to phone numbers.

    Example:
        >>> as_text(2025550143.0), as_text(float("nan")), as_text("x")
        ('2025550143', None, 'x')
    """
    if isinstance(raw, str):
        return str(raw)
    if raw is None or _is_nan(raw):
        return None
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)


def _is_nan(raw: object) -> bool:
    """Whether it is a NaN of any library: the only values that do not equal themselves."""
    try:
        return not bool(raw == raw)  # noqa: PLR0124
    except TypeError:  # pandas.NA compares to neither true nor false
        return True


def clean(text: str) -> tuple[str, bool]:
    r"""Drop what carries no content, turn every white space into an ordinary space, and trim.

    Args:
        text: Any text, lone surrogates and NUL included.

    Returns:
        The text, and whether characters other than white space were dropped.

    Example:
        >>> clean(" Jane\tDoe\x00 ")
        ('Jane Doe', True)
    """
    if text.isascii() and text.isprintable():
        return text.strip(), False
    kept = _WITHOUT_CONTENT.sub("", text)
    return _ODD_SPACE.sub(" ", kept).strip(), len(kept) != len(text)
