"""States to put into a store, and short ways to put them and look at what came of it."""

from __future__ import annotations

from collections.abc import Iterable

from idlab.model import Decision, Evidence, Outcome, customer_id_of
from idlab.stores.base import Changes, Entry, IdentityState, Key, RecordState, Store

KEY: Key = ("full_name.last+email.domain", "शर्मा", "example.com")


def entry(value: str, serial: int) -> Entry:
    """An entry of a profile that was seen once."""
    return (value, 1, 1_000_000 * serial, 1_000_000 * serial, serial, serial)


def record(name: str, serial: int) -> RecordState:
    """A record with a value, one that is missing and one beyond the basic plane."""
    return RecordState(
        name, serial, 1_767_603_600_000_001 + serial, ("+12025550143", None, "\U0001f600 o'neil")
    )


def identity(root: str, serial: int) -> IdentityState:
    """A live identity of one record."""
    return IdentityState(
        root, serial, ((entry("+12025550143", serial),), (), (entry("o'neil", serial),)), names=1
    )


def decision(name: str) -> Decision:
    """A decision with something in every field."""
    return Decision(
        name,
        Outcome.PENDING,
        customer_id_of(name),
        score=0.1 + 0.2,
        weight=-1e-300,
        runner_up=customer_id_of("other"),
        runner_up_score=1.0,
        reasons=("IN_BAND", "HUB"),
        evidence=(Evidence("phone", "exact", 12.5), Evidence("email", None, 0.0)),
        targets=(customer_id_of("a"), customer_id_of("b")),
        config_digest="5f3a",
    )


def handled(*names: str) -> Changes:
    """What handling interactions brings that each open an identity; serial numbers from 1 on."""
    numbered = list(enumerate(names, start=1))
    return Changes(
        records=[(record(name, serial), name) for serial, name in numbered],
        identities=[identity(name, serial) for serial, name in numbered],
        decisions=[decision(name) for name in names],
    )


def put(store: Store, changes: Changes) -> None:
    """Write changes in a step of their own."""
    with store.step() as transaction:
        transaction.put(changes)


def holders(store: Store, names: Iterable[str]) -> list[str | None]:
    """The roots of the identities that hold these interactions."""
    with store.step() as transaction:
        return [transaction.holder(name) for name in names]


def members(store: Store, root: str) -> list[str]:
    """The interactions of an identity, as the store orders them."""
    with store.step() as transaction:
        return [one.interaction_id for one in transaction.members(root)]


class BrokenOff(Exception):
    """Ends a step in the middle."""


def put_and_break_off(store: Store, changes: Changes) -> None:
    """Write changes in a step that does not end well."""
    with store.step() as transaction:
        transaction.draw()
        transaction.put(changes)
        raise BrokenOff
