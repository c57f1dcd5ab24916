"""A step on a PostgreSQL server: what it locks, what it reads, and when it draws its number.

**What is claimed.** The final state is that of the steps one after the other, in the order of the numbers they drew first.

**How.** Whatever a step depends on is locked before its number is drawn, by advisory locks, which are kept until the commit is
through. Nearly all of it is known at the beginning, and locked before it is even read: first the keys of the record at hand and
the identifiers that it is counted for; then, in a statement of its own, so that it sees what those locks waited for, the record's
own place, the identities that the keys lead to, their links and who is at the other end. What is read now cannot change, and a
number is drawn in the same statement. Whatever else a step asks for is read first and locked later: of each row it notes the
version it saw (``xmin``), or that there was none. ``draw`` is the point from which on all of that holds too: the step takes these
locks, reads the versions once more, gives up with ``Conflict`` if one has changed (the resolver then does the step again), and
only then draws its number.

**Why that is exact.** Let two steps touch the same thing, one of them to change it. A step changes only what it has read, or
what hangs on it: what an identity holds is covered by the lock of its root, and a record that was absent by its own. So both
steps lock that thing. Whoever has the lock first draws first, for it draws while it holds the lock; the other gets the lock after
the first has committed, reads only then or sees in the versions that it has looked too early, and draws a larger number. So each
step decided on just what the steps with smaller numbers had left, as in the serial run. Nothing here knows which rows a rule of
matching looks at.

**What keeps it going.** Records that share a key wait for each other and hardly ever conflict. Steps that name no keys, which are
the actions of people, run alone (every other step shares one lock, which they take for themselves); so does a step that met too
many conflicts. A step waits only for locks that come later than those it holds: the one of all steps, then keys and identifiers,
then identities and links, each sorted. For what it read without a lock it does not wait at all: a lock that another step holds is
a conflict. So no steps ever wait for each other in a circle. Numbers come in blocks, one for each step, so that what one step
opens stands together.

**What keeps it quick.** A step goes to the server twice in the common case: once to lock, look and draw, and once to write and
commit. Statements are few and always the same, so that each is prepared once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from idlab.errors import Conflict
from idlab.stores.base import AtHand, Changes, Key
from idlab.stores.documents import TABLES, Row, customer_key, digest_key, settings_from
from idlab.stores.gathered import gathered, leading_of, parted_ids
from idlab.stores.kept import Settings
from idlab.stores.reading import ReadingRows

BLOCK = 4096
"""How many numbers come with one of the sequence."""

_TABLE_NUMBERS = {table: number for number, table in enumerate(TABLES)}

_FIND = {
    table: f"SELECT id, xmin::text, {columns} FROM {table} WHERE id = ANY(%b)"  # noqa: S608 - no values
    for table, columns in TABLES.items()
}
_HOLDERS_OF = (
    f"SELECT id, xmin::text, {TABLES['identities']} FROM identities"  # noqa: S608 - no values
    " WHERE id IN (SELECT root FROM interactions WHERE id = ANY(%b))"
)
_VERSIONS = {
    table: f"SELECT {number}, id, xmin::text FROM {table} WHERE id = ANY(%b)"  # noqa: S608 - no values
    for table, number in _TABLE_NUMBERS.items()
}
_LOOK = "SELECT * FROM look(%b::bigint, %b::bytea, %b::bytea, %b::bytea)"
_DRAW = "SELECT nextval('numbers')"
_DRAWN = "SELECT -1, ''::bytea, nextval('numbers')::text"
_RUN_ALONE = "SELECT pg_advisory_xact_lock(%s)"
_TRY = "SELECT bool_and(pg_try_advisory_xact_lock(number)) FROM unnest(%b::bigint[]) AS number"
_SETTINGS = "SELECT document FROM settings"


class Step(ReadingRows):
    """One step.

    Args:
        connection: On which nobody else works meanwhile.
        where: What the store is called in messages.
        alone: Whether no other step runs beside it, so that nothing it reads can change.
    """

    def __init__(self, connection: Any, where: str, *, alone: bool) -> None:
        super().__init__(where)
        self._connection = connection
        self._alone = alone
        self._locked: set[int] = set()
        self._loose: dict[str, dict[bytes, str | None]] = {}
        self._to_lock: set[int] = set()
        self._looked_up_number = self._drawn = self._last_of_block = 0
        self._changes: list[Changes] = []
        self._served: list[Row] | None = None

    def begin(self, keys: Sequence[Key], at_hand: AtHand | None, steps: int) -> None:
        """Lock the keys and what they lead to, or everything, and look for what the step will ask for.

        Args:
            keys, at_hand: As of ``Store.step``.
            steps: The lock that all steps share.
        """
        with self._connection.pipeline():
            self._connection.execute("BEGIN")
            if self._alone:
                self._connection.execute(_RUN_ALONE, (steps,))
                return
            named = [digest_key(key) for key in keys]
            counted = [] if at_hand is None else [digest_key(one) for one in at_hand.identifiers]
            own = [] if at_hand is None else [customer_key(at_hand.interaction_id)]
            ids = (b"".join(one) for one in (named, counted, own))
            looked = self._connection.execute(_LOOK, (steps, *ids), binary=True)
        found: dict[str, list[Row]] = {table: [] for table in (*TABLES, "settings", "number")}
        for table, *row in looked.fetchall():
            found[table].append(row)
        ((_, number, locks, *_),) = found["number"]
        self._looked_up_number = int(number)
        self._locked = {*map(_lock_of, named), *map(_lock_of, counted), *map(int, locks.split())}
        self._served = [(row[2],) for row in found["settings"]]
        known = found["keys"]
        posted = [one for row in known for one in parted_ids(row[3])]
        self._note("keys", named, [row[:3] for row in known])
        self._note("identifiers", counted, [row[:3] for row in found["identifiers"]])
        self._note("interactions", posted + own, found["interactions"])
        self._note("identities", (), [row[:3] for row in found["identities"]])
        self._note("links", (), [row[:3] for row in found["links"]])
        unknown = [one for row in known if row[3] is None for one in parted_ids(*leading_of("keys", row[2]))]
        if unknown:  # written by an older idlab
            self._look_for(unknown)

    def _look_for(self, interactions: list[bytes]) -> None:
        """Look for interactions and the identities that hold them, in one go."""
        with self._connection.pipeline():
            held = self._connection.execute(_FIND["interactions"], (interactions,), binary=True)
            holders = self._connection.execute(_HOLDERS_OF, (interactions,), binary=True)
        self._note("interactions", interactions, held.fetchall())
        self._note("identities", (), holders.fetchall())

    def settings(self) -> Settings | None:
        """What the store serves, as it was when the step had its first lock: only steps that run alone change it."""
        served = self._rows(_SETTINGS) if self._served is None else self._served
        return settings_from(served[0][0]) if served else None

    def draw(self) -> int:
        """The next number; the first locks what was read without a lock, and checks that it still holds."""
        if self._drawn == self._last_of_block:
            self._drawn = self._hold(draws=True)
            self._last_of_block = self._drawn + BLOCK - 1
        else:
            self._drawn += 1
        return self._drawn

    def check(self) -> None:
        """Give up if what was read no longer holds.

        Raises:
            Conflict: If it does not.
        """
        self._hold(draws=False)

    def put(self, changes: Changes) -> None:
        """Write all changes when the step is through."""
        self._hold(draws=False)
        self._changes.append(changes)

    def commit(self) -> None:
        """Write and commit, in one go."""
        with self._connection.pipeline():
            for changes in self._changes:
                for statement, values in gathered(changes):
                    self._connection.execute(statement, values)
            self._connection.execute("COMMIT")

    def _hold(self, *, draws: bool) -> int:
        """Lock whatever was read without a lock, check that it has not changed, and only then draw a number, if one is wanted."""
        if self._loose:
            return self._hold_loose(draws=draws)
        if not draws:
            return 0
        number, self._looked_up_number = self._looked_up_number, 0
        return number or int(self._rows(_DRAW)[0][0])

    def _hold_loose(self, *, draws: bool) -> int:
        if self._drawn:  # it must hold from before the number on
            raise self._conflict()
        loose = self._loose
        with self._connection.pipeline():
            tried = self._connection.execute(_TRY, ([*self._to_lock],), binary=True)
            looked = self._connection.execute(
                _versions(draws, tuple(loose)), [[*rows] for rows in loose.values()], binary=True
            )
        now = {(table, key): version for table, key, version in looked.fetchall()}
        is_same = all(
            now.get((_TABLE_NUMBERS[table], key)) == version
            for table, rows in loose.items()
            for key, version in rows.items()
        )
        if tried.fetchone() != (True,) or not is_same:
            raise self._conflict()
        self._locked |= self._to_lock
        self._to_lock.clear()
        loose.clear()
        return int(now[-1, b""]) if draws else 0

    def _conflict(self) -> Conflict:
        return Conflict("another step changed what was read", where=self._where, hint="do it again")

    def _find(self, table: str, key: bytes) -> Row | None:
        found = self._connection.execute(_FIND[table], ([key],), binary=True)
        self._note(table, [key], found.fetchall())
        return self._found[table, key]

    def _note(self, table: str, keys: Iterable[bytes], found: Iterable[Row]) -> None:
        """Remember rows that were looked for, and those that are not there; with their versions where they are not locked."""
        for key, version, *row in found:
            self._found[table, key] = tuple(row)
            self._note_version(table, key, version, _lock_of(row[1] if table == "interactions" else key))
        for key in keys:
            if (table, key) not in self._found:
                self._found[table, key] = None
                self._note_version(table, key, None, _lock_of(key))

    def _note_version(self, table: str, key: bytes, version: str | None, lock: int) -> None:
        if not self._alone and lock not in self._locked:
            self._loose.setdefault(table, {})[key] = version
            self._to_lock.add(lock)

    def _rows(self, statement: str, *values: Any) -> list[Row]:
        rows: list[Row] = self._connection.execute(statement.replace("?", "%s"), values).fetchall()
        return rows


@cache
def _versions(draws: bool, tables: tuple[str, ...]) -> str:  # noqa: FBT001 - a key of the cache
    """What finds the versions of rows of some tables, and draws a number or does not."""
    parts = [_VERSIONS[table] for table in tables]
    return " UNION ALL ".join([*parts, _DRAWN] if draws else parts)


def _lock_of(key: bytes) -> int:
    """The number of the advisory lock on a row, as ``lock_of`` says it there: 64 bits of its id, which have no structure."""
    return int.from_bytes(key[-8:], "big", signed=True)
