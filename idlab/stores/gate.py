"""The head of a store in a table of items: the line that commits stand in, and who runs alone.

The head is one item: the number drawn last, the schema version, the token of the step that runs alone if one does, and the
journal that is being carried out if there is one. Whoever writes it gives it a new version, on the condition that it has the
version that he saw: so the writes of the head are a line, and each of them knows the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from random import uniform
from time import monotonic, sleep
from typing import Protocol
from uuid import uuid4

from idlab.errors import Conflict, StoreFailure
from idlab.stores.commit_plan import ANY, Operation
from idlab.stores.documents import as_text, from_text
from idlab.stores.items import HEAD, Item, Place

_JOURNAL = "journal#"
_STILL = 10.0
"""Seconds after which a token or a journal that has not moved is taken to be a dead one's."""
_PATIENCE = 60.0
"""Seconds to wait for steps that run alone."""
_WAIT = 0.05
_MOST_BYTES = 3_500_000
"""How much one commit may hold: the table takes 4 MB."""


class Table(Protocol):
    """A table of items: finds by place, lists partitions, commits on conditions.

    Args:
        where: What the table is called in messages.
        most: How many items it writes at once at most.
        most_together: How many it reads at one moment at most.
    """

    where: str
    most: int
    most_together: int

    def find(self, places: Sequence[Place]) -> dict[Place, Item | None]:
        """The items at these places as they are now, each by itself."""
        ...

    def together(self, places: Sequence[Place]) -> dict[Place, Item | None]:
        """The items at up to ``most_together`` places as they are at one moment.

        Raises:
            Conflict: If somebody is writing one of them.
        """
        ...

    def under(self, partition: str) -> Iterator[tuple[Place, Item]]:
        """The items of a partition as they are now, by name."""
        ...

    def every(self, mark: str) -> Iterator[tuple[Place, Item]]:
        """The items of all partitions whose name begins so, in any order."""
        ...

    def write(self, operations: Sequence[Operation]) -> None:
        """Do up to ``most`` operations, all or none.

        Raises:
            Conflict: If an item has not the version that was expected, or somebody is writing it.
        """
        ...

    def kept_apart(self) -> tuple[str, ...]:
        """Where copies of items may be kept that the table itself does not show."""
        ...

    def close(self) -> None:
        """Release what is held open."""
        ...


class Gate:
    """One step's view of the head.

    Args:
        table: The table.
        schema: The schema version that the step knows.
    """

    def __init__(self, table: Table, *, schema: int) -> None:
        self._table, self._schema = table, schema
        self._head: Item | None = None
        self._token: str | None = None
        self._moved = 0.0

    @property
    def is_alone(self) -> bool:
        """Whether nobody else can commit."""
        return self._token is not None

    @property
    def drawn(self) -> int:
        """The number drawn last, as far as this step has looked."""
        return 0 if self._head is None else int(self._head["drawn"])

    def look(self, head: Item | None) -> None:
        """Note the head: from here on nobody may commit before this step does.

        Raises:
            Conflict: If another step runs alone.
        """
        head = self._known(head)
        if "alone" in head:
            raise self._conflict("another step runs alone")
        self._head = head

    def must_hold(self, head: Item | None) -> None:
        """Give up if this head, read together with other items, says that they may be half written or no longer hold.

        Raises:
            Conflict: If it does.
        """
        moved = self._head is not None and head != self._head
        if moved or (head is not None and "journal" in head):
            raise self._conflict("another step changed what was read")

    def enter(self) -> None:
        """Run alone, as soon as whoever does is through or has not moved for long.

        Raises:
            Conflict: If somebody has drawn since this step looked.
            StoreFailure: If others take too long.
        """
        begun = monotonic()
        last, since = None, begun
        while not self.is_alone:
            head = self._known(self._table.find([HEAD])[HEAD])
            if self._head is not None and head != self._head:
                raise self._conflict("another step came before this one drew its number")
            if head != last:
                last, since = head, monotonic()
            if "alone" not in head or monotonic() - since > _STILL:
                with suppress(Conflict):  # another one was quicker
                    self._take(head)
            elif monotonic() - begun > _PATIENCE:
                what = f"others have been running alone for {_PATIENCE:.0f} s"
                raise StoreFailure(what, where=self._table.where, hint="send the entry again")
            else:
                sleep(uniform(0.0, _WAIT))  # noqa: S311 - who waits how long is no secret

    def still_here(self) -> None:
        """Tell others now and then that this step, which runs alone, goes on."""
        if self._token is not None and monotonic() - self._moved > _STILL / 4:
            self._write([], self._head or {})

    def fits(self, operations: Sequence[Operation]) -> bool:
        """Whether operations can be committed at once, with the head."""
        return len(operations) < self._table.most and sum(map(_size, operations)) < _MOST_BYTES

    def commit(self, operations: Sequence[Operation], drawn: int) -> None:
        """Commit at once, or by a journal if this step runs alone and there is too much; others go on then.

        Args:
            operations: What to commit.
            drawn: The number drawn last.

        Raises:
            Conflict: If an item or the head is not as expected; nothing was committed then.
        """
        head = {"drawn": drawn, "schema": self._schema}
        if self.fits(operations):
            self._write(operations, head)
        else:
            token = self._token
            assert token is not None
            for part in self._parts(_journal(token, operations)):
                self._write(part, self._head or {})
            self._write([], head | {"alone": token, "journal": token})
            with suppress(StoreFailure):  # it is committed; whoever comes next carries out the rest
                self._carry_out()
        self._token = None

    def leave(self, schema: int | None = None) -> None:
        """Let others go on, if this step runs alone; where that fails they will find out."""
        if self._token is not None and self._head is not None:
            head = {"drawn": self._head["drawn"], "schema": schema or self._schema}
            with suppress(StoreFailure):
                self._write([], head)
            self._token = None

    def forget_journals(self) -> None:
        """Remove every journal; this step runs alone, so that nobody is carrying one out."""
        for partition in {place[0] for place, _ in self._table.every(_JOURNAL)}:
            self._forget_journal(partition.removeprefix(_JOURNAL))

    def _known(self, head: Item | None) -> Item:
        """The head, if it is one that this step knows; that of an empty table is not written yet."""
        if head is None:
            return {"version": 0, "drawn": 0, "schema": 0}
        if head["schema"] > self._schema:
            what = "the store was brought to a newer schema version"
            raise StoreFailure(what, where=self._table.where, hint="install a newer idlab")
        return head

    def _take(self, head: Item) -> None:
        """Take the place of nobody, or of somebody who does not move."""
        looked, self._head = self._head, head
        try:
            if "journal" in head:
                self._carry_out()
                self._head = looked
                return
            token = uuid4().hex
            self._write([], {**head, "alone": token})
        except Conflict:
            self._head = looked
            raise
        self._token = token
        if "alone" in head:
            self._forget_journal(head["alone"])

    def _carry_out(self) -> None:
        """Carry out the journal that the head names, from wherever it was left, and let others go on."""
        head = dict(self._head or {})
        token = head["journal"]
        entries = list(self._table.under(f"{_JOURNAL}{token}"))
        for part in self._parts(_entry(item) for _, item in entries):
            self._write(part, head)
        self._forget_journal(token)
        self._write([], {"drawn": head["drawn"], "schema": head["schema"]})

    def _forget_journal(self, token: str) -> None:
        entries = [place for place, _ in self._table.under(f"{_JOURNAL}{token}")]
        for part in self._parts(Operation(place, "delete", None, ANY) for place in entries):
            self._write(part, self._head or {})

    def _parts(self, operations: Iterable[Operation]) -> Iterator[list[Operation]]:
        """Operations in parts that fit one commit each, with the head."""
        part: list[Operation] = []
        for one in operations:
            if not self.fits([*part, one]):
                yield part
                part = []
            part.append(one)
        if part:
            yield part

    def _write(self, operations: Sequence[Operation], head: Item) -> None:
        """Commit operations and a new head, if the head is as this step last saw it."""
        seen = self._head or {}
        expected = seen["version"] or None  # 0: there is none yet
        written = {**head, "version": seen["version"] + 1}
        self._table.write([*operations, Operation(HEAD, "put", written, expected)])
        self._head, self._moved = written, monotonic()

    def _conflict(self, what: str) -> Conflict:
        return Conflict(what, where=self._table.where, hint="do it again")


def _journal(token: str, operations: Iterable[Operation]) -> Iterator[Operation]:
    """Operations as items, to be carried out later; what they expect holds, for the step runs alone."""
    for number, (place, kind, item, _) in enumerate(operations):
        entry = {"operation": as_text([*place, kind, item])}
        yield Operation((f"{_JOURNAL}{token}", f"{number:08}"), "put", entry, ANY)


def _entry(item: Item) -> Operation:
    partition, name, kind, written = from_text(item["operation"])
    return Operation((partition, name), kind, written, ANY)


def _size(operation: Operation) -> int:
    return 200 + sum(len(one) for one in (operation.item or {}).values() if isinstance(one, str))
