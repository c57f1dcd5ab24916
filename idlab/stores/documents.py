"""How states become rows of an SQL store, and rows become states again: the same for every database.

A state is a document: its named tuple as compact JSON in ASCII, so that any text (and every float, bit for bit) comes back as
it was. A row is found by 16 bytes: interactions and identities by their customer_id, everything else by a digest of its name;
so text of any length and any script is never part of an index. The name itself stands in the document and is compared.

==============  =====================================================================================================
table           a row for each
==============  =====================================================================================================
interactions    handled interaction: who holds it, its record, its decision, how many review items it has anchored
identities      live identity or tombstone
keys            key with a live holder
identifiers     counted identifier with a live holder
links           link ever opened
reviews         review item ever opened
turned          interaction in a review item
log             what somebody decided or did
papers          document of human work or of operation
settings        the one store: which config it serves
==============  =====================================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from json import JSONDecoder, JSONEncoder
from typing import Any

from idlab.model import Decision, Evidence, Outcome, customer_id_of
from idlab.stores.base import (
    Changes,
    Identifier,
    IdentifierState,
    IdentityState,
    Key,
    KeyState,
    LinkState,
    RecordState,
    ReviewState,
)
from idlab.stores.kept import Paper, Settings

TABLES = {
    "interactions": "name, root, holder, opened, record, decision",
    "identities": "document",
    "keys": "document",
    "identifiers": "document",
    "links": "document",
    "reviews": "document",
    "papers": "document",
}
"""What is read of a row of each table that is read row by row."""

Name = str | tuple[Any, ...]
Row = tuple[Any, ...]
Statement = tuple[str, Sequence[Row]]
"""An SQL statement, a question mark for each value, and the rows of values to run it with."""

as_text = JSONEncoder(ensure_ascii=True, check_circular=False, separators=(",", ":")).encode
from_text = JSONDecoder().decode

_RECENT = 4096
"""Names whose ids are remembered: a step looks rows up, and then writes them."""


@lru_cache(_RECENT)
def customer_key(interaction_id: str) -> bytes:
    """The id of the row of an interaction, and of the identity whose root it is: its customer_id.

    Example:
        >>> customer_key("call-1").hex() == customer_id_of("call-1").replace("-", "")
        True
    """
    return bytes.fromhex(customer_id_of(interaction_id).replace("-", ""))


@lru_cache(_RECENT)
def digest_key(name: Name) -> bytes:
    """The id of the row of anything else: 128 bits of BLAKE2b of its name.

    Example:
        >>> len(digest_key(("phone.e164", "+12025550143")))
        16
    """
    return blake2b(as_text(name).encode("ascii"), digest_size=16).digest()


def row_key(table: str, name: Name) -> bytes:
    """The id of the row that a table has for a name."""
    return customer_key(str(name)) if table in {"interactions", "identities"} else digest_key(name)


def as_tuples(value: Any) -> Any:
    """Lists as tuples, all the way down.

    Example:
        >>> as_tuples([1, [], [["a"]]])
        (1, (), (('a',),))
    """
    return tuple(map(as_tuples, value)) if type(value) is list else value


def identity_from(text: str) -> IdentityState:
    """An identity, of its document."""
    root, serial, profile, names, allowance, objected, provisional, erased, review, links, cannot, turned = (
        from_text(text)
    )
    return IdentityState(
        root,
        serial,
        tuple([tuple(map(tuple, entries)) for entries in profile]),
        names,
        allowance,
        objected,
        provisional,
        erased,
        review if review is None else (review[0], review[1]),
        tuple(map(tuple, links)),
        tuple(map(tuple, cannot)),
        tuple([(one, (item[0], item[1])) for one, item in turned]),
    )


def record_from(text: str) -> RecordState:
    """A record, of its document."""
    name, serial, time, values = from_text(text)
    return RecordState(name, serial, time, tuple(values))


def link_from(text: str) -> LinkState:
    """A link, of its document."""
    name, state, opened = from_text(text)
    return LinkState((name[0], name[1]), state, opened)


def review_from(text: str) -> ReviewState:
    """A review item, of its document."""
    return ReviewState._make(as_tuples(from_text(text)))


def key_from(text: str) -> tuple[Key, KeyState]:
    """A key and what is known of it, of its document; an older idlab's does not say whether it is bereft."""
    name, posted, *rest = from_text(text)
    return tuple(name), KeyState(tuple(posted), *rest)


def identifier_from(text: str) -> tuple[Identifier, IdentifierState]:
    """A counted identifier and what is known of it, of its document."""
    (field, value), holders, shared, names, *rest = from_text(text)
    return (field, value), IdentifierState(holders, shared, tuple(map(tuple, names)), *rest)


def decision_from(text: str) -> Decision:
    """A decision, of its document."""
    name, outcome, *scores, reasons, evidence, targets, digest = from_text(text)
    found = tuple(Evidence(*one) for one in evidence)
    return Decision._make((name, Outcome(outcome), *scores, tuple(reasons), found, tuple(targets), digest))


def paper_from(text: str) -> Paper:
    """A paper, of its document."""
    return Paper._make(from_text(text))


@lru_cache(4)
def settings_from(text: str) -> Settings:
    """What a store serves, of its document, which is the same for every step until the store is switched."""
    return Settings._make(from_text(text))


def statements(changes: Changes) -> Iterator[Statement]:
    """What writes all changes, in the order in which it must be run; statements without rows are left out."""
    for statement, rows in (
        *_of_interactions(changes),
        *_of_identities(changes),
        *_of_human_work(changes),
        *_of_marks("identifiers", changes.identifiers),
        *_of_marks("keys", changes.keys),
        *_of_papers(changes),
    ):
        if rows:
            yield statement, rows


_INSERT_INTERACTION = (
    "INSERT INTO interactions (id, name, root, holder, serial, opened, record, decision)"
    " VALUES (?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET record = excluded.record, decision = coalesce(excluded.decision, interactions.decision)"
)
_INSERT_DOCUMENT = (
    "INSERT INTO {} (id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document"
)
_INSERT_WORK = (
    "INSERT INTO {} (id, opened, state, document) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, document = excluded.document"
)
_INSERT_TURNED = (
    "INSERT INTO turned (id, review) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET review = excluded.review"
)


def _of_interactions(changes: Changes) -> Iterator[Statement]:
    decided = {decision.interaction_id: as_text(decision) for decision in changes.decisions}
    yield (
        _INSERT_INTERACTION,
        [
            (
                customer_key(record.interaction_id),
                as_text(record.interaction_id),
                customer_key(root),
                as_text(root),
                record.serial,
                as_text(record),
                decided.pop(record.interaction_id, None),
            )
            for record, root in changes.records
        ],
    )
    yield (
        "UPDATE interactions SET decision = ? WHERE id = ?",
        [(text, customer_key(name)) for name, text in decided.items()],
    )
    yield (
        "UPDATE interactions SET root = ?, holder = ? WHERE root = ?",
        [(customer_key(kept), as_text(kept), customer_key(gone)) for gone, kept in changes.absorbed],
    )
    yield (
        "UPDATE interactions SET root = ?, holder = ? WHERE id = ?",
        [(customer_key(root), as_text(root), customer_key(name)) for name, root in changes.moved],
    )
    yield (
        "UPDATE interactions SET opened = ? WHERE id = ?",
        [(number, customer_key(root)) for root, number in changes.items_opened],
    )


def _of_identities(changes: Changes) -> Iterator[Statement]:
    gone = [(customer_key(root),) for root, _ in changes.absorbed]
    yield "DELETE FROM identities WHERE id = ?", gone
    states = [(customer_key(state.root), as_text(state)) for state in changes.identities]
    yield _INSERT_DOCUMENT.format("identities"), states


def _of_human_work(changes: Changes) -> Iterator[Statement]:
    for table, states in (("links", changes.links), ("reviews", changes.reviews)):
        yield (
            _INSERT_WORK.format(table),
            [(digest_key(one.name), one.opened, one.state, as_text(one)) for one in states],
        )
    superseded = [(digest_key(one.into), digest_key(one.name)) for one in changes.reviews if one.into]
    yield "UPDATE turned SET review = ? WHERE review = ?", superseded
    yield (
        _INSERT_TURNED,
        [(customer_key(name), digest_key(review)) for name, review in changes.turned],
    )
    yield (
        "DELETE FROM turned WHERE id = ? AND review = ?",
        [(customer_key(name), digest_key(review)) for name, review in changes.released],
    )


def _of_marks(table: str, changed: Iterable[tuple[Name, Row | None]]) -> Iterator[Statement]:
    states = [(name, state) for name, state in changed if state is not None]
    gone = [(digest_key(name),) for name, state in changed if state is None]
    yield f"DELETE FROM {table} WHERE id = ?", gone  # noqa: S608 - a table's name, not a value
    yield (
        _INSERT_DOCUMENT.format(table),
        [(digest_key(name), as_text([name, *state])) for name, state in states],
    )


_INSERT_PAPER = (
    "INSERT INTO papers (id, kind, opened, state, document) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET opened = excluded.opened, state = excluded.state, document = excluded.document"
)
_INSERT_SETTINGS = (
    "INSERT INTO settings (one, document) VALUES (1, ?)"
    " ON CONFLICT (one) DO UPDATE SET document = excluded.document"
)


def _of_papers(changes: Changes) -> Iterator[Statement]:
    yield (
        "INSERT INTO log (serial, document) VALUES (?, ?)",
        [(entry.serial, as_text(entry)) for entry in changes.logged],
    )
    yield (
        _INSERT_PAPER,
        [
            (digest_key((one.kind, one.name)), one.kind, one.opened, one.state, as_text(one))
            for one in changes.papers
        ],
    )
    yield _INSERT_SETTINGS, [] if changes.settings is None else [(as_text(changes.settings),)]
