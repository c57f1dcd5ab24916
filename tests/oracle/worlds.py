"""Small configs and logs for the oracle's tests."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from idlab.config import ScoringConfig
from idlab.model import Action, Decision, Interaction, customer_id_of
from tests.oracle.oracle import Oracle

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
FAMILY_PHONE = "+1 202 555 0143"

PHONE: dict[str, Any] = {
    "name": "phone",
    "kind": "phone",
    "levels": [
        {"name": "exact", "when": {"equal": "e164"}, "weight": 13.2},
        {"name": "else", "weight": -4.8},
    ],
}
EMAIL: dict[str, Any] = {
    "name": "email",
    "kind": "email",
    "levels": [
        {"name": "exact", "when": {"equal": "address"}, "weight": 14.9},
        {"name": "else", "weight": -3.0},
    ],
}
NAME: dict[str, Any] = {
    "name": "full_name",
    "kind": "name",
    "levels": [
        {"name": "exact", "when": {"equal": "full"}, "weight": 6.0},
        {"name": "partial", "when": {"partial": "tokens"}, "weight": -1.5},
        {"name": "else", "weight": -6.0},
    ],
}


def family_config(
    *,
    fields: tuple[Mapping[str, Any], ...] = (PHONE, EMAIL, NAME),
    max_fanout: int = 200,
    decide: Mapping[str, Any] | None = None,
    guards: Mapping[str, Any] | None = None,
) -> ScoringConfig:
    """Phones, e-mails and names in bits: a phone alone merges, with part of a name it is in the band."""
    usual = {"merge_at": 0.95, "pending_at": 0.9, "margin": 5.2, "on_rivals": "bridge", "bridge_at": -4.2}
    document = {
        "schema": "idlab.scoring/1",
        "name": "family",
        "fields": fields,
        "keys": [{"on": [on], "max_fanout": max_fanout} for on in ("phone.e164", "email.address")],
        "model": {"kind": "fellegi_sunter", "prior": -8.0},
        "decide": usual | dict(decide or {}),
        "guards": {"same_name_level": "partial"} | dict(guards or {}),
    }
    return ScoringConfig.parse(document)


def textbook_config(
    *,
    keep: Mapping[str, str] | None = None,
    decide: Mapping[str, Any] | None = None,
    guards: Mapping[str, Any] | None = None,
) -> ScoringConfig:
    """A weighted average in which another name alone does not prevent a merge."""

    def field(name: str, kind: str, weight: float, *levels: dict[str, Any]) -> dict[str, Any]:
        kept = (keep or {}).get(name, "all")
        return {
            "name": name,
            "kind": kind,
            "weight": weight,
            "keep": kept,
            "levels": [*levels, {"name": "else", "credit": 0}],
        }

    near = {"name": "near", "when": {"jaro_winkler": "address", "above": 0.92}, "credit": "similarity"}
    document = {
        "schema": "idlab.scoring/1",
        "name": "textbook",
        "fields": [
            field("phone", "phone", 0.5, {"name": "exact", "when": {"equal": "e164"}, "credit": 1}),
            field("email", "email", 0.4, {"name": "exact", "when": {"equal": "address"}, "credit": 1}, near),
            field("full_name", "name", 0.05, {"name": "exact", "when": {"equal": "full"}, "credit": 1}),
        ],
        "keys": [{"on": ["phone.e164"]}, {"on": ["email.address"]}],
        "model": {"kind": "weighted_average"},
        "decide": {"merge_at": 0.85, "pending_at": 0.75, "on_rivals": "oldest"} | dict(decide or {}),
        "guards": {"same_name_level": "exact"} | dict(guards or {}),
    }
    return ScoringConfig.parse(document)


class Desk:
    """An oracle at which contacts arrive an hour apart, and actions in between."""

    def __init__(
        self, config: ScoringConfig, predicates: Mapping[str, Callable[[str, str], bool]] | None = None
    ) -> None:
        self.oracle = Oracle(config, predicates)
        self._arrived = 0

    def take(self, interaction_id: str, *, days: float = 0, **identifiers: Any) -> Decision:
        """Let a contact arrive, ``days`` later than its turn."""
        self._arrived += 1
        moment = START + timedelta(hours=self._arrived, days=days)
        return self.oracle.resolve(Interaction(interaction_id, moment, "voice", **identifiers))

    def act(self, action: Action) -> str:
        return self.oracle.act(action)

    def together(self, *interaction_ids: str) -> bool:
        """Whether one identity holds all of these now."""
        identities = self.oracle.identities()
        return len({identities[one] for one in interaction_ids}) == 1

    def open_links(self) -> list[tuple[str, str]]:
        return [(link.left, link.right) for link in self.oracle.links() if link.state == "open"]


def whose(interaction_id: str) -> str:
    """The customer_id that an interaction gives its identity while it is the earliest."""
    return customer_id_of(interaction_id)


def contact(chance: random.Random, number: int, town: str) -> Interaction:
    """A contact of one of a few people of a town, who share phones and mix up e-mails."""
    names = ("Ann Lee", "Bob Ray", "Cy Fox", "Ann", "Dee Oak Elm")
    identifiers: dict[str, Any] = {
        "phone": f"+1 202 555 01{town}{chance.randrange(3)}" if chance.random() < 0.8 else None,
        "email": f"{town}{chance.randrange(4)}@example.com" if chance.random() < 0.5 else None,
        "full_name": chance.choice(names) if chance.random() < 0.6 else None,
    }
    moment = START + timedelta(hours=number)
    return Interaction(f"{town}-{number}", moment, "voice", **identifiers)


def action(chance: random.Random, oracle: Oracle) -> Action:
    """Something a person may decide about what is there, or about what is not."""
    links = [link.link_id for link in oracle.links()] or ["no link"]
    items = {item.review_id: item.anchor for item in oracle.reviews()} or {"no item": ""}
    review = chance.choice([*items][-4:])
    identities = oracle.identities()
    customer = chance.choice([*dict.fromkeys(identities.values()), "nobody"])
    kinds: list[Action] = [
        *(make(chance.choice(links[-4:])) for make in (Action.accept, Action.decline, Action.expire)),
        Action.split(customer, _part(chance, identities, customer)),
        Action.close(review, "keep_flag"),
        Action.close(review, "clear"),
        Action.close(review, "split", _part(chance, identities, identities.get(items[review], ""))),
        Action.do_not_link(customer),
        Action.erase(customer),
    ]
    return chance.choices(kinds, weights=(6, 4, 2, 4, 2, 3, 3, 1, 2))[0]


def _part(chance: random.Random, identities: Mapping[str, str], customer: str) -> tuple[str, ...]:
    """Some of a customer's interactions; now and then all or none of them."""
    held = [one for one, holder in identities.items() if holder == customer]
    return tuple(chance.sample(held, chance.randrange(len(held) + 1)))
