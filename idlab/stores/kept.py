"""What a store keeps beside identities: which config it serves, the log of what people decided, and the papers of their work.

None of it holds an identifier of a person: everything is named by interaction ids, customer_ids, links and review items, so
that nothing in here needs to be erased with a customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from json import JSONEncoder
from typing import Any, NamedTuple

from idlab.model import Action

_as_text = JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Settings(NamedTuple):
    """What a store serves.

    Args:
        config: The scoring config that decides here, as canonical JSON.
        digest: Its digest.
        successor: The generation of the store that took over from this one; 0 while this one serves.
    """

    config: str
    digest: str
    successor: int = 0


class LogEntry(NamedTuple):
    """What somebody decided or did, in the order of the serial numbers. Entries are added and never changed.

    Args:
        serial: Serial number: records and entries stand in one order.
        at: When, in microseconds UTC.
        by: Who: the name or number of an agent, or of a part of the system.
        kind: That of the action, or what else was done.
        about: What it names: links, review items, customers, interactions, by their ids.
        chain: A digest of this entry and of the chain before it, so that an entry taken out or changed shows.
    """

    serial: int
    at: int
    by: str
    kind: str
    about: Mapping[str, Any]
    chain: str = ""

    def after(self, chain: str) -> LogEntry:
        """The entry with its link of the chain; ``chain`` is the one of the entry before, empty for the first."""
        whole = _as_text([chain, *self[:4], self.about])
        return self._replace(chain=blake2b(whole.encode("ascii"), digest_size=16).hexdigest())


def about_action(action: Action) -> dict[str, Any]:
    """What an action names, as a log entry keeps it.

    Example:
        >>> about_action(Action.split("5f", ("chat-7",)))
        {'customers': ['5f'], 'interactions': ['chat-7']}
    """
    named = {
        "link": action.link,
        "review": action.review,
        "verdict": action.verdict,
        "customers": list(action.customers),
        "interactions": list(action.interactions),
    }
    return {name: value for name, value in named.items() if value}


def action_of(entry: LogEntry) -> Action | None:
    """The action that a log entry tells of; None if it tells of something that changes no identity.

    Example:
        >>> action_of(LogEntry(7, 0, "ann", "accept", {"link": "a+b"})) == Action.accept("a+b")
        True
    """
    if entry.kind not in ACTIONS:
        return None
    about: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entry.about.items()
    }
    return Action(entry.kind, **about)


ACTIONS = ("accept", "decline", "expire", "split", "close", "do_not_link", "erase")
"""The kinds of entries that a replay of the log carries out."""


OPEN_LINK = "open_link"
"""The kind of an entry that opened a link, so that an answer from another config could be carried out: ``Resolver.open_link``."""


def broken_links(entries: Iterable[LogEntry]) -> int:
    """How many entries of a whole log do not continue the chain of the one before; 0 if nobody changed it."""
    broken, chain = 0, ""
    for entry in entries:
        broken += entry.after(chain).chain != entry.chain
        chain = entry.chain
    return broken


class Paper(NamedTuple):
    """A document of human work or of operation, found by its kind and name.

    Args:
        kind: What it is, as ``assignment`` or ``consent``.
        name: Unique within its kind.
        opened: Its number in the order of opening.
        state: What it waits for or came to; papers can be listed by it.
        body: The rest, as plain JSON.
    """

    kind: str
    name: str
    opened: int
    state: str
    body: Mapping[str, Any]
