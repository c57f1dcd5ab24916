"""What well-known mail providers do with local parts and with several domains of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from idlab.normalize.words import words


@dataclass(frozen=True)
class Provider:
    """How one provider delivers.

    Args:
        domain: What stands for the provider's interchangeable domains; None where each is its own.
        ignores_dots: Dots in the local part make no difference.
        tag: What begins a tag, besides the common ``+``.
    """

    domain: str | None = None
    ignores_dots: bool = False
    tag: str = "+"


_GMAIL = Provider("gmail.com", ignores_dots=True)
_PROTON = Provider("proton.me")
_YANDEX = Provider("yandex.ru")
_YAHOO = Provider(tag="-")

_YANDEX_DOMAINS = words("yandex.ru ya.ru yandex.com yandex.by yandex.kz yandex.ua")
_YAHOO_DOMAINS = words("""
    yahoo.com yahoo.ca yahoo.co.uk yahoo.co.in yahoo.in yahoo.com.au yahoo.com.br yahoo.de yahoo.es yahoo.fr
    yahoo.it ymail.com rocketmail.com
""")

PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        "gmail.com": _GMAIL,
        "googlemail.com": _GMAIL,
        "proton.me": _PROTON,
        "protonmail.com": _PROTON,
        "pm.me": _PROTON,
        **dict.fromkeys(sorted(_YANDEX_DOMAINS), _YANDEX),
        **dict.fromkeys(sorted(_YAHOO_DOMAINS), _YAHOO),
    }
)
"""Provider by domain, as the providers' help pages document it: Gmail "dots don't matter" and googlemail.com,
Yahoo disposable addresses (nickname-keyword), Proton's three domains, Yandex's country domains."""
