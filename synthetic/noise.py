"""What goes wrong with identifiers on their way in: an ordered catalogue of named corruptions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Literal, NamedTuple

from synthetic.words import nicknames_of

Corrupt = Callable[[str, int], str]
"""(value, dice) to the corrupted value; dice is a random number below 2**64. Unable, it returns the value."""

_KEYBOARD = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij",
    "i": "uok", "o": "ipl", "p": "ol", "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv",
    "g": "fthb", "h": "gyjn", "j": "hukm", "k": "jil", "l": "kop", "z": "axs", "x": "zsc",
    "c": "xdv", "v": "cfb", "b": "vgn", "n": "bhm", "m": "njk",
}  # fmt: skip
_KEYPAD = {
    "1": "24", "2": "135", "3": "26", "4": "157", "5": "2468", "6": "359", "7": "48",
    "8": "5790", "9": "68", "0": "8",
}  # fmt: skip
_DOMAIN_SLIPS = {
    "gmail.com": ("gmial.com", "gmai.com", "gmail.con", "gmal.com", "gmail.co", "googlemail.com"),
    "yahoo.com": ("yaho.com", "yahoo.con", "yahooo.com", "ymail.com", "yahoo.co"),
    "outlook.com": ("outlok.com", "outlook.con", "hotmail.com"),
    "hotmail.com": ("hotmial.com", "hotmai.com", "hotmail.con", "homail.com", "outlook.com"),
    "icloud.com": ("iclod.com", "icloud.con", "me.com"),
    "aol.com": ("aol.con", "aoll.com"),
    "comcast.net": ("comcast.com", "comcast.ne"),
}
_TAGS = ("shop", "store", "orders", "news", "retail", "spam", "promo")
_PHONE_PLACEHOLDERS = ("anonymous", "restricted", "unknown", "0000000000", "9999999999", "+10000000000")
_EMAIL_PLACEHOLDERS = ("none@none.com", "noemail@noemail.com", "unknown@unknown.com", "test@test.com")
_NAME_PLACEHOLDERS = ("UNKNOWN", "WIRELESS CALLER", "No Name", "GUEST", "Anonymous")
_CALLER_ID_LENGTH = 15


class Corruption(NamedTuple):
    """One way in which a value comes in wrong.

    Args:
        name: The rate's name in the scenario.
        field: The identifier that it befalls.
        corrupt: The function that does it.
        habit: ``person`` if somebody always does it the same way (a nickname), ``contact`` if by accident.
        final: Whether nothing else happens to the value afterwards.
    """

    name: str
    field: Literal["phone", "email", "full_name"]
    corrupt: Corrupt
    habit: Literal["person", "contact"] = "contact"
    final: bool = False


def _pick(options: tuple[str, ...] | str, dice: int) -> str:
    return options[dice % len(options)]


def _placeholder(options: tuple[str, ...]) -> Corrupt:
    """Replaces the value by what agents type where a field must be filled."""
    return lambda value, dice: _pick(options, dice)


def _split_name(name: str) -> tuple[str, str]:
    first, _, last = name.partition(" ")
    return first, last


def nickname(name: str, dice: int) -> str:
    """Robert Miller becomes Bob Miller."""
    first, last = _split_name(name)
    options = nicknames_of(first)
    return f"{_pick(options, dice)} {last}".rstrip() if options else name


def middle_initial(name: str, dice: int) -> str:
    """Robert Miller becomes Robert J. Miller."""
    first, last = _split_name(name)
    return f"{first} {_pick('ABCDEFGHJKLMNPRSTVW', dice)}. {last}" if last else name


def first_name_only(name: str, dice: int) -> str:
    """Robert Miller becomes Robert."""
    return _split_name(name)[0]


def initial(name: str, dice: int) -> str:
    """Robert Miller becomes R. Miller or R Miller, or Robert M."""
    first, last = _split_name(name)
    if not last:
        return name
    return (f"{first[0]}. {last}", f"{first[0]} {last}", f"{first} {last[0]}")[dice % 3]


def swapped_order(name: str, dice: int) -> str:
    """Robert Miller becomes Miller Robert or, more often, Miller, Robert."""
    first, last = _split_name(name)
    if not last:
        return name
    return f"{last} {first}" if dice % 3 == 0 else f"{last}, {first}"


def caller_id_form(name: str, dice: int) -> str:
    """Robert Miller becomes MILLER ROBERT, cut to the 15 characters of a caller name."""
    first, last = _split_name(name)
    return f"{last} {first}".strip().upper()[:_CALLER_ID_LENGTH].rstrip()


def plain_letters(name: str, dice: int) -> str:
    """José becomes Jose."""
    if name.isascii():
        return name
    return "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))


def letter_case(name: str, dice: int) -> str:
    """Robert Miller becomes robert miller or ROBERT MILLER."""
    return name.upper() if dice % 4 == 0 else name.lower()


def keyboard_slip(text: str, dice: int) -> str:
    """One letter becomes its neighbour on the keyboard."""
    spots = [place for place, letter in enumerate(text) if letter.lower() in _KEYBOARD]
    if not spots:
        return text
    dice, spot = divmod(dice, len(spots))
    place = spots[spot]
    slipped = _pick(_KEYBOARD[text[place].lower()], dice)
    return text[:place] + (slipped.upper() if text[place].isupper() else slipped) + text[place + 1 :]


def transposition(text: str, dice: int) -> str:
    """Two different neighbouring letters change places."""
    spots = [i for i in range(1, len(text) - 1) if text[i] != text[i + 1] and text[i : i + 2].isalnum()]
    if not spots:
        return text
    place = spots[dice % len(spots)]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def dropped_letter(text: str, dice: int) -> str:
    """One letter after the first is left out."""
    spots = [place for place in range(1, len(text)) if text[place].isalnum()]
    return _without(text, spots[dice % len(spots)]) if spots else text


def doubled_letter(text: str, dice: int) -> str:
    """One letter is typed twice."""
    spots = [place for place, letter in enumerate(text) if letter.isalnum()]
    if not spots:
        return text
    place = spots[dice % len(spots)]
    return text[: place + 1] + text[place:]


def domain_slip(address: str, dice: int) -> str:
    """gmail.com becomes gmial.com or, as often in earnest, another domain of the provider."""
    local, _, domain = address.partition("@")
    slips = _DOMAIN_SLIPS.get(domain)
    return f"{local}@{_pick(slips, dice)}" if slips else address


def plus_tag(address: str, dice: int) -> str:
    """ann@gmail.com becomes ann+shop@gmail.com."""
    local, _, domain = address.partition("@")
    return f"{local}+{_pick(_TAGS, dice)}@{domain}"


def dot_variant(address: str, dice: int) -> str:
    """A dot comes or goes in a Gmail address, where dots mean nothing."""
    local, _, domain = address.partition("@")
    if domain != "gmail.com" or len(local) < 3:
        return address
    if "." in local:
        return f"{local.replace('.', '')}@{domain}"
    place = 1 + dice % (len(local) - 1)
    return f"{local[:place]}.{local[place:]}@{domain}"


def digit_slip(phone: str, dice: int) -> str:
    """One of the last seven digits becomes its neighbour on the keypad."""
    place = len(phone) - 1 - dice % 7
    return phone[:place] + _pick(_KEYPAD[phone[place]], dice // 7) + phone[place + 1 :]


def digits_swapped(phone: str, dice: int) -> str:
    """Two different neighbouring digits among the last seven change places."""
    spots = [place for place in range(len(phone) - 7, len(phone) - 1) if phone[place] != phone[place + 1]]
    if not spots:
        return phone
    place = spots[dice % len(spots)]
    return phone[:place] + phone[place + 1] + phone[place] + phone[place + 2 :]


def digit_dropped(phone: str, dice: int) -> str:
    """One of the last seven digits is left out."""
    return _without(phone, len(phone) - 1 - dice % 7)


def no_country_code(phone: str, dice: int) -> str:
    """+12025550143 becomes 2025550143."""
    return phone.removeprefix("+1")


def formatting(phone: str, dice: int) -> str:
    """The same digits in another notation; a number that lost a digit is left alone."""
    digits = phone.removeprefix("+1")
    if len(digits) != 10:
        return phone
    area, exchange, line = digits[:3], digits[3:6], digits[6:]
    with_code = phone.startswith("+")
    notations = (
        f"({area}) {exchange}-{line}",
        f"{area}-{exchange}-{line}",
        f"{area}.{exchange}.{line}",
        f"{area} {exchange} {line}",
    )
    return f"{('+1 ', '1-', '+1-', '1 ')[dice // 4 % 4] if with_code else ''}{_pick(notations, dice)}"


def _without(text: str, place: int) -> str:
    return text[:place] + text[place + 1 :]


def _in_local_part(corrupt: Corrupt) -> Corrupt:
    """The same slip, kept to what stands before the @."""

    def slip(address: str, dice: int) -> str:
        local, at, domain = address.partition("@")
        return f"{corrupt(local, dice)}{at}{domain}"

    return slip


CATALOGUE: tuple[Corruption, ...] = (
    Corruption("placeholder", "phone", _placeholder(_PHONE_PLACEHOLDERS), final=True),
    Corruption("placeholder", "email", _placeholder(_EMAIL_PLACEHOLDERS), final=True),
    Corruption("placeholder", "full_name", _placeholder(_NAME_PLACEHOLDERS), final=True),
    Corruption("nickname", "full_name", nickname, habit="person"),
    Corruption("middle_initial", "full_name", middle_initial, habit="person"),
    Corruption("plain_letters", "full_name", plain_letters),
    Corruption("first_name_only", "full_name", first_name_only),
    Corruption("initial", "full_name", initial),
    Corruption("keyboard", "full_name", keyboard_slip),
    Corruption("keyboard", "email", _in_local_part(keyboard_slip)),
    Corruption("transposition", "full_name", transposition),
    Corruption("transposition", "email", _in_local_part(transposition)),
    Corruption("dropped_letter", "full_name", dropped_letter),
    Corruption("dropped_letter", "email", _in_local_part(dropped_letter)),
    Corruption("doubled_letter", "full_name", doubled_letter),
    Corruption("doubled_letter", "email", _in_local_part(doubled_letter)),
    Corruption("swapped_order", "full_name", swapped_order),
    Corruption("caller_id_form", "full_name", caller_id_form),
    Corruption("letter_case", "full_name", letter_case),
    Corruption("dot_variant", "email", dot_variant, habit="person"),
    Corruption("plus_tag", "email", plus_tag, habit="person"),
    Corruption("domain_slip", "email", domain_slip),
    Corruption("letter_case", "email", letter_case),
    Corruption("digit_slip", "phone", digit_slip),
    Corruption("digits_swapped", "phone", digits_swapped),
    Corruption("digit_dropped", "phone", digit_dropped),
    Corruption("no_country_code", "phone", no_country_code),
    Corruption("formatting", "phone", formatting),
)
"""Every corruption, in the order in which they are applied."""

CORRUPTION_NAMES = tuple(dict.fromkeys(entry.name for entry in CATALOGUE))
"""The names of the rates under ``noise`` in a scenario."""
