"""What goes wrong with identifiers on their way in: an ordered catalogue of named corruptions."""

from __future__ import annotations

from typing import Literal, NamedTuple

from synthetic.email_noise import domain_slip, dot_variant, in_local_part, plus_tag
from synthetic.name_noise import (
    caller_id_form,
    first_name_only,
    initial,
    letter_case,
    middle_initial,
    misheard,
    nickname,
    plain_letters,
    respelled,
    swapped_order,
    transliterated,
)
from synthetic.phone_noise import (
    digit_dropped,
    digit_slip,
    digits_swapped,
    extension,
    formatting,
    no_country_code,
)
from synthetic.slips import (
    Corrupt,
    doubled_letter,
    dropped_letter,
    homoglyph,
    keyboard_slip,
    misread,
    pick,
    transposition,
)

_PHONE_PLACEHOLDERS = ("anonymous", "restricted", "unknown", "0000000000", "9999999999", "+10000000000")
_EMAIL_PLACEHOLDERS = ("none@none.com", "noemail@noemail.com", "unknown@unknown.com", "test@test.com")
_NAME_PLACEHOLDERS = ("UNKNOWN", "WIRELESS CALLER", "No Name", "GUEST", "Anonymous")


class Corruption(NamedTuple):
    """One way in which a value comes in wrong.

    Args:
        name: The rate's name in the scenario.
        field: The identifier that it befalls.
        corrupt: The function that does it.
        habit: ``person`` if somebody always does it the same way (a nickname), ``contact`` if by accident.
        final: Whether nothing else happens to the value afterwards.
        at_desk: Whether it befalls numbers of front desks only.
    """

    name: str
    field: Literal["phone", "email", "full_name"]
    corrupt: Corrupt
    habit: Literal["person", "contact"] = "contact"
    final: bool = False
    at_desk: bool = False


def _placeholder(options: tuple[str, ...]) -> Corrupt:
    """Replaces the value by what agents type where a field must be filled."""
    return lambda _, dice: pick(options, dice)


CATALOGUE: tuple[Corruption, ...] = (
    Corruption("placeholder", "phone", _placeholder(_PHONE_PLACEHOLDERS), final=True),
    Corruption("placeholder", "email", _placeholder(_EMAIL_PLACEHOLDERS), final=True),
    Corruption("placeholder", "full_name", _placeholder(_NAME_PLACEHOLDERS), final=True),
    Corruption("transliterated", "full_name", transliterated),
    Corruption("nickname", "full_name", nickname, habit="person"),
    Corruption("middle_initial", "full_name", middle_initial, habit="person"),
    Corruption("plain_letters", "full_name", plain_letters),
    Corruption("first_name_only", "full_name", first_name_only),
    Corruption("initial", "full_name", initial),
    Corruption("misheard", "full_name", misheard),
    Corruption("respelled", "full_name", respelled),
    Corruption("ocr", "full_name", misread),
    Corruption("ocr", "email", in_local_part(misread)),
    Corruption("keyboard", "full_name", keyboard_slip),
    Corruption("keyboard", "email", in_local_part(keyboard_slip)),
    Corruption("transposition", "full_name", transposition),
    Corruption("transposition", "email", in_local_part(transposition)),
    Corruption("dropped_letter", "full_name", dropped_letter),
    Corruption("dropped_letter", "email", in_local_part(dropped_letter)),
    Corruption("doubled_letter", "full_name", doubled_letter),
    Corruption("doubled_letter", "email", in_local_part(doubled_letter)),
    Corruption("swapped_order", "full_name", swapped_order),
    Corruption("caller_id_form", "full_name", caller_id_form),
    Corruption("letter_case", "full_name", letter_case),
    Corruption("homoglyph", "full_name", homoglyph),
    Corruption("dot_variant", "email", dot_variant, habit="person"),
    Corruption("plus_tag", "email", plus_tag, habit="person"),
    Corruption("domain_slip", "email", domain_slip),
    Corruption("letter_case", "email", letter_case),
    Corruption("digit_slip", "phone", digit_slip),
    Corruption("digits_swapped", "phone", digits_swapped),
    Corruption("digit_dropped", "phone", digit_dropped),
    Corruption("no_country_code", "phone", no_country_code),
    Corruption("formatting", "phone", formatting),
    Corruption("extension", "phone", extension, habit="person", at_desk=True),
)
"""Every corruption, in the order in which they are applied."""

CORRUPTION_NAMES = tuple(dict.fromkeys(entry.name for entry in CATALOGUE))
"""The names of the rates under ``noise`` in a scenario."""
