"""What happens to telephone numbers: wrong digits, national forms, notations and extensions."""

from __future__ import annotations

from synthetic.slips import pick, without

_KEYPAD = {
    "1": "24", "2": "135", "3": "26", "4": "157", "5": "2468", "6": "359", "7": "48",
    "8": "5790", "9": "68", "0": "8",
}  # fmt: skip
_NATIONAL = {"+1": "", "+44": "0", "+49": "0", "+52": "", "+91": "0"}
"""Dialling codes of the countries, and what people at home dial instead."""

_AREA_DIGITS = {"+44": 4, "+49": 3, "+52": 2, "+91": 5}
"""After how many digits people leave the first space."""

_EXTENSION_FORMS = (" x{}", " ext. {}", " ext {}", " extension {}")


def digit_slip(phone: str, dice: int) -> str:
    """One of the last seven digits becomes its neighbour on the keypad."""
    place = len(phone) - 1 - dice % 7
    return phone[:place] + pick(_KEYPAD[phone[place]], dice // 7) + phone[place + 1 :]


def digits_swapped(phone: str, dice: int) -> str:
    """Two different neighbouring digits among the last seven change places."""
    spots = [place for place in range(len(phone) - 7, len(phone) - 1) if phone[place] != phone[place + 1]]
    if not spots:
        return phone
    place = spots[dice % len(spots)]
    return phone[:place] + phone[place + 1] + phone[place] + phone[place + 2 :]


def digit_dropped(phone: str, dice: int) -> str:
    """One of the last seven digits is left out."""
    return without(phone, len(phone) - 1 - dice % 7)


def no_country_code(phone: str, _dice: int) -> str:
    """+12025550143 becomes 2025550143, and +447400123456 becomes 07400123456."""
    code = _code(phone)
    return _NATIONAL[code] + phone.removeprefix(code) if code else phone


def formatting(phone: str, dice: int) -> str:
    """The same digits in another notation; a United States number that lost a digit is left alone."""
    code = _code(phone)
    if code in ("", "+1"):
        return _american(phone, dice)
    area, rest = phone[len(code) : len(code) + _AREA_DIGITS[code]], phone[len(code) + _AREA_DIGITS[code] :]
    prefix = pick((code, code.replace("+", "00"), f"{code} (0)" if _NATIONAL[code] else code), dice)
    notations = (f" {area} {rest}", f" {area}-{rest}", f" {area} {rest[:3]} {rest[3:]}", f" {area}/{rest}")
    return prefix + pick(notations, dice // 3)


def _american(phone: str, dice: int) -> str:
    """A number of ten digits as it is written there; one that begins with a trunk 0 only gets a space."""
    digits = phone.removeprefix("+1")
    if phone.startswith("0"):
        return f"{phone[:5]} {phone[5:]}"
    if len(digits) != 10:
        return phone
    area, exchange, line = digits[:3], digits[3:6], digits[6:]
    notations = (
        f"({area}) {exchange}-{line}",
        f"{area}-{exchange}-{line}",
        f"{area}.{exchange}.{line}",
        f"{area} {exchange} {line}",
    )
    prefix = ("+1 ", "1-", "+1-", "1 ")[dice // 4 % 4] if phone.startswith("+") else ""
    return f"{prefix}{pick(notations, dice)}"


def extension(phone: str, dice: int) -> str:
    """+12025550143 becomes +12025550143 x204."""
    return phone + pick(_EXTENSION_FORMS, dice).format(100 + dice // 4 % 900)


def _code(phone: str) -> str:
    """The dialling code that an international number begins with, else nothing."""
    return next((code for code in _NATIONAL if phone.startswith(code)), "")
