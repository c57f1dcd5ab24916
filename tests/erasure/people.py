"""People to be erased, hard to find and hard to miss, among others with whom they share things."""

from __future__ import annotations

import json
import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path

from idlab import Interaction, Resolver, ScoringConfig
from idlab.model import Action, Outcome, link_id_of
from idlab.neighbourhood import KeyBook
from idlab.normalize.kinds import KINDS
from idlab.queues import ask
from idlab.stores.documents import digest_key

START = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
PROJECT = Path(__file__).resolve().parents[2]
SHORTEST = 6
"""Bytes; shorter forms stand in any database by chance."""

FIELDS = ("phone", "email", "full_name", "cookie_id", "ip_address", "conversation_id", "participant_id")

ANNA = {
    "phone": "+43 660 9174463",
    "email": "Änna.Größenwahn+x@Müllerpost.example",
    "full_name": "Änna Größenwahn",
}
WITOLD = {
    "phone": "+48 601 843 267",
    "email": "witold.zolczynski@drabbelmail.example",
    "full_name": 'Witołd "Żółw\\Żółczyński',
    "cookie_id": "ck-Zeppelin-7f1e-ü😀",
    "ip_address": "2a02:8109:9c40:77f1::5e",
}
LONG = {
    "email": f"quexworth.{'phyllida-' * 6}oconquest@murkelpost.example",
    "full_name": f"Phyllida {'Krummhornia ' * 15}Oconquestadora",
    "cookie_id": f"ck-{'marzipan' * 25}-02bd",
}
FAMILY_PHONE = "+1 415 736 2817"
"""Of Brunhild, who is erased, and of two who stay."""
BRUNHILD = {
    "phone": FAMILY_PHONE,
    "email": "brunhild.yazbeck@drabbelmail.example",
    "full_name": "Brunhild Yazbeck",
}
ZDENKA = {
    "phone": "+420 601 843 267",
    "email": "zdenka.vlastnikova@murkelpost.example",
    "full_name": "Zdenka Králíčková",
}
"""Has a link with Milos, who stays: it waits for their consent."""
ERASED = {"anna": ANNA, "witold": WITOLD, "long": LONG, "brunhild": BRUNHILD, "zdenka": ZDENKA}
"""Who is to be erased."""


@cache
def config() -> ScoringConfig:
    """The default config, but it flags an identity with more than one name, and asks about more."""
    document = json.loads((PROJECT / "configs" / "default.json").read_text(encoding="utf-8"))
    document["guards"] |= {"max_distinct_names": 1}
    document["decide"] |= {"pending_at": 0.15}
    return ScoringConfig.parse(document, where="test")


def contact(name: str, hours: float, **raw: str) -> Interaction:
    """One contact, in a conversation of its own."""
    moment = START + timedelta(hours=hours)
    told = {"conversation_id": f"conv-{name}-5c1d", "participant_id": f"part-{name}-77e0", **raw}
    return Interaction(name, moment, "webchat", **told)


def contacts() -> Iterator[Interaction]:
    """Everybody's, in order: those who are to be erased first, in the middle and last."""
    hour = iter(range(100_000))
    for turn in range(3):
        for who, raw in ERASED.items():
            yield contact(f"{who}-{turn}", next(hour), **raw)
        yield contact(
            f"cousin-{turn}", next(hour), phone=FAMILY_PHONE, full_name="Theodor Yazbeck", cookie_id="ck-theo"
        )
        yield contact(
            f"aunt-{turn}",
            next(hour),
            phone=FAMILY_PHONE,
            full_name="Ottilie Murkel",
            email="otti@murkel.example",
        )
        yield contact(f"nameless-{turn}", next(hour), phone=FAMILY_PHONE)
        for other in range(25):
            number = turn * 25 + other
            yield contact(
                f"other-{number}",
                next(hour),
                phone=f"+1 202 555 {1000 + number % 40}",
                full_name=f"{_FIRST[number % 8]} {_LAST[number % 40 % 7]}",
                email=f"someone.{number % 40}@elsewhere.example",
            )
    yield contact("milos-0", next(hour), phone=ZDENKA["phone"], full_name="Milos Králíčková")
    for family in range(3):
        last = ("Abramov", "Babic", "Castro")[family]
        yield contact(
            f"mother-{family}",
            next(hour),
            phone=f"+1 202 556 {2000 + family}",
            full_name=f"Ann {last}",
            email=f"a.lone{family}@elsewhere.example",
        )
        yield contact(
            f"son-{family}", next(hour), phone=f"+1 202 556 {2000 + family}", full_name=f"Robert {last}"
        )
    for turn, name in enumerate(("Witold Zolczynski", "Annegret Füchslein", "Witold Zolczynski")):
        yield contact(
            f"witold-names-{turn}",
            next(hour),
            email=WITOLD["email"],
            phone=WITOLD["phone"],
            cookie_id=WITOLD["cookie_id"],
            full_name=name,
        )


_FIRST = ("Ida", "Karl", "Lena", "Max", "Nora", "Otto", "Pia", "Rolf")
_LAST = ("Abt", "Bahr", "Cords", "Dorn", "Erdt", "Falk", "Gams")


def fill(resolver: Resolver, interactions: Iterable[Interaction]) -> None:
    """Everybody is handled, then agents work on what waits, so that links, items and actions of every kind are there."""
    for interaction in interactions:
        resolver.resolve(interaction)
    for number, act in enumerate((Action.decline, Action.expire)):
        resolver.act(act(link_id_of(f"son-{number}", f"mother-{number}")), by="agent 7")
    ask(resolver, link_id_of("milos-0", "zdenka-0"), by="agent 8", at=START + timedelta(days=8))
    customer = resolver.store.identity_of("other-0")
    assert customer is not None
    resolver.act(Action.split(customer, ("other-40",)), by="agent 7")
    objector = resolver.store.identity_of("other-3")
    assert objector is not None
    resolver.act(Action.do_not_link(objector), by="agent 8")


def customers(resolver: Resolver) -> list[str]:
    """The customer_ids of who is to be erased."""
    names = [f"{who}-{turn}" for who in ERASED for turn in range(3)] + [
        f"witold-names-{turn}" for turn in range(3)
    ]
    found = [resolver.store.identity_of(name) for name in names]
    return list(dict.fromkeys(one for one in found if one is not None))


def held_by(resolver: Resolver, ids: Sequence[str]) -> set[str]:
    """The names of the interactions that customers hold."""
    return {
        one.interaction_id for one in contacts() if resolver.store.identity_of(one.interaction_id) in set(ids)
    }


def needles(resolver: Resolver, gone: set[str]) -> dict[bytes, str]:
    """Every form of every value that only these interactions have, and the field that it is of."""
    theirs: dict[bytes, str] = {}
    others: set[bytes] = set()
    for interaction in contacts():
        mine = interaction.interaction_id in gone
        for field, text in _texts(resolver, interaction):
            for form in spellings(text):
                others |= set() if mine else {form}
                if mine and len(form) >= SHORTEST:
                    theirs[form] = field
        for digest in _digests(resolver, interaction):
            for form in (digest, digest.hex().encode(), digest.hex().upper().encode()):
                others |= set() if mine else {form}
                if mine:
                    theirs[form] = "digest"
    ids = [f.encode() for one in contacts() for f in (one.interaction_id,)]
    return {
        form: field
        for form, field in theirs.items()
        if form not in others and not any(form in one for one in ids)
    }


def _texts(resolver: Resolver, interaction: Interaction) -> Iterator[tuple[str, str]]:
    """Raw and normalised values, and their derived forms, with the field's name."""
    normalizer = resolver.ready.normalizer
    for field in FIELDS:
        raw = getattr(interaction, field)
        if raw:
            yield field, raw
            yield field, re.sub(r"\D", "", raw)
    values = normalizer.values(interaction)
    for place, (spec, value) in enumerate(zip(normalizer.fields, values, strict=True)):
        if value is not None:
            yield spec.name, value
            forms = normalizer.forms(place, value)
            assert len(forms.scalars) == len(KINDS[spec.kind].scalars)
            yield from ((spec.name, one) for one in forms.scalars if isinstance(one, str))
            yield from ((spec.name, one) for several in forms.lists for one in several)


def _digests(resolver: Resolver, interaction: Interaction) -> Iterator[bytes]:
    """Digests by which the store finds rows of values."""
    values = resolver.ready.normalizer.values(interaction)
    book = KeyBook(resolver.ready, resolver.config)
    yield from (digest_key(key) for key in book.of(values)[1])
    names = resolver.ready.field_names
    yield from (digest_key((name, one)) for name, one in zip(names, values, strict=True) if one is not None)


def spellings(text: str) -> set[bytes]:
    """A text as it may stand in a file: composed or not, escaped for JSON or HTML, in other encodings, as hexadecimal digits."""
    found: set[bytes] = set()
    for form in {
        text,
        text.casefold(),
        *(unicodedata.normalize(how, text) for how in ("NFC", "NFD", "NFKC", "NFKD")),
    }:
        plain = form.encode("utf-8")
        found |= {
            plain,
            json.dumps(form)[1:-1].encode("ascii"),
            json.dumps(json.dumps(form)[1:-1])[1:-1].encode("ascii"),
        }
        found |= {
            form.encode("utf-16-le"),
            escape(form).encode("utf-8"),
            json.dumps(form, ensure_ascii=False)[1:-1].encode(),
        }
        found |= {plain.hex().encode(), plain.hex().upper().encode(), b64encode(plain).rstrip(b"=")[:-1]}
        if form.isascii() is False:
            found.add(form.encode("latin-1", "ignore"))
    return found


def outcome_again(resolver: Resolver, name: str) -> tuple[Outcome, str]:
    """What is said of an interaction that is delivered again."""
    decision = resolver.resolve(next(one for one in contacts() if one.interaction_id == name))
    return decision.outcome, decision.customer_id
