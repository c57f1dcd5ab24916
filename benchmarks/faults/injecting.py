"""Faults that a worker injects into its own store."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any, Protocol, TypeVar

from idlab.errors import StoreFailure
from idlab.stores import Store

_Answer = TypeVar("_Answer")


class Injector(Protocol):
    """Breaks something around a piece of work."""

    def around(self, work: Callable[[], _Answer]) -> _Answer:
        """Do the work, now and then with something broken."""
        ...


def injector_for(store: Store, chance: Random, share: float, tell: Callable[[str], None]) -> Injector:
    """What can break around a store of this kind, from within its process.

    Args:
        store: The store.
        chance: Says when.
        share: The share of entries (SQLite) or requests (DynamoDB) that meet a fault.
        tell: Told of each.
    """
    kind = type(store).__name__
    if kind == "SQLiteStore":
        return _FullDisk(store, chance, share, tell)
    if kind == "DynamoDBStore":
        return _BadService(store, chance, share, tell)
    return _Nothing()


class _Nothing:
    def around(self, work: Callable[[], _Answer]) -> _Answer:
        return work()


class _FullDisk:
    """Now and then the file may not grow, until an entry has failed for want of room; full by SQLite's own measure."""

    _ROOM = 1 << 30

    def __init__(self, store: Any, chance: Random, share: float, tell: Callable[[str], None]) -> None:
        self._connection = store._connection()  # noqa: SLF001 - no user may ask a store to be full
        self._chance, self._share, self._tell = chance, share, tell
        self._is_full = False

    def around(self, work: Callable[[], _Answer]) -> _Answer:
        if not self._is_full and self._chance.random() < self._share:
            self._tell("injected full disk")
            pages = self._connection.execute("PRAGMA page_count").fetchone()[0]
            self._let_grow_to(pages)
        try:
            return work()
        except StoreFailure:
            self._let_grow_to(self._ROOM)
            raise

    def _let_grow_to(self, pages: int) -> None:
        self._connection.execute(f"PRAGMA max_page_count = {pages}")
        self._is_full = pages < self._ROOM


class _BadService:
    """Now and then a request is throttled, a transaction cancelled, or an answer lost after the work was done."""

    def __init__(self, store: Any, chance: Random, share: float, tell: Callable[[str], None]) -> None:
        self._chance, self._share, self._tell = chance, share, tell
        client = store._table.client  # noqa: SLF001 - no user may ask a service to be bad
        client.meta.events.register("before-send.dynamodb.*", self._answer_instead)
        session = client._endpoint.http_session  # noqa: SLF001
        self._send, session.send = session.send, self._send_and_lose

    def around(self, work: Callable[[], _Answer]) -> _Answer:
        return work()

    def _answer_instead(self, event_name: str, **_: Any) -> Any:
        if self._chance.random() >= self._share:
            return None
        is_commit = event_name.endswith("TransactWriteItems")
        fault = self._chance.choice(list(_CODES)) if is_commit else "throttled request"
        self._tell(f"injected {fault}")
        return Answered(fault)

    def _send_and_lose(self, request: Any) -> Any:
        answer = self._send(request)
        if self._chance.random() < self._share / 2:
            from botocore.exceptions import ConnectionClosedError

            self._tell("injected lost answer")
            raise ConnectionClosedError(endpoint_url=request.url, request=request)
        return answer


_CODES = {
    "cancelled: condition failed": "ConditionalCheckFailed",
    "cancelled: conflict": "TransactionConflict",
    "cancelled: throttled": "ThrottlingError",
}
"""What DynamoDB calls the reasons for which it cancels a transaction."""


class Answered:
    """An answer of DynamoDB's, as botocore reads one."""

    def __init__(self, fault: str) -> None:
        self.status_code = 400
        self.headers = {"Content-Type": "application/x-amz-json-1.0"}
        code = _CODES.get(fault)
        name = "ProvisionedThroughputExceededException" if code is None else "TransactionCanceledException"
        answer: dict[str, Any] = {"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": fault}
        if code is not None:
            answer["CancellationReasons"] = [{"Code": "None"}, {"Code": code}]
        self.content = json.dumps(answer).encode()
        self.text = self.content.decode()
        self.raw = None
