"""E-mail addresses: one form for all spellings that reach one mailbox."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from idlab.normalize.folding import settled
from idlab.normalize.forms import Forms
from idlab.normalize.options import EmailOptions
from idlab.normalize.problems import Problem
from idlab.normalize.providers import PROVIDERS
from idlab.normalize.words import words

_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_FULL_WIDTH_AT = "\N{FULLWIDTH COMMERCIAL AT}"
_LOCAL_ONLY = re.compile(r"(?:^|\.)(?:local|localhost)$", re.IGNORECASE)
_UNLISTED = ".test"
"""Put behind a domain that the library refuses for its last label alone, so that it checks the rest."""
_SEPARATORS = re.compile(r"[\s._\-/]+")
_PLAIN_LOCAL = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
"""Local parts that the library takes as they are, at every domain that it takes."""
_SHORT = 200
"""Too few characters for the library's limit of an address, 254."""
_DISTINCT_DOMAINS = 16_384

_NO_ADDRESS = words("""
    none null nil nan na unknown undefined anonymous noemail nomail noaddress notprovided notgiven nobody
    noreply donotreply mailerdaemon fakeemail
""")
"""Local parts, without separators, that no customer has at any domain. Role accounts (info@, sales@) are
customers' own and not here."""

_TWICE = words("a aa aaa abc asdf email mail mymail na name no none nobody null qwerty test user x xx xxx")
"""Local parts that stand for nothing where the domain repeats them (test@test.com)."""


def normalize_email(raw: str, options: EmailOptions) -> tuple[str | None, Problem | None]:
    """Read an e-mail address.

    Args:
        raw: The address as it came, a display name or ``mailto:`` around it included.
        options: Which spellings count as one.

    Returns:
        The address, local part case-folded and domain in its ASCII form, or None and why.

    Source: RFC 5321 and RFC 6531 as ``email-validator`` reads them, without any look at the network.

    Example:
        >>> normalize_email("Jane Doe <J.Doe+shop@GoogleMail.com>", EmailOptions())
        ('jdoe@gmail.com', None)
        >>> normalize_email("noemail@shop.example.com", EmailOptions())
        (None, <Problem.PLACEHOLDER: 'placeholder'>)
    """
    text = _unwrapped(raw)
    if "@" not in text:
        return None, Problem.PLACEHOLDER if _bare(text) in _NO_ADDRESS else Problem.INVALID
    parts = _validated(text, internal_hosts=options.internal_hosts)
    if parts is None:
        return None, Problem.INVALID
    local, domain = _delivered_to(*parts, options)
    if _stands_for_nothing(local, domain):
        return None, Problem.PLACEHOLDER
    return f"{local}@{domain}", None


def email_forms(value: str) -> Forms:
    """Forms of an address: itself, local part and domain.

    Example:
        >>> email_forms("jane@example.com").scalars
        ('jane@example.com', 'jane', 'example.com')
    """
    local, _, domain = value.rpartition("@")
    return Forms((value, local or None, domain or None))


def _unwrapped(raw: str) -> str:
    text = raw.strip()
    if "@" not in text:
        text = text.replace(_FULL_WIDTH_AT, "@")
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    scheme = _MAILTO.match(text) if ":" in text else None
    if scheme is not None:
        text = unquote(text[scheme.end() :].split("?", 1)[0]).strip()
    return text


def _validated(text: str, *, internal_hosts: bool) -> tuple[str, str] | None:
    """Local part, case-folded, and ASCII domain; None where the syntax is wrong.

    The case is folded before the check, so that what the check allows is what is kept. The library checks the two
    parts apart, and many addresses share a domain: behind a plain local part it is asked about each domain once.
    """
    local, _, domain = text.rpartition("@")
    local = _caseless(local)
    if len(text) <= _SHORT and text.isascii() and _PLAIN_LOCAL.fullmatch(local):
        checked = _checked_domain(domain, internal_hosts)
        return None if checked is None else (local, checked)
    return _checked(local, domain, internal_hosts)


@lru_cache(_DISTINCT_DOMAINS)
def _checked_domain(domain: str, internal_hosts: bool) -> str | None:  # noqa: FBT001 - a part of the key
    parts = _checked("a", domain, internal_hosts)
    return None if parts is None else parts[1]


def _checked(local: str, domain: str, internal_hosts: bool) -> tuple[str, str] | None:  # noqa: FBT001
    unlisted = _UNLISTED if internal_hosts and _LOCAL_ONLY.search(domain) else ""
    try:
        address = validate_email(
            f"{local}@{domain}{unlisted}",
            check_deliverability=False,
            test_environment=True,
            globally_deliverable=not internal_hosts,
            allow_quoted_local=True,
        )
    except EmailNotValidError:
        return None
    checked = address.ascii_domain.removesuffix(unlisted)
    return (address.local_part, checked) if internal_hosts or "." in checked else None


def _caseless(local: str) -> str:
    return local.lower() if local.isascii() else settled(_caseless_once, local)


def _caseless_once(local: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", local).casefold())


def _delivered_to(local: str, domain: str, options: EmailOptions) -> tuple[str, str]:
    if local.startswith('"'):
        return local, domain
    provider = PROVIDERS.get(domain) if options.provider_rules else None
    if options.drop_tag:
        local = _untagged(local, "+")
        if provider is not None:
            local = _untagged(local, provider.tag)
    if provider is not None:
        local = local.replace(".", "") if provider.ignores_dots else local
        domain = provider.domain or domain
    return local, domain


def _untagged(local: str, mark: str) -> str:
    start = local.find(mark, 1)
    return local if start < 0 else local[:start].rstrip(".")


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", text.casefold())


def _stands_for_nothing(local: str, domain: str) -> bool:
    return _bare(local) in _NO_ADDRESS or (local in _TWICE and domain.partition(".")[0] == local)
