"""The words of the domain: what goes into the resolver and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha1
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from idlab.errors import BadInput

CHANNELS = ("voice", "webchat", "email", "whatsapp", "sms", "crm")
"""The channels an interaction may come in on; ``crm`` is a row imported from a CRM."""

REDACTED = "[REDACTED]"
"""Stands where an erased identifier stood and a field must stay."""

CUSTOMER_NAMESPACE = UUID("ffabee4f-6990-5725-9780-7916b8218f9e")
"""The UUIDv5 namespace of every customer_id."""

_NAMESPACE = sha1(CUSTOMER_NAMESPACE.bytes, usedforsecurity=False)
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The hexadecimal digit with the two bits of the variant, by the digit that the hash has there."""

_NO_FIELDS: Mapping[str, str | None] = MappingProxyType({})


def customer_id_of(interaction_id: str) -> str:
    """The customer_id of an identity whose earliest handled interaction is this one.

    Args:
        interaction_id: The interaction's id, any text.

    Returns:
        A UUIDv5 (RFC 9562) as text; the same text on every machine, and in a fifth of the time of ``uuid.uuid5``.

    Example:
        >>> from uuid import uuid5
        >>> customer_id_of("call-1") == str(uuid5(CUSTOMER_NAMESPACE, "call-1"))
        True
    """
    name = interaction_id.encode("utf-8", "surrogatepass")
    hashed = _NAMESPACE.copy()
    hashed.update(name)
    digest = hashed.hexdigest()
    variant = _VARIANT[digest[16]]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


@dataclass(frozen=True, slots=True)
class Interaction:
    """One contact on one channel, with its raw identifiers as they came.

    Args:
        interaction_id: Unique within a log; the same id again returns the decision made then.
        occurred_at: When it happened, with a time zone.
        channel: One of ``CHANNELS``.
        phone, email, full_name, cookie_id, ip_address: Raw identifiers, each None or "" where unknown.
        conversation_id, participant_id: The conversation and the customer participant in it.
        region: ISO 3166 region for phones without a country code; the config's default otherwise.
        fields: Raw values of further fields that the scoring config declares, by name.

    Raises:
        BadInput: On a naive timestamp or an empty id.

    Example:
        >>> from datetime import datetime, UTC
        >>> Interaction("call-1", datetime(2026, 1, 5, 9, 30, tzinfo=UTC), "voice", phone="+1 202 555 0143").raw("phone")
        '+1 202 555 0143'
    """

    interaction_id: str
    occurred_at: datetime
    channel: str
    phone: str | None = None
    email: str | None = None
    full_name: str | None = None
    cookie_id: str | None = None
    ip_address: str | None = None
    conversation_id: str | None = None
    participant_id: str | None = None
    region: str | None = None
    fields: Mapping[str, str | None] = field(default_factory=lambda: _NO_FIELDS)

    def __post_init__(self) -> None:
        if not self.interaction_id:
            raise BadInput("interaction_id is empty", hint="give every interaction an id of its own")
        if self.occurred_at.tzinfo is None:
            raise BadInput(
                "occurred_at has no time zone",
                where=f"interaction {self.interaction_id}",
                hint="give it an offset, as in 2026-01-05T09:30:00Z",
            )

    def raw(self, name: str) -> str | None:
        """The raw value of a built-in or declared field; None where it is not known.

        ``conversation`` is the conversation and the participant together, once both are known.
        """
        if name == "conversation":
            if not self.conversation_id or not self.participant_id:
                return None
            return f"{self.conversation_id} {self.participant_id}"
        if name in BUILT_IN_FIELDS:
            value: str | None = getattr(self, name)
            return value
        return self.fields.get(name)


BUILT_IN_FIELDS = ("phone", "email", "full_name", "cookie_id", "ip_address")
"""The identifiers that are attributes of an ``Interaction``; ``conversation`` is derived."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970-01-01 UTC, exact (no float in between).

    Example:
        >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
        1000000
    """
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def moment_of(microseconds: int) -> datetime:
    """The time that microseconds since 1970-01-01 UTC stand for, exact: the way back from ``microseconds``.

    Example:
        >>> moment_of(1_000_001).isoformat()
        '1970-01-01T00:00:01.000001+00:00'
    """
    return _EPOCH + timedelta(microseconds=microseconds)


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """An interaction's identifiers after normalisation, in the order of the config's fields.

    Args:
        values: One normalised value per field, None where missing.
        problems: (field, reason) for every raw value that could not be used as it came.
    """

    values: tuple[str | None, ...]
    problems: tuple[tuple[str, str], ...] = ()


class Outcome(StrEnum):
    """What was decided about an interaction."""

    MERGE = "MERGE"
    PENDING = "PENDING"
    REVIEW = "REVIEW"
    NEW = "NEW"
    ERASED = "ERASED"


class Evidence(NamedTuple):
    """What one field said about the candidate that a decision rests on.

    Args:
        field: The field's name.
        level: The level of agreement reached, None where either side lacks the field.
        contribution: What it added to the weight; 0 where not compared.
    """

    field: str
    level: str | None
    contribution: float


class Decision(NamedTuple):
    """What was decided about one interaction, and why.

    Args:
        interaction_id: The interaction.
        outcome: Auto-merge, a pending link, a review item, a new identity, or erased.
        customer_id: The identity that held the interaction when the decision was made.
        score: 0 to 1, of the candidate the decision rests on; None without candidates.
        weight: The same in the model's own unit; None without candidates.
        runner_up: customer_id of the best other candidate, None if there was none.
        runner_up_score: Its score.
        reasons: Enumerated reasons, see ``idlab/core/TRUTH_TABLE.md``.
        evidence: Level and contribution of every field, in the config's order; empty without candidates.
        targets: customer_ids that the links or the review item of a PENDING or REVIEW point to.
        config_digest: Digest of the scoring config that decided.
    """

    interaction_id: str
    outcome: Outcome
    customer_id: str
    score: float | None = None
    weight: float | None = None
    runner_up: str | None = None
    runner_up_score: float | None = None
    reasons: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    targets: tuple[str, ...] = ()
    config_digest: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Two identities that may be one, by an interaction of each, and what became of it.

    Args:
        left: id of the interaction that was at hand when the link opened.
        right: id of the earliest interaction of the other identity at that time.
        state: ``open``, ``accepted``, ``declined``, ``expired`` or ``superseded``.
    """

    left: str
    right: str
    state: str

    @property
    def link_id(self) -> str:
        """What an action names the link by."""
        return link_id_of(self.left, self.right)


def link_id_of(left: str, right: str) -> str:
    """The id of the link that joins these two interactions."""
    return f"{customer_id_of(left)}+{customer_id_of(right)}"


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An identity that waits for a reviewer, with the records that were turned away from it.

    Args:
        anchor: id of the identity's earliest interaction when the item opened.
        number: 1 for the first item with this anchor, 2 for the next.
        state: ``open``, ``keep_flag``, ``clear``, ``split``, ``superseded`` or ``erased``.
        records: ids of the interactions turned away, in the order handled.
    """

    anchor: str
    number: int
    state: str
    records: tuple[str, ...] = ()

    @property
    def review_id(self) -> str:
        """What an action names the item by."""
        return review_id_of(self.anchor, self.number)


def review_id_of(anchor: str, number: int) -> str:
    """The id of an identity's review item."""
    return f"{customer_id_of(anchor)}#{number}"


@dataclass(frozen=True, slots=True)
class Action:
    """What a person decided: an entry of the same log as interactions. Use the class methods.

    Example:
        >>> Action.accept("a+b").kind
        'accept'
    """

    kind: str
    link: str | None = None
    review: str | None = None
    verdict: str | None = None
    customers: tuple[str, ...] = ()
    interactions: tuple[str, ...] = ()

    @classmethod
    def accept(cls, link: str) -> Action:
        """Unite a link's two sides: an agent's word or the customer's own consent."""
        return cls("accept", link=link)

    @classmethod
    def decline(cls, link: str) -> Action:
        """Say that a link's two sides are two people."""
        return cls("decline", link=link)

    @classmethod
    def expire(cls, link: str) -> Action:
        """Close a link that nobody answered."""
        return cls("expire", link=link)

    @classmethod
    def split(cls, customer: str, interactions: tuple[str, ...]) -> Action:
        """Undo a wrong merge: these interactions are another person's."""
        return cls("split", customers=(customer,), interactions=interactions)

    @classmethod
    def close(cls, review: str, verdict: str, interactions: tuple[str, ...] = ()) -> Action:
        """Close a review item with ``keep_flag``, ``clear`` or ``split`` (of these interactions).

        Raises:
            BadInput: On another verdict.
        """
        if verdict not in ("keep_flag", "clear", "split"):
            raise BadInput(f"verdict {verdict!r} is not one of keep_flag, clear, split")
        return cls("close", review=review, verdict=verdict, interactions=interactions)

    @classmethod
    def do_not_link(cls, customer: str) -> Action:
        """An objection: this identity is no candidate from now on."""
        return cls("do_not_link", customers=(customer,))

    @classmethod
    def erase(cls, *customers: str) -> Action:
        """Remove every identifier of these customers."""
        return cls("erase", customers=customers)
