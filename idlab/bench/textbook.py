"""The resolver of the textbook, as a textbook would write it: what the online engine is measured against.

Dictionaries from phones and e-mails to customers, a weighted score, two thresholds. It normalises every value
anew, scores every candidate in full, and knows nothing of answers to links, of undoing, of reasons, or of
profiles with several values. Its numbers are those of ``configs/baseline.json``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from jellyfish import jaro_winkler_similarity

from idlab.model import Interaction, Outcome, customer_id_of

MERGE_AT = 0.85
PENDING_AT = 0.75
MAX_DISTINCT_NAMES = 3
DEFAULT_REGION = "US"


@dataclass
class Record:
    """An interaction's identifiers after normalisation."""

    phone: str | None
    email: str | None
    full_name: str | None
    cookie_id: str | None


@dataclass
class Customer:
    """One customer: the latest phone and e-mail, the first name and cookie, every distinct name."""

    customer_id: str
    number: int
    phone: str | None = None
    email: str | None = None
    full_name: str | None = None
    cookie_id: str | None = None
    names: list[str] = field(default_factory=list)
    interactions: list[str] = field(default_factory=list)
    flagged: bool = False


@dataclass(frozen=True)
class Verdict:
    """What was decided about an interaction."""

    interaction_id: str
    outcome: Outcome
    customer_id: str
    score: float | None


class TextbookResolver:
    """Decides about interactions one at a time.

    Example:
        >>> from datetime import datetime, UTC
        >>> textbook, when = TextbookResolver(), datetime(2026, 1, 5, tzinfo=UTC)
        >>> first = textbook.resolve(Interaction("call-1", when, "voice", phone="+1 202 555 0143"))
        >>> again = textbook.resolve(Interaction("call-2", when, "voice", phone="(202) 555-0143"))
        >>> again.outcome.value, again.score
        ('MERGE', 1.0)
    """

    def __init__(self) -> None:
        self.customers: dict[str, Customer] = {}
        self.by_phone: dict[str, list[str]] = {}
        self.by_email: dict[str, list[str]] = {}
        self.verdicts: dict[str, Verdict] = {}
        self.pending: list[tuple[str, str]] = []
        self.reviews: dict[str, list[str]] = {}

    def resolve(self, interaction: Interaction) -> Verdict:
        """Decide about one interaction and remember it; one that was seen before gets the same verdict."""
        known = self.verdicts.get(interaction.interaction_id)
        if known is not None:
            return known
        record = normalize(interaction)
        best, score = self._best(record)
        if best is None or score < PENDING_AT:
            verdict = self._open(interaction, record, Outcome.NEW, score if best else None)
        elif best.flagged:
            verdict = self._open(interaction, record, Outcome.REVIEW, score)
            self.reviews.setdefault(best.customer_id, []).append(interaction.interaction_id)
        elif score < MERGE_AT:
            verdict = self._open(interaction, record, Outcome.PENDING, score)
            self.pending.append((verdict.customer_id, best.customer_id))
        else:
            self._take_in(best, interaction, record)
            verdict = Verdict(interaction.interaction_id, Outcome.MERGE, best.customer_id, score)
        self.verdicts[interaction.interaction_id] = verdict
        return verdict

    def _best(self, record: Record) -> tuple[Customer | None, float]:
        """The candidate with the highest score, the oldest among equals."""
        found: dict[str, Customer] = {}
        for customer_id in self.by_phone.get(record.phone or "", ()):
            found[customer_id] = self.customers[customer_id]
        for customer_id in self.by_email.get(record.email or "", ()):
            found[customer_id] = self.customers[customer_id]
        scored = [(score_of(record, customer), customer) for customer in found.values()]
        scored.sort(key=lambda pair: (-pair[0], pair[1].number))
        return (scored[0][1], scored[0][0]) if scored else (None, 0.0)

    def _open(
        self, interaction: Interaction, record: Record, outcome: Outcome, score: float | None
    ) -> Verdict:
        customer = Customer(customer_id_of(interaction.interaction_id), len(self.customers))
        self.customers[customer.customer_id] = customer
        self._take_in(customer, interaction, record)
        return Verdict(interaction.interaction_id, outcome, customer.customer_id, score)

    def _take_in(self, customer: Customer, interaction: Interaction, record: Record) -> None:
        customer.interactions.append(interaction.interaction_id)
        if record.phone is not None and record.phone != customer.phone:
            _move(self.by_phone, customer.customer_id, customer.phone, record.phone)
            customer.phone = record.phone
        if record.email is not None and record.email != customer.email:
            _move(self.by_email, customer.customer_id, customer.email, record.email)
            customer.email = record.email
        customer.full_name = customer.full_name or record.full_name
        customer.cookie_id = customer.cookie_id or record.cookie_id
        name = record.full_name
        if name is not None and not any(is_same_name(name, counted) for counted in customer.names):
            customer.names.append(name)
            customer.flagged = len(customer.names) > MAX_DISTINCT_NAMES


def normalize(interaction: Interaction) -> Record:
    """The identifiers of an interaction, each None where it is absent or cannot be used."""
    return Record(
        normalize_phone(interaction.phone, interaction.region),
        normalize_email(interaction.email),
        normalize_name(interaction.full_name),
        interaction.cookie_id.strip() if interaction.cookie_id else None,
    )


def normalize_phone(raw: str | None, region: str | None) -> str | None:
    """A valid phone number in E.164."""
    if not raw:
        return None
    try:
        number = phonenumbers.parse(raw, region or DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    written: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written


def normalize_email(raw: str | None) -> str | None:
    """A valid e-mail address in lower case."""
    if not raw:
        return None
    try:
        return validate_email(raw.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def normalize_name(raw: str | None) -> str | None:
    """A name in lower case with single spaces."""
    return " ".join(raw.lower().split()) or None if raw else None


def is_same_name(left: str, right: str) -> bool:
    """Whether two names are one name with a slip of the pen."""
    return jaro_winkler_similarity(left, right) > 0.85


def score_of(record: Record, customer: Customer) -> float:
    """The weighted average of how well the fields agree that both sides have; 0 if there is none.

    Example:
        >>> score_of(Record("+12025550143", None, "ada lee", None), Customer("c", 0, full_name="bob ray"))
        0.0
    """
    earned, weights = 0.0, 0.0
    if record.phone is not None and customer.phone is not None:
        weights += 0.45
        earned += 0.45 * (record.phone == customer.phone)
    if record.email is not None and customer.email is not None:
        weights += 0.40
        equal = record.email == customer.email
        similarity = 1.0 if equal else jaro_winkler_similarity(record.email, customer.email)
        earned += 0.40 * (similarity if similarity > 0.92 else 0.0)
    if record.full_name is not None and customer.full_name is not None:
        weights += 0.10
        similarity = jaro_winkler_similarity(record.full_name, customer.full_name)
        earned += 0.10 * (similarity if similarity > 0.85 else 0.0)
    if record.cookie_id is not None and customer.cookie_id is not None:
        weights += 0.05
        earned += 0.05 * (record.cookie_id == customer.cookie_id)
    return earned / weights if weights else 0.0


def _move(index: dict[str, list[str]], customer_id: str, old: str | None, new: str) -> None:
    """A newer value overwrites the older: the customer is found under the new one from now on."""
    if old is not None:
        index[old].remove(customer_id)
    index.setdefault(new, []).append(customer_id)
