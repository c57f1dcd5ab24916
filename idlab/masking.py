"""Masking: identifiers of people as screens and reports may show them."""

from __future__ import annotations

HIDDEN = "***"
"""Stands for what is not shown."""


def masked(kind: str, value: str) -> str:
    """A normalised identifier of which only so much is left that a person who knows it recognises it.

    Args:
        kind: The kind of its field.
        value: The normalised value.

    Returns:
        The last two digits of a phone; the first letter and the last part of the domain of an e-mail; the
        first letter of each word of a name; nothing of any other kind, and of what is too short for that.

    Example:
        >>> masked("phone", "+12025550143"), masked("email", "ann.lee@mail.example.com")
        ('***43', 'a***@***.com')
        >>> masked("name", "ann lee")
        'a*** l***'
        >>> masked("date", "1980-01-05")
        '***'
    """
    if kind == "phone" and len(value) > 6:
        return HIDDEN + value[-2:]
    if kind == "email":
        local, _, domain = value.rpartition("@")
        if len(local) > 2 and "." in domain:
            return f"{local[0]}{HIDDEN}@{HIDDEN}.{domain.rpartition('.')[2]}"
    if kind == "name":
        return " ".join(word[0] + HIDDEN if len(word) > 2 else HIDDEN for word in value.split())
    return HIDDEN
