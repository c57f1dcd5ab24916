"""People whose identifiers nobody can mistake for anything else, and every form in which one might leak."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

import pytest

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.neighbourhood import KeyBook
from idlab.normalize.kinds import KINDS
from idlab.normalize.normalizer import Normalizer
from idlab.stores.documents import digest_key
from idlab.testing import configs, logs

POOLS = {
    "phone": (
        "+1 415 736 2817",
        "+1 415 736 2818",
        "+1 628 917 4463",
        "+44 7911 843 267",
        "+1 415 736 9817",
        "+1 628 917 4477",
    ),
    "email": (
        "zoltan.quexworth@murkelpost.com",
        "brunhild.yazbeck@drabbelmail.org",
        "brumhild.yazbeck@drabbelmail.org",
        "brunhild.yazbock@drabbelmail.org",
        "zoltan.quexworth@drabbelmail.org",
        "phyllida.oconquest@murkelpost.com",
    ),
    "full_name": (
        "Zoltan Quexworth",
        "Zoltana Quexworth",
        "Brunhild Yazbeck",
        "Z Quexworth",
        "Brunhild Yazbek",
        "Zoltan",
        "Brunhilde Yazbeck",
        "Quexworth, Zoltan Mauritzius",
        "Quexworth Zoltan",
        "गुरविंदरजीत चट्टोपाध्याय",
    ),
    "cookie_id": ("ck-zeppelin-7f1e", "ck-marzipan-02bd", "ck-kumquat-91aa"),
    "ip_address": ("203.113.87.41", "203.113.87.96", "2a02:8109:9c40:77f1::5e"),
    "address": ("1187 Krummhornweg", "1187 Krummhorn", "Krummhornweg 1187", "9 Ulmenplatz"),
    "born": ("1973-11-28", "1973-11-29", "1961-08-17"),
    "card": ("QX-90417733", "QX-55820641"),
}
"""Raw values of every field that the drawn configs declare, in the shape of ``logs.POOLS``."""

SHORTEST = 5
"""Shorter forms (initials, phonetic codes, years) stand in ordinary text by chance."""


def populate(patch: pytest.MonkeyPatch) -> None:
    """Let logs and configs be drawn about these people."""
    for field, pool in POOLS.items():
        patch.setitem(logs.POOLS, field, pool)
    patch.setattr(configs, "KNOWN_SHARED_PHONE", POOLS["phone"][0])
    patch.setattr(configs, "BLOCKED_PHONE", POOLS["phone"][-1])


def traces(config: ScoringConfig) -> set[str]:
    """What would give one of these people away, in lower case: raw and normalised values, forms, digests of keys."""
    ready = compiled(config)
    found: set[str] = set()
    for field, spec in enumerate(ready.normalizer.fields):
        for raw in POOLS.get(spec.name, ()):
            value, _ = ready.normalizer.value(field, raw)
            found |= {raw, *raw.split(), *re.split(r"[@.]", raw), re.sub(r"\D", "", raw)}
            if value is not None:
                found |= {value, digest_key((spec.name, value)).hex()}
                found |= set(_forms(ready.normalizer, field, value))
    book = KeyBook(ready, config)
    values = [
        [ready.normalizer.value(field, raw)[0] for raw in POOLS.get(spec.name, ())]
        for field, spec in enumerate(ready.normalizer.fields)
    ]
    longest = max(map(len, values))
    for turn in range(longest):
        record = tuple(column[turn % len(column)] if column else None for column in values)
        found |= {digest_key(key).hex() for key in book.of(record)[1]}
    return {one.casefold() for one in found if len(one) >= SHORTEST}


def _forms(normalizer: Normalizer, field: int, value: str) -> Iterator[str]:
    """Every form that is a text; the only numbers, ordinals of dates, are like any other number."""
    forms = normalizer.forms(field, value)
    assert len(forms.scalars) == len(KINDS[normalizer.fields[field].kind].scalars)
    yield from (one for one in forms.scalars if one)
    for several in forms.lists:
        yield from several


def found_in(text: str, wanted: Iterable[str]) -> list[str]:
    """Which traces a text holds, in whichever case, escaped for JSON or for a URL, as a word or within one.

    A trace of digits alone counts only where it is a number of its own, for long numbers and ids hold any digits.
    """
    unescaped = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
    readings = "\n".join(dict.fromkeys((text, unescaped, unquote(text)))).casefold()
    numbers = set(re.findall(r"(?<![0-9a-f.])\d+(?![0-9a-f])", readings))
    return sorted(one for one in set(wanted) if one in (numbers if one.isdecimal() else readings))
