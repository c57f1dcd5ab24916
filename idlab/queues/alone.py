"""Steps on papers: alone, and only while the store serves the config of the resolver that works on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from idlab.errors import BadInput
from idlab.model import microseconds
from idlab.resolver import Resolver
from idlab.serving import must_serve
from idlab.stores.base import Transaction, in_a_step

_Answer = TypeVar("_Answer")


def alone(resolver: Resolver, work: Callable[[Transaction], _Answer]) -> _Answer:
    """Do work in a step that runs alone.

    Raises:
        ConfigSwitched: If the store was switched to another config.
    """

    def while_it_serves(transaction: Transaction) -> _Answer:
        must_serve(transaction, resolver.ready.digest)
        return work(transaction)

    return in_a_step(resolver.store, None, while_it_serves)


def moment(at: datetime | None) -> int:
    """A time in microseconds UTC; now if none is given.

    Raises:
        BadInput: If it has no time zone.

    Example:
        >>> moment(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
        1000000
    """
    if at is not None and at.tzinfo is None:
        raise BadInput("the time has no time zone", where="at", hint="give it an offset, as in +00:00")
    return microseconds(at or datetime.now(UTC))
