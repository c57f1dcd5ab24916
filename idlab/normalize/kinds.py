"""The kinds of field that exist and the forms that each of them has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from idlab.errors import BadInput
from idlab.normalize.email import email_forms
from idlab.normalize.fields import code_forms, date_forms, text_forms
from idlab.normalize.forms import Forms
from idlab.normalize.name import first_word, last_word, name_forms
from idlab.normalize.options import NormalizeOptions
from idlab.normalize.phone import phone_forms
from idlab.normalize.web import conversation_forms, cookie_forms, ip_forms

__all__ = ["KINDS", "QUICK_FORMS", "Forms", "Kind", "forms_of", "kind_named"]


@dataclass(frozen=True)
class Kind:
    """A kind of field: what its values are and which forms are derived from them.

    Args:
        name: How configs call it.
        scalars: Names of the forms that are one text; the first is the normalised value itself.
        lists: Names of the forms that are several texts.
        numbers: Names of the forms that are a number.
    """

    name: str
    scalars: tuple[str, ...]
    lists: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


_ALL = (
    Kind("phone", ("e164", "national")),
    Kind("email", ("address", "local", "domain")),
    Kind("name", ("full", "first", "last", "phonetic"), ("tokens", "initials", "nicknames")),
    Kind("cookie", ("value",)),
    Kind("ip", ("address", "network")),
    Kind("conversation", ("value",)),
    Kind("text", ("text", "phonetic"), ("tokens", "initials")),
    Kind("code", ("value",)),
    Kind("date", ("iso", "year"), (), ("ordinal",)),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
"""Every kind by name."""

QUICK_FORMS: Mapping[tuple[str, int], Callable[[str], str | None]] = MappingProxyType(
    {("name", 1): first_word, ("name", 2): last_word}
)
"""How to make one form without its dearer siblings, by kind and place among the scalars."""

_MAKERS: Mapping[str, Callable[[str], Forms]] = MappingProxyType(
    {
        "phone": phone_forms,
        "email": email_forms,
        "name": name_forms,
        "cookie": cookie_forms,
        "ip": ip_forms,
        "conversation": conversation_forms,
        "text": text_forms,
        "code": code_forms,
        "date": date_forms,
    }
)


def kind_named(name: str) -> Kind:
    """The kind of that name.

    Raises:
        BadInput: If there is no such kind.

    Example:
        >>> kind_named("ip").scalars
        ('address', 'network')
    """
    kind = KINDS.get(name)
    if kind is None:
        raise BadInput(f"kind {name!r} does not exist", hint=f"use one of {', '.join(KINDS)}")
    return kind


def forms_of(kind: str, value: str, options: NormalizeOptions) -> Forms:  # noqa: ARG001
    """The derived forms of a normalised value.

    Args:
        kind: Name of the value's kind.
        value: The value as normalisation left it.
        options: The options it was normalised under; no form depends on them so far.

    Returns:
        The forms, in the order that ``KINDS[kind]`` names them.

    Raises:
        BadInput: If there is no such kind.

    Example:
        >>> forms_of("phone", "+12025550143", NormalizeOptions()).scalars
        ('+12025550143', '2025550143')
    """
    kind_named(kind)
    return _MAKERS[kind](value)
