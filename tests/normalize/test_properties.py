"""What holds for every kind and every text."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.normalize.folding import fold
from idlab.normalize.kinds import KINDS, forms_of
from idlab.normalize.options import EmailOptions, NameOptions, NormalizeOptions, PhoneOptions
from tests.normalize.worlds import normalizer_of_all_kinds, regions, texts

OPTIONS = (
    NormalizeOptions(),
    NormalizeOptions(
        phone=PhoneOptions("GB", "valid"),
        email=EmailOptions(drop_tag=False, provider_rules=False, internal_hosts=True),
        name=NameOptions(drop_titles=False, turn_commas=False),
    ),
    NormalizeOptions(email=EmailOptions(drop_tag=False), name=NameOptions(drop_titles=False), max_length=12),
    NormalizeOptions(
        email=EmailOptions(provider_rules=False), name=NameOptions(turn_commas=False), max_length=3
    ),
)
NORMALIZERS = tuple(normalizer_of_all_kinds(options) for options in OPTIONS)


@pytest.mark.parametrize("field", range(len(KINDS)), ids=list(KINDS))
@given(text=texts, region=regions, number=st.integers(0, len(OPTIONS) - 1))
def test_normalising_a_normalised_value_changes_nothing(
    field: int, text: str, region: str | None, number: int
) -> None:
    normalizer = NORMALIZERS[number]
    value, _ = normalizer.value(field, text, region)
    if value is not None:
        assert normalizer.value(field, value, region) == (value, ())


@pytest.mark.parametrize("field", range(len(KINDS)), ids=list(KINDS))
@given(text=texts, region=regions, number=st.integers(0, len(OPTIONS) - 1))
def test_a_value_is_missing_exactly_if_a_problem_says_so_and_never_too_long(
    field: int, text: str, region: str | None, number: int
) -> None:
    value, problems = NORMALIZERS[number].value(field, text, region)
    assert len(set(problems)) == len(problems)
    if value is None:
        assert sum(not problem.usable for problem in problems) == (1 if _has_content(text) else 0)
    else:
        assert all(problem.usable for problem in problems)
        assert 0 < len(value) <= OPTIONS[number].max_length
        assert value == value.strip()
        assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in value)


def _has_content(text: str) -> bool:
    """By Unicode's categories, not by the module's own pattern."""
    ignored = {"\ufe0f", "\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0"}
    return any(
        not character.isspace() and unicodedata.category(character) not in {"Cc", "Cs", "Cf"}
        for character in text
        if character not in ignored
    )


@pytest.mark.parametrize("kind", KINDS)
@given(text=texts)
def test_forms_are_those_the_kind_declares(kind: str, text: str) -> None:
    field = list(KINDS).index(kind)
    value, _ = NORMALIZERS[0].value(field, text)
    if value is None:
        return
    forms = NORMALIZERS[0].forms(field, value)
    declared = KINDS[kind]
    assert forms == forms_of(kind, value, OPTIONS[0])
    assert forms.scalars[0] == value
    assert (len(forms.scalars), len(forms.lists), len(forms.numbers)) == (
        len(declared.scalars),
        len(declared.lists),
        len(declared.numbers),
    )
    assert all(scalar is None or scalar for scalar in forms.scalars)
    by_name = dict(zip(declared.lists, forms.lists, strict=True))
    if "tokens" in by_name:
        assert " ".join(by_name["tokens"]) == value
        assert by_name["initials"] == tuple(token[0] for token in by_name["tokens"])


def test_folding_is_idempotent_on_every_code_point() -> None:
    for code in range(sys.maxunicode + 1):
        once = fold(chr(code))
        assert fold(once) == once, hex(code)
        assert unicodedata.is_normalized("NFKC", once), hex(code)


def test_names_and_texts_are_idempotent_on_every_code_point_between_letters() -> None:
    normalizer = NORMALIZERS[0]
    fields = [list(KINDS).index(kind) for kind in ("name", "text", "code")]
    for field, code in product(fields, range(0x20000)):
        value, _ = normalizer.value(field, f"ab{chr(code)}c")
        if value is not None:
            assert normalizer.value(field, value) == (value, ()), hex(code)


def _corpus(shared: Path) -> list[tuple[str, str]]:
    columns = {
        "given_name": "name",
        "surname": "name",
        "first_name": "name",
        "name": "name",
        "full_name": "name",
        "last_name": "name",
        "phone": "phone",
        "phone_number": "phone",
        "email": "email",
        "date_of_birth": "date",
        "dob": "date",
        "birthdate": "date",
        "street_address": "text",
        "address": "text",
        "address_1": "text",
        "postcode": "code",
        "soc_sec_id": "code",
        "city": "text",
        "suburb": "text",
    }
    found: list[tuple[str, str]] = []
    for path in sorted((shared / "data").glob("*/records.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines)):
                if number >= 500:
                    break
                found += [(kind, row[name]) for name, kind in columns.items() if row.get(name)]
    return found


def test_values_of_real_tables_are_idempotent_and_mostly_usable(shared: Path) -> None:
    values = _corpus(shared)
    assert {kind for kind, _ in values} >= {"name", "phone", "email", "date", "text", "code"}
    usable: dict[str, int] = dict.fromkeys(KINDS, 0)
    total: dict[str, int] = dict.fromkeys(KINDS, 0)
    for kind, raw in values:
        field = list(KINDS).index(kind)
        value, _ = NORMALIZERS[0].value(field, raw)
        total[kind] += 1
        if value is not None:
            usable[kind] += 1
            assert NORMALIZERS[0].value(field, value) == (value, ())
    for kind in ("name", "text", "code"):
        assert usable[kind] > 0.99 * total[kind], kind


def test_email_corpora_are_idempotent(shared: Path) -> None:
    field = list(KINDS).index("email")
    for name in ("isemail_tests.csv", "isemail_tests_original.csv", "email_validator_syntax.csv"):
        with (shared / "data" / "corpus_email" / name).open(encoding="utf-8", newline="") as lines:
            addresses = [json.loads(row["address_json"]) for row in csv.DictReader(lines)]
        for address, normalizer in product(addresses, NORMALIZERS):
            value, _ = normalizer.value(field, address)
            if value is not None:
                assert normalizer.value(field, value) == (value, ())
