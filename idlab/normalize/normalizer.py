"""From raw interactions to customer records, each distinct value once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter, methodcaller
from typing import NamedTuple

from idlab.errors import BadInput
from idlab.model import BUILT_IN_FIELDS, CustomerRecord, Interaction
from idlab.normalize.cache import RecentlyUsed
from idlab.normalize.cleaning import as_text, clean
from idlab.normalize.email import normalize_email
from idlab.normalize.fields import normalize_code, normalize_date, normalize_text
from idlab.normalize.forms import Forms
from idlab.normalize.kinds import forms_of, kind_named
from idlab.normalize.name import normalize_name
from idlab.normalize.options import NormalizeOptions
from idlab.normalize.phone import normalize_phone
from idlab.normalize.problems import Problem
from idlab.normalize.web import normalize_conversation, normalize_cookie, normalize_ip

Reading = tuple[str | None, Problem | None]
Value = tuple[str | None, tuple[Problem, ...]]
Reader = Callable[[str, str | None], Reading]

_NEVER_CUT = frozenset({"phone", "email", "ip", "date"})
_AS_THEY_ARE = frozenset({"cookie", "conversation"})
"""Kinds that are read in no more time than it takes to look up what was read before."""
_CACHED_VALUES = 65_536


class FieldSpec(NamedTuple):
    """A field to normalise.

    Args:
        name: The field's name.
        kind: The name of its kind.
        blocked: Normalised values that count as missing (own numbers, test accounts).
    """

    name: str
    kind: str
    blocked: frozenset[str] = frozenset()


class Normalizer:
    """Turns raw identifiers into a ``CustomerRecord``; what cannot be used is missing, with a reason.

    Nothing about an identifier raises: only a wrong field declaration does.

    Args:
        fields: The fields, in the order of the records' values.
        options: Options of normalisation.
        cached: Distinct values remembered per field.

    Raises:
        BadInput: If a field's kind does not exist, a name comes twice, or a number is out of its range.

    Example:
        >>> from datetime import datetime, UTC
        >>> fields = [FieldSpec("phone", "phone"), FieldSpec("email", "email")]
        >>> normalizer = Normalizer(fields, NormalizeOptions())
        >>> when = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
        >>> normalizer.record(Interaction("call-1", when, "voice", phone="(202) 555-0143", email="none"))
        CustomerRecord(values=('+12025550143', None), problems=(('email', 'placeholder'),))
    """

    def __init__(
        self, fields: Sequence[FieldSpec], options: NormalizeOptions, *, cached: int = _CACHED_VALUES
    ) -> None:
        _check(fields, options, cached)
        self.fields = tuple(fields)
        self.options = options
        self._readers = [_reader(field.kind, options) for field in fields]
        self._values = [
            None if field.kind in _AS_THEY_ARE else RecentlyUsed[object, Value](cached) for field in fields
        ]
        self._forms = [RecentlyUsed[str, Forms](cached) for _ in fields]
        self._regional = [field.kind == "phone" for field in fields]
        getters = [_getter(field.name) for field in fields]
        self._columns = list(zip(range(len(fields)), getters, self._values, self._regional, strict=True))

    def value(self, field: int, raw: str | None, region: str | None = None) -> Value:
        r"""The normalised value of one raw value.

        Args:
            field: Index of the field.
            raw: The raw value. None, "", NaN and white space alone are missing without a problem.
            region: ISO 3166 region of the interaction, for phones.

        Returns:
            The value, None if missing, and what was wrong with the raw one.

        Example:
            >>> normalizer = Normalizer([FieldSpec("full_name", "name")], NormalizeOptions())
            >>> normalizer.value(0, "Doe, Jane\x00")
            ('jane doe', (<Problem.CLEANED: 'cleaned'>,))
        """
        text = raw if raw.__class__ is str else as_text(raw)
        if not text:
            return None, ()
        memory = self._values[field]
        if memory is None:
            return self._read(field, text, region)
        key = text if region is None or not self._regional[field] else (text, region)
        known = memory.find(key)
        if known is None:
            known = self._read(field, text, region)
            memory.keep(key, known)
        return known

    def record(self, interaction: Interaction) -> CustomerRecord:
        """The customer record of an interaction.

        Args:
            interaction: The interaction with its raw identifiers.

        Returns:
            One value per field, and every problem with the name of its field.
        """
        problems: list[tuple[str, str]] = []
        return CustomerRecord(self.values(interaction, problems), tuple(problems))

    def values(
        self, interaction: Interaction, problems: list[tuple[str, str]] | None = None
    ) -> tuple[str | None, ...]:
        """The values of an interaction's customer record.

        Args:
            interaction: The interaction with its raw identifiers.
            problems: Where to write every problem, with the name of its field, if anywhere.
        """
        region = interaction.region
        values: list[str | None] = []
        for field, raw_of, memory, is_regional in self._columns:
            raw = raw_of(interaction)
            if raw is None or raw == "":
                values.append(None)
                continue
            if raw.__class__ is not str or (is_regional and region is not None):
                value, found = self.value(field, raw, region)
            elif memory is None:
                value, found = self._read(field, raw, region)
            else:
                known = memory.young.get(raw)
                if known is None and memory.old:
                    known = memory.find(raw)
                if known is None:
                    known = self._read(field, raw, region)
                    memory.keep(raw, known)
                value, found = known
            values.append(value)
            if found and problems is not None:
                problems += [(self.fields[field].name, problem.value) for problem in found]
        return tuple(values)

    def forms(self, field: int, value: str) -> Forms:
        """The derived forms of a normalised value of a field.

        Example:
            >>> normalizer = Normalizer([FieldSpec("ip_address", "ip")], NormalizeOptions())
            >>> normalizer.forms(0, "203.0.113.7").scalars
            ('203.0.113.7', '203.0.113.0/24')
        """
        known = self._forms[field].find(value)
        if known is None:
            known = forms_of(self.fields[field].kind, value, self.options)
            self._forms[field].keep(value, known)
        return known

    def _read(self, field: int, raw: str, region: str | None) -> Value:
        spec = self.fields[field]
        notes: tuple[Problem, ...] = ()
        if raw.isascii() and raw.isprintable():
            text = raw.strip()
        else:
            text, was_cleaned = clean(raw)
            notes = (Problem.CLEANED,) if was_cleaned else ()
        if not text:
            return None, notes
        limit = self.options.max_length
        if len(text) > limit:
            if spec.kind in _NEVER_CUT:
                return None, (*notes, Problem.TOO_LONG)
            text, notes = text[:limit], (*notes, Problem.TRUNCATED)
        value, problem = self._readers[field](text, region)
        while value is not None and len(value) > limit:
            if spec.kind in _NEVER_CUT:
                return None, (*notes, Problem.TOO_LONG)
            notes = notes if Problem.TRUNCATED in notes else (*notes, Problem.TRUNCATED)
            value, problem = self._readers[field](value[:limit], region)
        if problem is None and value in spec.blocked:
            problem = Problem.BLOCKED
        return (value, notes) if problem is None else (None, (*notes, problem))


def _reader(kind: str, options: NormalizeOptions) -> Reader:
    phone, email, name, date = options.phone, options.email, options.name, options.date
    readers: dict[str, Reader] = {
        "phone": lambda raw, region: normalize_phone(raw, phone, region),
        "email": lambda raw, _: normalize_email(raw, email),
        "name": lambda raw, _: normalize_name(raw, name),
        "date": lambda raw, _: normalize_date(raw, date),
        "cookie": lambda raw, _: normalize_cookie(raw),
        "ip": lambda raw, _: normalize_ip(raw),
        "conversation": lambda raw, _: normalize_conversation(raw),
        "text": lambda raw, _: normalize_text(raw),
        "code": lambda raw, _: normalize_code(raw),
    }
    return readers[kind]


def _getter(name: str) -> Callable[[Interaction], str | None]:
    """How to take a field's raw value out of an interaction."""
    if name in BUILT_IN_FIELDS:
        return attrgetter(name)
    return methodcaller("raw", name)


def _check(fields: Sequence[FieldSpec], options: NormalizeOptions, cached: int) -> None:
    seen: set[str] = set()
    for field in fields:
        try:
            kind_named(field.kind)
        except BadInput as wrong:
            raise BadInput(wrong.what, where=f"field {field.name!r}", hint=wrong.hint) from None
        if field.name in seen:
            raise BadInput(
                f"field {field.name!r} is declared twice", where="fields", hint="declare each field once"
            )
        seen.add(field.name)
    if options.max_length < 1:
        raise BadInput(f"max_length is {options.max_length}; it must be at least 1", where="normalize")
    if cached < 1:
        raise BadInput(f"cached is {cached}; it must be at least 1", where="normalize")
