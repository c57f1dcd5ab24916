"""Each corruption does what its name says, and nothing to what it cannot befall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.normalize.email import normalize_email
from idlab.normalize.name import normalize_name
from idlab.normalize.options import EmailOptions, NameOptions, PhoneOptions
from idlab.normalize.phone import normalize_phone
from synthetic.email_noise import domain_slip
from synthetic.name_noise import (
    caller_id_form,
    initial,
    misheard,
    nickname,
    plain_letters,
    respelled,
    swapped_order,
    transliterated,
)
from synthetic.noise import CATALOGUE, Corruption
from synthetic.phone_noise import (
    digit_dropped,
    digit_slip,
    digits_swapped,
    extension,
    formatting,
    no_country_code,
)
from synthetic.slips import (
    doubled_letter,
    dropped_letter,
    homoglyph,
    keyboard_slip,
    misread,
    transposition,
)

DICE = st.integers(0, 2**64 - 1)
NAMES = st.sampled_from(
    [
        "Robert Miller",
        "José de la Cruz",
        "Ana",
        "J. Wu",
        "Mary-Ann O'Hara",
        "Bo Li",
        "R",
        "Ña Ñu",
        "aa aa",
        "अभय शर्मा",
    ]
)
EMAILS = st.sampled_from(
    ["a@gmail.com", "bob.smith7@gmail.com", "j@acorngroup.com", "xx_y@yahoo.com", "ab@aol.com"]
)
PHONES = st.from_regex(r"\A\+1[2-9][0-9]{9}\Z")
PHONES_ABROAD = st.sampled_from(
    [("+447400123456", "GB"), ("+442079460018", "GB"), ("+4915112345678", "DE"), ("+493012345678", "DE"),
     ("+525512345678", "MX"), ("+919812345678", "IN"), ("+911123456789", "IN"), ("+12025550143", "US")]
)  # fmt: skip


def values_for(entry: Corruption) -> st.SearchStrategy[str]:
    return {"full_name": NAMES, "email": EMAILS, "phone": PHONES}[entry.field]


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: f"{entry.name}-{entry.field}")
@given(data=st.data(), dice=DICE)
def test_every_corruption_is_total_and_repeatable(entry: Corruption, data: st.DataObject, dice: int) -> None:
    value = data.draw(values_for(entry))
    corrupted = entry.corrupt(value, dice)
    assert corrupted == entry.corrupt(value, dice)
    assert corrupted.strip()
    if entry.field == "email":
        assert corrupted.count("@") == 1


@given(NAMES, DICE)
def test_slips_are_one_edit(name: str, dice: int) -> None:
    slipped = keyboard_slip(name, dice)
    assert len(slipped) == len(name)
    assert sum(a != b for a, b in zip(name, slipped, strict=True)) <= 1
    turned = transposition(name, dice)
    assert sorted(turned) == sorted(name)
    assert sum(a != b for a, b in zip(name, turned, strict=True)) in (0, 2)
    assert len(dropped_letter(name, dice)) in (len(name) - 1, len(name))
    assert len(doubled_letter(name, dice)) == len(name) + 1
    assert sum(a != b for a, b in zip(name, homoglyph(name, dice), strict=True)) <= 1


@given(PHONES, DICE)
def test_phone_slips_keep_country_and_area(phone: str, dice: int) -> None:
    slip, swap, drop = (corrupt(phone, dice) for corrupt in (digit_slip, digits_swapped, digit_dropped))
    assert all(corrupted.startswith(phone[:5]) for corrupted in (slip, swap, drop))
    assert sum(a != b for a, b in zip(phone, slip, strict=True)) == 1
    assert sorted(swap) == sorted(phone)
    assert len(drop) == len(phone) - 1


@given(PHONES, DICE)
def test_notations_keep_the_digits(phone: str, dice: int) -> None:
    def digits(text: str) -> str:
        return "".join(c for c in text if c.isdigit())

    bare = no_country_code(phone, dice)
    assert f"+1{bare}" == phone
    assert digits(formatting(phone, dice)) == digits(phone)
    assert digits(formatting(bare, dice)) == bare
    assert formatting(bare, dice) != bare
    short = digit_dropped(phone, dice)
    assert formatting(short, dice) == short


@given(PHONES_ABROAD, DICE, DICE)
def test_every_notation_is_the_same_number_at_home(number: tuple[str, str], one: int, other: int) -> None:
    phone, region = number
    for form in (
        no_country_code(phone, one),
        formatting(phone, one),
        formatting(no_country_code(phone, one), other),
        extension(formatting(phone, one), other),
        extension(no_country_code(phone, one), other),
    ):
        assert normalize_phone(form, PhoneOptions(), region)[0] == phone, form


@given(NAMES, DICE)
def test_what_is_heard_and_read_stays_near(name: str, dice: int) -> None:
    for corrupt in (misheard, respelled, misread):
        assert abs(len(corrupt(name, dice)) - len(name)) <= 2
        assert homoglyph(name, dice).isascii() is (homoglyph(name, dice) == name and name.isascii())


def test_every_corruption_can_do_something() -> None:
    for entry in CATALOGUE:
        samples = {
            "full_name": ("Christopher O'Mellon", "José Núñez", "अभय शर्मा"),
            "email": ("carl.m@gmail.com",),
            "phone": ("+12025550143",),
        }[entry.field]
        assert any(entry.corrupt(value, dice) != value for value in samples for dice in range(9)), entry


def test_examples() -> None:
    assert transliterated("अभय शर्मा", 0) == "Abhay Sharma"
    assert {misread("Morning", dice) for dice in range(99)} >= {"Moming"}
    assert {respelled("Meyer", dice) for dice in range(99)} >= {"Meier", "Myer"}
    assert {misheard("Baker", dice) for dice in range(99)} >= {"Paker", "Vaker", "Bager"}
    assert nickname("José Ruiz", 0) == "Pepe Ruiz"
    dialled = {"+12025550143": "2025550143", "+447400123456": "07400123456", "+4930123456": "030123456"}
    dialled |= {"+525512345678": "5512345678", "+919812345678": "09812345678", "anonymous": "anonymous"}
    assert {phone: no_country_code(phone, 0) for phone in dialled} == dialled
    assert nickname("William Shaw", 0) in {"Bill Shaw", "Bela Shaw", "Will Shaw"}
    assert nickname("Zzyzx Shaw", 0) == "Zzyzx Shaw"
    assert initial("Robert Miller", 0) == "R. Miller"
    assert initial("Robert", 0) == "Robert"
    assert swapped_order("Robert Miller", 1) == "Miller, Robert"
    assert caller_id_form("Christopher Montgomery", 0) == "MONTGOMERY CHRI"
    assert plain_letters("José Núñez", 0) == "Jose Nunez"
    assert domain_slip("ann@gmail.com", 0) == "ann@gmial.com"
    assert domain_slip("ann@acorngroup.com", 0) == "ann@aorngroup.com"


def test_placeholders_come_first_and_are_final() -> None:
    final = [entry.final for entry in CATALOGUE]
    assert final == sorted(final, reverse=True)
    assert {entry.field for entry in CATALOGUE if entry.final} == {"phone", "email", "full_name"}


def test_placeholders_are_missing_to_the_resolver_and_make_no_hubs() -> None:
    normalized = {
        "phone": lambda text: normalize_phone(text, PhoneOptions(), None),
        "email": lambda text: normalize_email(text, EmailOptions()),
        "full_name": lambda text: normalize_name(text, NameOptions()),
    }
    for entry in (one for one in CATALOGUE if one.final):
        for value in {entry.corrupt("", dice) for dice in range(60)}:
            assert normalized[entry.field](value)[0] is None, (entry.field, value)
