"""What a store holds and the protocol between it and the resolver. A store keeps; it never matches.

Everything is named by interaction ids: an identity by its root, the id of its earliest handled interaction; a link by the two
interactions it joins; a review item by its anchor and number. What a store hands out is immutable. All that one entry of the
log changes goes back in one ``put``, which happens wholly or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from random import uniform
from time import sleep
from typing import NamedTuple, Protocol, TypeVar

from idlab.errors import Conflict
from idlab.model import Decision, Link, ReviewItem
from idlab.stores.cleaned import Cleaned
from idlab.stores.kept import LogEntry, Paper, Settings

LinkName = tuple[str, str]
"""The interaction that was at hand when the link opened, and the earliest one of the other identity."""

ReviewName = tuple[str, int]
"""Anchor and number of a review item."""

Key = tuple[str, ...]
"""What a key rule is called, then the forms that the key is made of."""

Identifier = tuple[str, str]
"""The name of a field and a normalised value of it."""


Entry = tuple[str, int, int, int, int, int]
"""One value of a profile: the value, how often it was seen, when first and last (microseconds UTC), and the serial numbers
of the first and the last record that had it."""


class IdentityState(NamedTuple):
    """One live identity or tombstone.

    Args:
        root: id of its earliest handled interaction.
        serial: Serial number of the root.
        profile: Per field of the config, its entries in the order of first handling.
        names: How many distinct names it has had.
        allowance: How many distinct names a reviewer allowed, 0 if none did.
        objected, provisional, erased: What it says.
        review: Its open review item.
        links: Links with an end in it; those that are closed may linger.
        cannot: Cannot-links, as (an interaction of its own, one of the other identity).
        turned: Its records that were turned away, with their review items.
    """

    root: str
    serial: int
    profile: tuple[tuple[Entry, ...], ...]
    names: int = 0
    allowance: int = 0
    objected: bool = False
    provisional: bool = False
    erased: bool = False
    review: ReviewName | None = None
    links: tuple[LinkName, ...] = ()
    cannot: tuple[tuple[str, str], ...] = ()
    turned: tuple[tuple[str, ReviewName], ...] = ()


class RecordState(NamedTuple):
    """One handled interaction: serial number, time (microseconds UTC) and normalised values; none once erased."""

    interaction_id: str
    serial: int
    time: int
    values: tuple[str | None, ...]


class LinkState(NamedTuple):
    """A link's state and its number in the order of opening."""

    name: LinkName
    state: str
    opened: int


class ReviewState(NamedTuple):
    """A review item's state, its number in the order of opening, and the item that took its records over."""

    name: ReviewName
    state: str
    opened: int
    into: ReviewName | None = None


class IdentifierState(NamedTuple):
    """A counted identifier: live records that hold it, whether it is shared, the names seen with it and how often.

    It is bereft if a holder was erased: what was decided by it before can no longer be worked out again.
    """

    holders: int = 0
    shared: bool = False
    names: tuple[tuple[str, int], ...] = ()
    bereft: bool = False


class KeyState(NamedTuple):
    """A key: records that lead to an identity by it, live records that hold it, whether it is a hub, whether it is bereft."""

    posted: tuple[str, ...] = ()
    holders: int = 0
    hub: bool = False
    bereft: bool = False


class AtHand(NamedTuple):
    """What every step about a record looks for, so that a store can find it all in one go.

    Args:
        interaction_id: The record's.
        identifiers: Its counted identifiers.
    """

    interaction_id: str
    identifiers: Sequence[Identifier]


@dataclass(slots=True)
class Changes:
    """Everything that one entry of the log changes.

    Args:
        identities: New states of identities.
        absorbed: (root that is no more, root it went into).
        records: Records handled, or emptied by erasure.
        moved: (interaction, root) for interactions that a split gave to another identity.
        decisions: Decisions made, or emptied by erasure.
        links, reviews: New states.
        turned: (interaction, review item) added.
        released: (interaction, review item) taken out.
        identifiers, keys: New states; None where the last holder is gone.
        items_opened: (root, how many review items it has anchored).
        logged: New entries of the log of actions.
        papers: New states of papers.
        settings: What the store serves from now on; only a step that runs alone may say so.
    """

    identities: Sequence[IdentityState] = ()
    absorbed: Sequence[tuple[str, str]] = ()
    records: Sequence[tuple[RecordState, str]] = ()
    moved: Sequence[tuple[str, str]] = ()
    decisions: Sequence[Decision] = ()
    links: Sequence[LinkState] = ()
    reviews: Sequence[ReviewState] = ()
    turned: Sequence[tuple[str, ReviewName]] = ()
    released: Sequence[tuple[str, ReviewName]] = ()
    identifiers: Sequence[tuple[Identifier, IdentifierState | None]] = ()
    keys: Sequence[tuple[Key, KeyState | None]] = ()
    items_opened: Sequence[tuple[str, int]] = ()
    logged: Sequence[LogEntry] = ()
    papers: Sequence[Paper] = ()
    settings: Settings | None = None


class Rows(Protocol):
    """What a store holds, as it is at one moment."""

    def decision(self, interaction_id: str) -> Decision | None:
        """The decision made about an interaction."""
        ...

    def holder(self, interaction_id: str) -> str | None:
        """The root of the identity that holds an interaction now; None if it was never handled."""
        ...

    def identity(self, root: str) -> IdentityState:
        """The state of an identity."""
        ...

    def items_opened(self, root: str) -> int:
        """How many review items this root has anchored."""
        ...

    def key(self, key: Key) -> KeyState | None:
        """What is known of a key; None if no live record holds it."""
        ...

    def identifier(self, identifier: Identifier) -> IdentifierState | None:
        """What is known of a counted identifier; None if no live record holds it."""
        ...

    def record(self, interaction_id: str) -> RecordState:
        """A handled record."""
        ...

    def members(self, root: str) -> Sequence[RecordState]:
        """All records of an identity, in the order handled."""
        ...

    def link(self, name: LinkName) -> LinkState | None:
        """A link; None if it was never opened."""
        ...

    def review(self, name: ReviewName) -> ReviewState | None:
        """A review item; None if it was never opened."""
        ...

    def turned_into(self, name: ReviewName) -> Sequence[str]:
        """The interactions in a review item, in the order handled."""
        ...

    def interaction_of(self, customer_id: str) -> str | None:
        """The interaction whose customer_id this is; None if it was never handed out."""
        ...

    def settings(self) -> Settings | None:
        """What the store serves; None until a resolver was first opened on it. Holds for as long as the step lasts."""
        ...

    def paper(self, kind: str, name: str) -> Paper | None:
        """A paper; None if there is none of this name."""
        ...

    def papers(
        self, kind: str, *, state: str | None = None, after: int = 0, limit: int | None = None
    ) -> list[Paper]:
        """The papers of a kind, and of a state where one is named, in the order opened; those opened after a number."""
        ...

    def links_in(self, state: str, *, after: int = 0, limit: int | None = None) -> list[LinkState]:
        """The links in a state, in the order opened; those opened after a number."""
        ...

    def reviews_in(self, state: str, *, after: int = 0, limit: int | None = None) -> list[ReviewState]:
        """The review items in a state, in the order opened; those opened after a number."""
        ...

    def logged(self, after: int = 0) -> Iterator[LogEntry]:
        """The entries of the log of actions with larger serial numbers, in their order."""
        ...

    def records(self, after: int = 0) -> Iterator[RecordState]:
        """The handled records with larger serial numbers, in their order."""
        ...


class Transaction(Rows, Protocol):
    """What the resolver reads and writes while it handles one entry."""

    def draw(self) -> int:
        """The next number of the store: larger than any drawn before. What was read until now holds from here on.

        A step that needs a number reads all that its decision depends on, draws, and then writes; the final state is that of
        the steps one after the other in the order of their first numbers.

        Raises:
            Conflict: If something that was read has changed meanwhile.
        """
        ...

    def put(self, changes: Changes) -> None:
        """Write all changes, wholly or not at all."""
        ...


class Store(Protocol):
    """Keeps identities, one transaction for each entry of the log.

    Args:
        erasure_log: The file outside of the store that names who was erased; a resolver that is opened carries out what the
            store has missed of it. None where there is none.
    """

    erasure_log: Path | None

    def step(
        self, locks: Iterable[Key] | None = None, at_hand: AtHand | None = None
    ) -> AbstractContextManager[Transaction]:
        """A transaction.

        Args:
            locks: The keys of the record at hand; no other step that needs one of them runs beside. None: no other step at
                all does, so nothing that is read can change.
            at_hand: What will be looked for. What a step may read does not depend on it.

        Raises:
            Conflict: If what the step had read was changed by another one; nothing is written then.
            StoreFailure: If the store cannot be read or written; nothing is written then.
        """
        ...

    def identity_of(self, interaction_id: str) -> str | None:
        """The customer_id that holds an interaction now."""
        ...

    def reading(self) -> AbstractContextManager[Rows]:
        """The store as it is at one moment, for looking through it; nobody waits for the reader on a database."""
        ...

    def settled(self) -> AbstractContextManager[Rows]:
        """The store for looking at what changes no more, as what lies before a number that a step drew alone.

        Nobody waits for the reader; of the rest it may see some as it was and some as it is.
        """
        ...

    def links(self) -> list[Link]:
        """Every link ever opened, in the order opened."""
        ...

    def reviews(self) -> list[ReviewItem]:
        """Every review item ever opened, in the order opened."""
        ...

    def clean(self) -> Cleaned:
        """Leave no byte of what was erased wherever the store itself can reach; it can be broken off and begun anew.

        Raises:
            StoreFailure: If the store cannot be read or written.
        """
        ...

    def close(self) -> None:
        """Release what the store holds open."""
        ...


_Answer = TypeVar("_Answer")
_TRIES = 6
"""How often a step is tried beside others before it is done alone."""


def in_a_step(
    store: Store,
    locks: Iterable[Key] | None,
    work: Callable[[Transaction], _Answer],
    on_conflict: Callable[[Conflict], None] | None = None,
    at_hand: AtHand | None = None,
) -> _Answer:
    """Do work in a step, again for as long as another step changes what it had read, at last with no other beside it.

    Args:
        store: The store.
        locks: As of ``Store.step``.
        work: What to do; it may be done several times, and only what it did last counts.
        on_conflict: Told of each conflict, before it is done again.
        at_hand: As of ``Store.step``.

    Returns:
        What the work came to.
    """
    for tried in range(_TRIES):
        try:
            with store.step(locks, at_hand) as transaction:
                return work(transaction)
        except Conflict as conflict:
            if on_conflict is not None:
                on_conflict(conflict)
            sleep(uniform(0.0, 0.001 * 2**tried))  # noqa: S311 - who waits how long is no secret
    with store.step() as transaction:
        return work(transaction)
