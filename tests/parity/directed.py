"""Logs by hand, for what chance hardly ever brings about."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from idlab import Action, Interaction, ScoringConfig
from idlab.config import SCHEMA
from idlab.model import customer_id_of, link_id_of, review_id_of

START = datetime(2026, 1, 5, 9, tzinfo=UTC)

Log = tuple[ScoringConfig, list[Interaction | Action]]


def contact(number: int, **raw: str) -> Interaction:
    """Contact number so-and-so, an hour after the one before it."""
    return Interaction(f"i{number}", START + timedelta(hours=number), "voice", **raw)  # type: ignore[arg-type]


def bits_config(*, max_fanout: int = 50, **guards: Any) -> ScoringConfig:
    """A phone or an e-mail alone merges, a cookie alone pends, an address alone does neither, names say nothing."""

    def field(name: str, kind: str, form: str, exact: float) -> dict[str, Any]:
        levels = [{"name": "exact", "when": {"equal": form}, "weight": exact}]
        if kind == "name":
            levels.append({"name": "initials", "when": {"initials": "tokens"}, "weight": 0.0})
            levels.append({"name": "partial", "when": {"partial": "tokens"}, "weight": 0.0})
        return {"name": name, "kind": kind, "levels": [*levels, {"name": "else", "weight": 0.0}]}

    return ScoringConfig.parse(
        {
            "schema": SCHEMA,
            "name": "bits",
            "fields": [
                field("phone", "phone", "e164", 12.0),
                field("email", "email", "address", 12.0),
                field("cookie_id", "cookie", "value", 6.0),
                field("ip_address", "ip", "address", 1.0),
                field("full_name", "name", "full", 0.0),
            ],
            "keys": [
                {"on": [on], "max_fanout": max_fanout}
                for on in ("phone.e164", "email.address", "cookie_id.value", "ip_address.address")
            ],
            "model": {"kind": "fellegi_sunter", "prior": -6.0},
            "decide": {"pending_at": 0.5, "merge_at": 0.95, "on_rivals": "bridge"},
            "guards": guards,
        }
    )


def average_config(keep: str, on_rivals: str) -> ScoringConfig:
    """The baseline's model over phone, e-mail and name."""

    def field(name: str, kind: str, form: str) -> dict[str, Any]:
        levels = [
            {"name": "exact", "when": {"equal": form}, "credit": 1.0},
            {"name": "near", "when": {"jaro_winkler": form, "above": 0.93}, "credit": "similarity"},
            {"name": "else", "credit": 0.0},
        ]
        return {"name": name, "kind": kind, "keep": keep, "weight": 1.0, "levels": levels}

    return ScoringConfig.parse(
        {
            "schema": SCHEMA,
            "name": "average",
            "fields": [
                field("phone", "phone", "e164"),
                field("email", "email", "address"),
                field("full_name", "name", "full"),
            ],
            "keys": [
                {"on": ["phone.e164"]},
                {"on": ["email.address"]},
                {"on": ["full_name.last", "email.domain"]},
            ],
            "model": {"kind": "weighted_average"},
            "decide": {"pending_at": 0.2, "merge_at": 0.3, "margin": 1.0, "on_rivals": on_rivals},
        }
    )


def two_review_items_become_one() -> Log:
    """Two linked identities are flagged one after the other; then their link is accepted."""
    second = review_id_of("i1", 1)
    return bits_config(max_distinct_names=1), [
        contact(0, phone="+1 202 555 0143", cookie_id="c", full_name="Ann Lee"),
        contact(1, phone="+1 202 555 0144", cookie_id="c", full_name="Dan Poe"),
        contact(2, phone="+1 202 555 0143", full_name="Bob Ray"),
        contact(3, phone="+1 202 555 0144", full_name="Carl Fox"),
        contact(4, phone="+1 202 555 0144", full_name="Eve Day"),
        Action.accept(link_id_of("i1", "i0")),
        contact(6, phone="+1 202 555 0144"),
        Action.close(second, "clear"),
        Action.split(customer_id_of("i0"), ("i1", "i3")),
        Action.close(second, "split", ("i1",)),
        contact(5, phone="+1 202 555 0144", full_name="Eve Day"),
    ]


def a_value_is_kept_again() -> Log:
    """The latest e-mail is an old one again, so the key that it and a name make leads to the identity again."""
    return average_config("latest", "oldest"), [
        contact(0, phone="+1 202 555 0143", email="ann@example.com", full_name="Ann Lee"),
        contact(1, phone="+1 202 555 0143", email="ann@example.org"),
        contact(2, email="dan@example.com", full_name="Dan Lee"),
        contact(3, phone="+1 202 555 0143", email="ann@example.com"),
        contact(4, email="eve@example.com", full_name="Ann Lee"),
    ]


def the_other_record_under_a_key_is_kept() -> Log:
    """Two records of an identity have a key; first the value of one is kept, then that of the other."""
    return average_config("latest", "oldest"), [
        contact(0, phone="+1 202 555 0143", email="ann@example.com", full_name="Ann Lee"),
        contact(1, phone="+1 202 555 0143", email="bob@example.com", full_name="Ann Lee"),
        contact(2, email="dan@example.com", full_name="Dan Lee"),
        contact(3, phone="+1 202 555 0143", email="ann@example.com"),
        contact(4, email="eve@example.com", full_name="Ann Lee"),
    ]


def a_union_keeps_the_first_of_both() -> Log:
    """A name that was not the first of its identity is the first of a union's, and with it its key is back."""
    return average_config("first", "pending"), [
        contact(0, phone="+1 202 555 0143", full_name="Ann Lee"),
        contact(1, phone="+1 202 555 0144", full_name="Bob Ray"),
        contact(2, phone="+1 202 555 0144", email="ann@example.com", full_name="Ann Lee"),
        contact(3, email="dan@example.com", full_name="Dan Lee"),
        contact(4, phone="+1 202 555 0143", email="ann@example.com"),
        Action.accept(link_id_of("i4", "i0")),
        Action.accept(link_id_of("i4", "i1")),
        contact(5, email="eve@example.com", full_name="Ann Lee"),
    ]


def names_of_a_union_count_in_the_order_handled() -> Log:
    """The part of two names, handled first, makes them one."""
    return bits_config(max_distinct_names=1, same_name_level="partial"), [
        contact(0, phone="+1 202 555 0143", full_name="Ann"),
        contact(1, email="ann@example.com", full_name="Ann Lee"),
        contact(2, phone="+1 202 555 0143", full_name="Ann Ray"),
        contact(3, phone="+1 202 555 0143", email="ann@example.com"),
    ]


def a_known_name_brings_nothing_too_many() -> Log:
    """Consent gave an identity more names than it may have; one of these turns no record away, a further one does."""
    return bits_config(max_distinct_names=1, guard_when="before"), [
        contact(0, phone="+1 202 555 0143", cookie_id="c", full_name="Ann Lee"),
        contact(1, phone="+1 202 555 0144", cookie_id="c"),
        contact(2, phone="+1 202 555 0144", full_name="Bob Ray"),
        Action.accept(link_id_of("i1", "i0")),
        contact(3, phone="+1 202 555 0144", full_name="Bob Ray"),
        contact(4, phone="+1 202 555 0144", full_name="Eve Day"),
    ]


def an_erased_item_is_closed() -> Log:
    """A flagged identity is erased with its review item, a record turned away from another one leaves that one's."""
    return bits_config(max_distinct_names=1), [
        contact(0, phone="+1 202 555 0143", full_name="Ann Lee"),
        contact(1, phone="+1 202 555 0143", full_name="Bob Ray"),
        contact(2, phone="+1 202 555 0143"),
        contact(3, email="ann@example.com", full_name="Ann Lee"),
        contact(4, email="ann@example.com", full_name="Bob Ray"),
        contact(5, email="ann@example.com"),
        Action.erase(customer_id_of("i0"), customer_id_of("i5")),
        Action.close(review_id_of("i0", 1), "clear"),
        Action.close(review_id_of("i3", 1), "clear"),
    ]


def a_record_in_the_item_of_its_own_identity_is_erased() -> Log:
    """A record was turned away; consent then united it with the very identity that it was turned away from."""
    return bits_config(max_distinct_names=1, guard_when="before"), [
        contact(0, phone="+1 202 555 0143", full_name="Ann Lee"),
        contact(1, phone="+1 202 555 0143", full_name="Bob Ray"),
        contact(2, phone="+1 202 555 0143"),
        Action.accept(link_id_of("i2", "i0")),
        Action.erase(customer_id_of("i0")),
    ]


def records_leave_an_item_in_any_order() -> Log:
    """Two were turned away, apart because the first objected; the one and then the other is erased."""
    return bits_config(max_distinct_names=1), [
        contact(0, phone="+1 202 555 0143", full_name="Ann Lee"),
        contact(1, phone="+1 202 555 0143", full_name="Bob Ray"),
        contact(2, phone="+1 202 555 0143"),
        Action.do_not_link(customer_id_of("i2")),
        contact(3, phone="+1 202 555 0143"),
        Action.do_not_link(customer_id_of("i3")),
        contact(4, phone="+1 202 555 0143"),
        Action.erase(customer_id_of("i2")),
        Action.erase(customer_id_of("i4")),
    ]


def initials_of_longer_names() -> Log:
    """Middle names that are the same, abbreviated, and another's."""
    return bits_config(max_distinct_names=1, same_name_level="initials"), [
        contact(0, phone="+1 202 555 0143", full_name="Ann Mae Lee"),
        contact(1, phone="+1 202 555 0143", full_name="Ann M Lee"),
        contact(2, phone="+1 202 555 0143", full_name="A Mae Lee"),
        contact(3, phone="+1 202 555 0143", full_name="Ann B Lee"),
        contact(4, phone="+1 202 555 0143", full_name="Ann Mae Lee"),
    ]


def a_contact_unites_two_review_items() -> Log:
    """Who was turned away from the one identity is found again as turned away from both."""
    return bits_config(max_distinct_names=1, guard_when="before"), [
        contact(0, phone="+1 202 555 0143", full_name="Ann Lee"),
        contact(1, phone="+1 202 555 0143", full_name="Bob Ray"),
        contact(2, email="ann@example.com", full_name="Ann Lee"),
        contact(3, email="ann@example.com", full_name="Carl Fox"),
        Action.do_not_link(customer_id_of("i1")),
        Action.do_not_link(customer_id_of("i3")),
        contact(4, phone="+1 202 555 0143", email="ann@example.com"),
        contact(5, email="ann@example.com", full_name="Eve Day"),
        Action.split(customer_id_of("i0"), ("i2",)),
        Action.erase(customer_id_of("i3")),
    ]


def whoever_was_turned_away_is_met_after_the_union() -> Log:
    """The provisional identity of one who was turned away is a candidate once its item has gone into another."""
    config, log = a_contact_unites_two_review_items()
    contacts = [one for one in log if isinstance(one, Interaction)]
    apart = [replace(one, cookie_id=f"c{k}") for k, one in enumerate(contacts[:4])]
    log = [*apart, contact(6, phone="+1 202 555 0143", email="ann@example.com", full_name="Ann Lee")]
    return config, [
        *log,
        contact(7, email="ann@example.com", full_name="Carl Fox"),
        contact(8, cookie_id="c3"),
    ]


def the_nearest_of_several_values_counts() -> Log:
    """A profile keeps two e-mails that are near the record's, one nearer than the other."""
    return average_config("all", "oldest"), [
        contact(0, phone="+1 202 555 0143", email="ann.leo@example.com"),
        contact(1, phone="+1 202 555 0143", email="anm.lee@example.com"),
        contact(2, phone="+1 202 555 0143", email="ann.lee@example.com"),
    ]


def a_union_inherits_an_objection() -> Log:
    """The younger of two linked identities objects; consent unites them all the same, and nothing joins them then."""
    return bits_config(), [
        contact(0, phone="+1 202 555 0143", cookie_id="c"),
        contact(1, email="ann@example.com", cookie_id="c"),
        Action.do_not_link(customer_id_of("i1")),
        Action.accept(link_id_of("i1", "i0")),
        contact(2, phone="+1 202 555 0143"),
    ]


def a_union_inherits_an_allowance() -> Log:
    """A reviewer allowed one of two linked identities its two names; the union of both has no more."""
    return bits_config(max_distinct_names=1), [
        contact(0, email="ann@example.com", cookie_id="c"),
        contact(1, phone="+1 202 555 0143", cookie_id="c", full_name="Ann Lee"),
        contact(2, phone="+1 202 555 0143", full_name="Bob Ray"),
        Action.close(review_id_of("i1", 1), "clear"),
        Action.accept(link_id_of("i1", "i0")),
        contact(3, phone="+1 202 555 0143", full_name="Bob Ray"),
    ]


def a_hub_ends_with_its_last_holder() -> Log:
    """An address is a hub until everybody who had it is erased."""
    return bits_config(max_fanout=1), [
        *(contact(k, ip_address="203.0.113.7") for k in range(3)),
        Action.erase(*(customer_id_of(f"i{k}") for k in range(3))),
        contact(3, ip_address="203.0.113.7"),
        contact(4, ip_address="203.0.113.7"),
    ]


def a_superseded_link_is_answered() -> Log:
    """A contact unites two linked identities; whoever answers the needless link then is told its state."""
    needless = link_id_of("i1", "i0")
    return bits_config(max_distinct_names=None), [
        contact(0, phone="+1 202 555 0143", cookie_id="c"),
        contact(1, email="ann@example.com", cookie_id="c"),
        contact(2, phone="+1 202 555 0143", email="ann@example.com"),
        Action.accept(needless),
        Action.decline(needless),
        Action.expire(needless),
    ]


def strangers_share_a_counted_identifier() -> Log:
    """Two streams that meet under no key: the one makes the other's phone a shared one."""
    document = json.loads(bits_config(count_names_on=["phone"], max_names_per_identifier=1).to_json())
    document["keys"] = [{"on": ["email.address"]}]
    document["fields"][0]["levels"].insert(0, {"name": "shared", "when": {"shared": "e164"}, "weight": 0.5})
    return ScoringConfig.parse(document), [
        contact(0, email="ann@example.com", phone="+1 202 555 0143", full_name="Ann Lee"),
        contact(1, email="bob@example.com", phone="+1 202 555 0143", full_name="Bob Ray"),
        contact(2, email="ann@example.com", phone="+1 202 555 0143", full_name="Ann Lee"),
    ]


def the_record_that_had_a_name_first_is_erased() -> Log:
    """The name keeps its place: "Lee Ann" is the second after "Ann Lee", though a part of it, "Ann", was heard too."""
    guards = {"count_names_on": ["phone"], "max_names_per_identifier": 1, "same_name_level": "partial"}
    document = json.loads(bits_config(**guards).to_json())
    document["fields"][0]["levels"].insert(0, {"name": "shared", "when": {"shared": "e164"}, "weight": 0.5})
    document["keys"] = [{"on": ["email.address"]}]
    phone = "+1 202 555 0143"
    return ScoringConfig.parse(document), [
        contact(0, email="ann@example.com", phone=phone, full_name="Ann Lee"),
        contact(1, email="bob@example.com", phone=phone, full_name="Ann"),
        contact(2, email="carl@example.com", phone=phone, full_name="Ann Lee"),
        Action.erase(customer_id_of("i0")),
        contact(4, email="bob@example.com", phone=phone, full_name="Lee Ann"),
    ]


LOGS = {
    log.__name__: log()
    for log in (
        two_review_items_become_one,
        a_value_is_kept_again,
        the_other_record_under_a_key_is_kept,
        a_union_keeps_the_first_of_both,
        names_of_a_union_count_in_the_order_handled,
        a_known_name_brings_nothing_too_many,
        an_erased_item_is_closed,
        a_record_in_the_item_of_its_own_identity_is_erased,
        records_leave_an_item_in_any_order,
        initials_of_longer_names,
        a_contact_unites_two_review_items,
        whoever_was_turned_away_is_met_after_the_union,
        the_nearest_of_several_values_counts,
        a_union_inherits_an_objection,
        a_union_inherits_an_allowance,
        a_hub_ends_with_its_last_holder,
        a_superseded_link_is_answered,
        strangers_share_a_counted_identifier,
        the_record_that_had_a_name_first_is_erased,
    )
}
"""By name: a config and a log."""
