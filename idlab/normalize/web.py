"""What a browser or a conversation brings along: cookies, IP addresses, conversation ids."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address

from idlab.normalize.forms import Forms
from idlab.normalize.problems import Problem
from idlab.normalize.words import words

_WITH_PORT = re.compile(r"\[([^\[\]]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5}")
_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_PLAIN_IPV4 = re.compile(rf"(?!0|127\.|255\.){_BYTE}(?:\.{_BYTE}){{3}}", re.ASCII)
"""Written as it is kept, of somebody who can call."""
_FULL_IPV6 = re.compile(r"(?!0+\b)[\da-f]{1,4}(?::(?!0+\b)[\da-f]{1,4}){7}", re.ASCII)
"""Eight groups none of which is zero: nothing but zeros in front of a group can be left out."""
_ZEROS_IN_FRONT = re.compile(r"\b0+")
_EMPTY_COOKIES = {"(not set)", "not set"} | words("""
    null undefined none nan nil unknown deleted optout opt_out opt-out 0 -1
    00000000-0000-0000-0000-000000000000
""")
_LOWER_HALF = (1 << 64) - 1
_BROADCAST = IPv4Address("255.255.255.255")


def normalize_cookie(raw: str) -> tuple[str | None, Problem | None]:
    """Read a cookie's value: trimmed, letters' case kept.

    Example:
        >>> normalize_cookie(" GA1.2.77 "), normalize_cookie("undefined")
        (('GA1.2.77', None), (None, <Problem.PLACEHOLDER: 'placeholder'>))
    """
    value = raw.strip()
    if value.casefold() in _EMPTY_COOKIES:
        return None, Problem.PLACEHOLDER
    return (value, None) if value else (None, Problem.INVALID)


def cookie_forms(value: str) -> Forms:
    """The one form of a cookie: itself.

    Example:
        >>> cookie_forms("GA1.2.77").scalars
        ('GA1.2.77',)
    """
    return Forms((value,))


def normalize_conversation(raw: str) -> tuple[str | None, Problem | None]:
    """Read a conversation's id and its participant's, as ``Interaction.raw`` joins them: trimmed.

    Example:
        >>> normalize_conversation(" c-1 p-2 ")
        ('c-1 p-2', None)
    """
    value = raw.strip()
    return (value, None) if value else (None, Problem.INVALID)


def conversation_forms(value: str) -> Forms:
    """The one form of a conversation: itself.

    Example:
        >>> conversation_forms("c-1 p-2").scalars
        ('c-1 p-2',)
    """
    return Forms((value,))


def normalize_ip(raw: str) -> tuple[str | None, Problem | None]:
    """Read an IP address.

    Args:
        raw: The address as it came; a port, brackets and a zone are dropped.

    Returns:
        The address in its canonical text (IPv4 where IPv6 only wraps it), or None and why. Addresses that
        nobody calls from (unspecified, loopback, broadcast) are placeholders.

    Source: RFC 5952 (text of IPv6), RFC 4291, section 2.5.5.2 (IPv4-mapped).

    Example:
        >>> normalize_ip("[::ffff:203.0.113.7]:443")
        ('203.0.113.7', None)
    """
    text = raw.strip()
    if _PLAIN_IPV4.fullmatch(text):
        return text, None
    if _FULL_IPV6.fullmatch(text):
        return _ZEROS_IN_FRONT.sub("", text), None
    address = _address(text)
    if address is None:
        return None, Problem.INVALID
    if address.is_unspecified or address.is_loopback or address == _BROADCAST:
        return None, Problem.PLACEHOLDER
    return str(address), None


def ip_forms(value: str) -> Forms:
    """Forms of an IP address: itself and its network, /24 or /64.

    Example:
        >>> ip_forms("203.0.113.7").scalars, ip_forms("2001:db8::7").scalars
        (('203.0.113.7', '203.0.113.0/24'), ('2001:db8::7', '2001:db8::/64'))
    """
    if ":" in value:
        return Forms((value, f"{IPv6Address(int(IPv6Address(value)) & ~_LOWER_HALF)}/64"))
    return Forms((value, f"{value.rpartition('.')[0]}.0/24"))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    ported = _WITH_PORT.fullmatch(text)
    if ported is not None:
        text = ported[1] or ported[2]
    try:
        if ":" not in text:
            return IPv4Address(text.partition("%")[0])
        address = IPv6Address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address
