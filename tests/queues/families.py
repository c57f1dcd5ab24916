"""Families: two people of one last name on one phone, so that a link between them waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from idlab import Interaction, Resolver
from idlab.model import customer_id_of, link_id_of
from idlab.queues import Message, Sender, TokenKeys
from idlab.stores.base import Rows

START = datetime(2026, 1, 5, tzinfo=UTC)
KEY = "a key for tests is no secret: 0123456789"
LASTS = ["Lee", "Novak", "Okafor", "Garcia", "Schmidt", "Tanaka", "Rossi", "Dubois", "Haddad", "Petrov"]


def keys() -> TokenKeys:
    return TokenKeys([KEY])


def sender() -> Sender:
    return Sender(keys(), "Acme", "https://id.acme.example/answer")


def phone_of(family: int) -> str:
    return f"+1202555{family:04}"


def email_of(family: int) -> str:
    return f"ann.lone{family}@d{family}.example.com"


def ann(family: int) -> Interaction:
    """Has the phone and an e-mail of her own."""
    name = f"Ann {LASTS[family % len(LASTS)]}"
    return Interaction(
        f"ann-{family}",
        START + timedelta(hours=family),
        "webchat",
        phone=phone_of(family),
        email=email_of(family),
        full_name=name,
    )


def bob(family: int) -> Interaction:
    """Has the same phone and nothing else."""
    name = f"Robert {LASTS[family % len(LASTS)]}"
    moment = START + timedelta(hours=family, minutes=30)
    return Interaction(f"bob-{family}", moment, "voice", phone=phone_of(family), full_name=name)


def link_of(family: int) -> str:
    return link_id_of(f"bob-{family}", f"ann-{family}")


def customer(who: str, family: int) -> str:
    return customer_id_of(f"{who}-{family}")


def move_in(resolver: Resolver, families: Iterable[int]) -> list[str]:
    """Let families come in; returns their links, which are open."""
    for family in families:
        resolver.resolve(ann(family))
        decision = resolver.resolve(bob(family))
        assert decision.targets == (customer("ann", family),), decision
    return [link_of(family) for family in families]


def everything_written(rows: Rows) -> str:
    """All papers and log entries, as text."""
    papers = [rows.papers(kind) for kind in ("consent", "link assignment", "review assignment")]
    return repr((papers, list(rows.logged())))


def no_identifier_in(text: str, families: Iterable[int], messages: Iterable[Message] = ()) -> None:
    for family in families:
        for value in (phone_of(family), email_of(family), "Robert ", "Ann "):
            assert value not in text
    for message in messages:
        assert message.token not in text and message.address not in text
