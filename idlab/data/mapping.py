"""Which columns of a user's file become which fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from idlab.data.place import Place
from idlab.data.schema import BUILT_IN, SEQUENCE
from idlab.data.text import empty_as_null, text_column
from idlab.errors import BadInput

FIELD_KINDS = ("phone", "email", "name", "cookie", "ip", "conversation", "text", "code", "date")
"""The kinds that a declared field may have."""

MAPPED = (*BUILT_IN, SEQUENCE)
"""The fields that a column may be mapped to without declaring them."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_RESERVED = (*MAPPED, "person_id", "entity_id", "conversation")


@dataclass(frozen=True, slots=True)
class DeclaredField:
    """A field of the user's own.

    Args:
        kind: How its values are normalised; one of ``FIELD_KINDS``.
        column: The column it comes from, or several joined by ``+``.
    """

    kind: str
    column: str


def parse_mapping(options: Iterable[str]) -> dict[str, str]:
    """Options of the form ``FIELD=COLUMN`` as a mapping.

    Raises:
        BadInput: On an option of another form, an unknown field, or one that is mapped twice.

    Example:
        >>> parse_mapping(["phone=tel", "full_name=given_name+surname"])
        {'phone': 'tel', 'full_name': 'given_name+surname'}
    """
    mapping: dict[str, str] = {}
    for option in options:
        name, equals, column = option.partition("=")
        if not equals or not name or not column:
            raise BadInput(f"got '{option}'", where="--map", hint="write it as FIELD=COLUMN")
        if name in mapping:
            raise BadInput(f"the field '{name}' is mapped twice", where="--map", hint=_JOIN_HINT)
        mapping[name] = column
    check_mapping(mapping)
    return mapping


def parse_fields(options: Iterable[str]) -> dict[str, DeclaredField]:
    """Options of the form ``NAME:KIND=COLUMN`` as declared fields.

    Raises:
        BadInput: On an option of another form, a name that cannot be one, or an unknown kind.

    Example:
        >>> parse_fields(["born:date=date_of_birth"])["born"].kind
        'date'
    """
    fields: dict[str, DeclaredField] = {}
    for option in options:
        head, equals, column = option.partition("=")
        name, colon, kind = head.partition(":")
        if not (equals and colon and column):
            raise BadInput(f"got '{option}'", where="--field", hint="write it as NAME:KIND=COLUMN")
        if name in fields:
            raise BadInput(f"the field '{name}' is declared twice", where="--field", hint=_JOIN_HINT)
        fields[name] = DeclaredField(kind, column)
    check_fields(fields)
    return fields


_JOIN_HINT = "several columns make one field when joined by +, as in full_name=given_name+surname"


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Refuses fields that are not built in."""
    for name in mapping:
        if name not in MAPPED:
            hint = f"valid are {', '.join(MAPPED)}; declare others as NAME:KIND=COLUMN"
            raise BadInput(f"'{name}' is not a built-in field", hint=hint)


def check_fields(fields: Mapping[str, DeclaredField]) -> None:
    """Refuses names that cannot name a declared field, and unknown kinds."""
    for name, declared in fields.items():
        if name in _RESERVED:
            raise BadInput(
                f"'{name}' cannot be declared: idlab uses that name itself", hint="choose another name"
            )
        if not _NAME.fullmatch(name):
            hint = "use small letters, digits and underscores, a letter first"
            raise BadInput(f"'{name}' cannot name a field", hint=hint)
        if declared.kind not in FIELD_KINDS:
            hint = f"valid are {', '.join(FIELD_KINDS)}"
            raise BadInput(f"'{declared.kind}' is not a kind, got for the field '{name}'", hint=hint)


def columns_of(spec: str, names: Sequence[str], place: Place) -> tuple[str, ...]:
    """The columns that a mapping means: one whose name it is, else several joined by ``+``.

    Args:
        spec: A column's name, or several joined by ``+``.
        names: The columns that the file has.
        place: The file, for messages.

    Raises:
        BadInput: If the file lacks a column or has two of its name.
    """
    wanted = (spec,) if spec in names else tuple(spec.split("+"))
    for column in wanted:
        if column not in names:
            raise BadInput(f"column '{column}' is missing", where=place.file, hint=columns_said(names))
        if names.count(column) > 1:
            hint = "rename one of them"
            raise BadInput(
                f"column '{column}' occurs {names.count(column)} times", where=place.file, hint=hint
            )
    return wanted


def columns_said(names: Sequence[str]) -> str:
    """Which columns a file has, as a message says it; not where they are called by values of people, for want of a header.

    Example:
        >>> columns_said(["tel", "given name"])
        'the file has tel, given name'
        >>> columns_said(["+1 202 555 0143", "Ann Lee"])
        'its first line looks like a row; put one before it that names the columns'
    """
    if any(_VALUE.fullmatch(name) for name in names):
        return "its first line looks like a row; put one before it that names the columns"
    return f"the file has {', '.join(names)}"


_VALUE = re.compile(r"\s*(?:\S+@\S+\.\S+|[-+().:/TZ\s]*(?:\d[-+().:/TZ\s]*){5,})")
"""An e-mail, a phone or a time: at least five digits, and no letters but those of a time."""


def joined_column(table: pa.Table, columns: Sequence[str], place: Place) -> pa.ChunkedArray:
    """One column, or the texts of several with a space between those that are not missing."""
    if len(columns) == 1:
        return table[columns[0]]
    joined: pa.ChunkedArray = pa.nulls(len(table), pa.string())
    for name in columns:
        text, _ = text_column(table[name], name, place)
        part = empty_as_null(pc.utf8_trim_whitespace(text))
        joined = pc.coalesce(pc.binary_join_element_wise(joined, part, " "), joined, part)
    return joined
