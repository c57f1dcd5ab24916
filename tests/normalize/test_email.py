"""E-mail addresses: three outside corpora, and the rules of providers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from idlab.normalize.cleaning import clean
from idlab.normalize.email import email_forms, normalize_email
from idlab.normalize.options import EmailOptions
from idlab.normalize.problems import Problem

DEFAULT = EmailOptions()
AS_WRITTEN = EmailOptions(drop_tag=False, provider_rules=False)


def _rows(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "data" / "corpus_email" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _accepts(address: str) -> bool:
    """As the normaliser does it: cleaned first."""
    return normalize_email(clean(address)[0], AS_WRITTEN)[0] is not None


@pytest.mark.parametrize(
    ("name", "valid_refused", "wrong_accepted"),
    [
        # Refused though valid: test@io, for a dotless domain needs internal_hosts. Accepted though wrong:
        # white space and control characters, which cleaning drops, and a quoted "\©".
        (
            "isemail_tests.csv",
            {"5"},
            {57, 99, *range(127, 130), 132, 133, *range(141, 144), 145, 146, 147}
            | {150, 151, 152, 154, 155, 156, 160},
        ),
        ("isemail_tests_original.csv", set(), {124, 159, 227, 278}),
    ],
)
def test_isemail_verdicts_differ_only_where_explained(
    shared: Path, name: str, valid_refused: set[str], wrong_accepted: set[int]
) -> None:
    refused: set[str] = set()
    accepted: set[int] = set()
    for row in _rows(shared, name):
        took = _accepts(json.loads(row["address_json"]))
        if "VALID_CATEGORY" in row["category"] and not took:
            refused.add(row["id"])
        if row["category"].endswith("ERR") and took:
            accepted.add(int(row["id"]))
    assert (refused, accepted) == (valid_refused, wrong_accepted)


def test_everything_isemail_accepts_wrongly_is_right_once_cleaned(shared: Path) -> None:
    """The explanation above, checked: none of these holds a control character after cleaning."""
    for name in ("isemail_tests.csv", "isemail_tests_original.csv"):
        for row in _rows(shared, name):
            address = json.loads(row["address_json"])
            if row["category"].endswith("ERR") and _accepts(address):
                assert clean(address)[0] != address or row["id"] == "160", row


def test_email_validators_own_cases(shared: Path) -> None:
    """Its verdict, but for what is taken on purpose."""
    differing: dict[str, int] = {}
    for row in _rows(shared, "email_validator_syntax.csv"):
        address = json.loads(row["address_json"])
        if "@" in address and _accepts(address) != (row["valid"] == "True"):
            differing[row["test"]] = differing.get(row["test"], 0) + 1
    assert differing == {
        "test_email_invalid_syntax": 10,  # 2 line breaks, 7 display names, 1 shorter once composed
        "test_email_invalid_syntax_strict": 3,  # local parts of more than 64 characters
        "test_email_invalid_reserved_domain": 1,  # me@test.test.test
        "test_email_invalid_character_smtputf8_off": 1,  # international local parts
    }


def test_validator_js_agrees_on_provider_rules(shared: Path) -> None:
    """validator.js as an outside oracle; every difference is a choice of ours."""
    agreeing, differing = 0, {}
    for row in _rows(shared, "validatorjs_normalize_email.csv"):
        if row["options"] != "defaults":
            continue
        value, _ = normalize_email(row["input"], DEFAULT)
        if value == (row["expected"] or None):
            agreeing += 1
        else:
            differing[row["input"]] = value
    assert agreeing == 20
    assert differing == {
        # The tag is dropped at every domain, not only where the provider is known for it.
        "some.name+extension@unknown.com": "some.name@unknown.com",
        # Domains are kept in their ASCII form.
        "hans@m\u7aefller.com": "hans@xn--mller-es7m.com",
        # Two dots in a row are no valid address.
        "some.name.midd..leNa...me...+extension@GoogleMail.com": None,
        "matthew..example@gmail.com": None,
    }


def test_validator_js_with_its_options_on_lower_case_and_gmail_agrees(shared: Path) -> None:
    for row in _rows(shared, "validatorjs_normalize_email.csv"):
        if "true" in row["options"] and "yahoo.com" not in row["input"] and ".." not in row["input"]:
            expected = row["expected"].replace("+bar@unknown", "@unknown")
            assert normalize_email(row["input"], DEFAULT)[0] == expected, row


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Jane@Example.COM", "jane@example.com"),
        ("  jane@example.com ", "jane@example.com"),
        ("Jane Doe <jane@example.com>", "jane@example.com"),
        ('"Doe, Jane" <jane@example.com>', "jane@example.com"),
        ("<jane@example.com>", "jane@example.com"),
        ("mailto:jane@example.com?subject=Hi", "jane@example.com"),
        ("MAILTO:jane%2Bshop@example.com", "jane@example.com"),
        ("jane+shop@example.com", "jane@example.com"),
        ("jane.+shop@example.com", "jane@example.com"),
        ("+jane@example.com", "+jane@example.com"),
        ("j.a.n.e@gmail.com", "jane@gmail.com"),
        ("Jane.Doe+x@GoogleMail.com", "janedoe@gmail.com"),
        ("jane.doe@example.com", "jane.doe@example.com"),
        ("jane-shop@yahoo.com", "jane@yahoo.com"),
        ("jane-shop@example.com", "jane-shop@example.com"),
        ("jane@pm.me", "jane@proton.me"),
        ("STRASSE@M\u00dcNCHEN.example", "strasse@xn--mnchen-3ya.example"),
        ("stra\u00dfe@m\u00fcnchen.example", "strasse@xn--mnchen-3ya.example"),
        ("jose\u0301@example.com", "jos\u00e9@example.com"),
        ("jane\uff20example.com", "jane@example.com"),
        ("jane@shop.test", "jane@shop.test"),
        ("info@example.com", "info@example.com"),
        ("sales@test.com", "sales@test.com"),
        ("none.such@example.com", "none.such@example.com"),
    ],
)
def test_spellings_of_one_mailbox(text: str, address: str) -> None:
    assert normalize_email(text, DEFAULT) == (address, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("none", Problem.PLACEHOLDER),
        ("N/A", Problem.PLACEHOLDER),
        ("no email", Problem.PLACEHOLDER),
        ("none@example.com", Problem.PLACEHOLDER),
        ("No-Email@shop.example.com", Problem.PLACEHOLDER),
        ("unknown@example.com", Problem.PLACEHOLDER),
        ("test@test.com", Problem.PLACEHOLDER),
        ("na@na.com", Problem.PLACEHOLDER),
        ("no-reply@shop.example.com", Problem.PLACEHOLDER),
        ("n.oreply@gmail.com", Problem.PLACEHOLDER),
        ("jane", Problem.INVALID),
        ("jane@", Problem.INVALID),
        ("jane@localhost", Problem.INVALID),
        ("jane@mailhost", Problem.INVALID),
        ("a@b@c.com", Problem.INVALID),
        ("jane@[127.0.0.1]", Problem.INVALID),
        ("jane@shop.test; joe@shop.test", Problem.INVALID),
    ],
)
def test_what_is_no_address_is_missing_with_its_reason(text: str, problem: Problem) -> None:
    assert normalize_email(text, DEFAULT) == (None, problem)


def test_options_switch_their_rules() -> None:
    assert normalize_email("j.d+x@googlemail.com", AS_WRITTEN)[0] == "j.d+x@googlemail.com"
    assert normalize_email("j.d+x@googlemail.com", EmailOptions(drop_tag=False))[0] == "jd+x@gmail.com"
    assert (
        normalize_email("j.d+x@googlemail.com", EmailOptions(provider_rules=False))[0] == "j.d@googlemail.com"
    )
    assert normalize_email("j-x@yahoo.com", EmailOptions(drop_tag=False))[0] == "j-x@yahoo.com"
    internal = EmailOptions(internal_hosts=True)
    assert normalize_email("jane@mailhost", internal)[0] == "jane@mailhost"
    assert normalize_email("jane@printer.local", internal)[0] == "jane@printer.local"
    assert normalize_email("jane@printer.local", DEFAULT)[0] is None


def test_a_quoted_local_part_keeps_its_at_signs_and_tags() -> None:
    value, _ = normalize_email('"a@b +c"@example.com', DEFAULT)
    assert value == '"a@b +c"@example.com'
    assert email_forms(value).scalars == (value, '"a@b +c"', "example.com")
