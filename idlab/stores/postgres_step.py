"""A step on a PostgreSQL server: what it locks, what it reads, and when it draws its number.

**What is claimed.** The final state is that of the steps one after the other, in the order of the numbers they drew first.

**How.** Whatever a step depends on is locked before its number is drawn, by advisory locks, which are kept until the commit is
through. Nearly all of it is known at the beginning, and locked before it is even read: first the keys of the record at hand and
the identifiers that it is counted for; then, in a statement of its own, so that it sees what those locks waited for, the record's
own place and the identities that the keys lead to. What is read now cannot change, and a number is drawn in the same statement.
Whatever else a step asks for is read first and locked later: of each row it notes the version it saw (``xmin``), or that there
was none. ``draw`` is the point from which on all of that holds too: the step takes these locks, reads the versions once more,
gives up with ``Conflict`` if one has changed (the resolver then does the step again), and only then draws its number.

**Why that is exact.** Let two steps touch the same thing, one of them to change it. A step changes only what it has read, or
what hangs on it: what an identity holds is covered by the lock of its root, and a record that was absent by its own. So both
steps lock that thing. Whoever has the lock first draws first, for it draws while it holds the lock; the other gets the lock after
the first has committed, reads only then or sees in the versions that it has looked too early, and draws a larger number. So each
step decided on just what the steps with smaller numbers had left, as in the serial run. Nothing here knows which rows a rule of
matching looks at.

**What keeps it going.** Records that share a key wait for each other and hardly ever conflict. Steps that name no keys, which are
the actions of people, run alone (every other step shares one lock, which they take for themselves); so does a step that met too
many conflicts. A step waits only for locks that come later than those it holds: the one of all steps, then keys and identifiers,
then identities, each sorted. For what it read without a lock it does not wait at all: a lock that another step holds is a
conflict. So no steps ever wait for each other in a circle. Numbers come in blocks, one for each step, so that what one step opens
stands together.

**What keeps it quick.** A step goes to the server twice in the common case: once to lock, look and draw, and once to write and
commit. Statements are few and always the same, so that each is prepared once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from idlab.errors import Conflict
from idlab.stores.base import AtHand, Changes, Key
from idlab.stores.documents import TABLES, Row, customer_key, digest_key, settings_from
from idlab.stores.gathered import gathered, leading_of, parted_ids
from idlab.stores.kept import Settings
from idlab.stores.reading import ReadingRows

BLOCK = 4096
"""How many numbers come with one of the sequence."""

_TABLE_NUMBERS = {table: number for number, table in enumerate(TABLES)}
_Value = TypeVar("_Value")

_FIND = {
    table: f"SELECT id, xmin::text, {columns} FROM {table} WHERE id IN (%b)"  # noqa: S608 - no values
    for table, columns in TABLES.items()
}
_VERSIONS = {
    table: f"SELECT {_TABLE_NUMBERS[table]}, id, xmin::text FROM {table} WHERE id IN (%b)"  # noqa: S608 - no values
    for table in TABLES
}
_DRAW = "SELECT nextval('numbers')"
_DRAWN = "SELECT -1, ''::bytea, nextval('numbers')::text"
_MOST_LOCKS = 64
"""Locks that one statement waits for at most."""
_RUN_ALONE = "SELECT pg_advisory_xact_lock(%s)"
_SHARE, _WAIT, _TRY = (
    "pg_advisory_xact_lock_shared(%s::bigint)",
    "pg_advisory_xact_lock(%s::bigint)",
    "pg_try_advisory_xact_lock(%s::bigint)",
)
_SETTINGS = "SELECT document FROM settings"

_NUMBER_OF_LOCK = "('x' || encode(substring(id FROM 9), 'hex'))::bit(64)::bigint"
"""What ``_lock_of`` does."""


def _ids_in(column: str, source: str) -> str:
    """The ids that a column holds."""
    return (
        f"SELECT substring({column} FROM 16 * place + 1 FOR 16)"  # noqa: S608 - names of columns
        f" FROM {source}, generate_series(0, length({column}) / 16 - 1) AS place"
    )


_LOCK_WHAT_IS_LED_TO = f"""
    WITH known AS (SELECT posted FROM keys WHERE id IN (%b)),
    held AS (SELECT root FROM interactions WHERE id = ANY(ARRAY({_ids_in("posted", "known")} UNION ALL SELECT %b))),
    near AS (SELECT links, ends FROM identities WHERE id = ANY(ARRAY(SELECT root FROM held))),
    led_to AS (SELECT %b AS id UNION SELECT root FROM held UNION {_ids_in("links", "near")}
        UNION SELECT root FROM interactions WHERE id = ANY(ARRAY({_ids_in("ends", "near")})))
    SELECT number, pg_advisory_xact_lock(number) FROM (SELECT DISTINCT {_NUMBER_OF_LOCK} AS number FROM led_to
        WHERE id <> ''::bytea ORDER BY number) AS sorted
"""  # noqa: S608 - no values
"""Locks the place of the record at hand, the identities that keys lead to, their links, and who else these lead to."""

_LOOK = f"""
    WITH known AS (SELECT id, xmin::text AS version, document, posted FROM keys WHERE id IN (%b)),
    held AS (SELECT id, xmin::text AS version, name, root, holder, opened, record, decision FROM interactions
        WHERE id = ANY(ARRAY({_ids_in("posted", "known")} UNION ALL SELECT %b))),
    near AS (SELECT id, xmin::text AS version, document, links, ends FROM identities
        WHERE id = ANY(ARRAY(SELECT root FROM held)))
    SELECT 'keys', id, version, document, posted, NULL::text, NULL::integer, NULL::text, NULL::text FROM known
    UNION ALL SELECT 'interactions', id, version, name, root, holder, opened, record, decision FROM held
    UNION ALL SELECT 'interactions', id, xmin::text, name, root, holder, opened, record, decision FROM interactions
        WHERE id = ANY(ARRAY({_ids_in("ends", "near")}))
    UNION ALL SELECT 'identities', id, version, document, NULL, NULL, NULL, NULL, NULL FROM near
    UNION ALL SELECT 'links', id, xmin::text, document, NULL, NULL, NULL, NULL, NULL FROM links
        WHERE id = ANY(ARRAY({_ids_in("links", "near")}))
    UNION ALL SELECT 'identifiers', id, xmin::text, document, NULL, NULL, NULL, NULL, NULL FROM identifiers WHERE id IN (%b)
    UNION ALL SELECT 'settings', NULL, NULL, document, NULL, NULL, NULL, NULL, NULL FROM settings
    UNION ALL SELECT 'number', NULL, nextval('numbers')::text, NULL, NULL, NULL, NULL, NULL, NULL
"""  # noqa: S608 - no values
"""What follows references: from keys to the interactions posted under them, to the identities that hold these, and on to their
links and the interactions that these name."""

_HOLDERS_OF = (
    f"SELECT id, xmin::text, {TABLES['identities']} FROM identities"  # noqa: S608 - no values
    " WHERE id IN (SELECT root FROM interactions WHERE id IN (%b))"
)


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
        named = [digest_key(key) for key in keys]
        counted = [] if at_hand is None else [digest_key(one) for one in at_hand.identifiers]
        own = [] if at_hand is None else [customer_key(at_hand.interaction_id)]
        of_keys, of_counted, of_own = named or [b""], counted or [b""], own or [b""]
        locked = None
        with self._connection.pipeline():
            self._connection.execute("BEGIN")
            if self._alone:
                self._connection.execute(_RUN_ALONE, (steps,))
            else:
                self._locked = {_lock_of(one) for one in (*named, *counted)}
                self._wait_for(sorted(self._locked), steps)
                locked = self._ask(_LOCK_WHAT_IS_LED_TO, of_keys, of_own, of_own)
            looked = self._ask(_LOOK, of_keys, of_own, of_counted)
        if locked is not None:
            self._locked.update(number for number, _ in locked.fetchall())
        found: dict[str, list[Row]] = {}
        for table, *row in looked.fetchall():
            found.setdefault(table, []).append(row)
        self._looked_up_number = int(found["number"][0][1])
        self._served = [(row[2],) for row in found.get("settings", ())]
        known = found.get("keys", ())
        posted = [one for row in known for one in parted_ids(row[3])]
        self._note("keys", named, [row[:3] for row in known])
        self._note("identifiers", counted, [row[:3] for row in found.get("identifiers", ())])
        self._note("interactions", posted + own, found.get("interactions", ()))
        self._note("identities", (), [row[:3] for row in found.get("identities", ())])
        self._note("links", (), [row[:3] for row in found.get("links", ())])
        unknown = [one for row in known if row[3] is None for one in parted_ids(*leading_of("keys", row[2]))]
        if unknown:  # written by an older idlab
            self._look_for(unknown)

    def _look_for(self, interactions: list[bytes]) -> None:
        """Look for interactions and the identities that hold them, in one go."""
        with self._connection.pipeline():
            held = self._ask(_FIND["interactions"], interactions)
            holders = self._ask(_HOLDERS_OF, interactions)
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
            tried = [self._try_for(some) for some in _parts(sorted(self._to_lock - self._locked))]
            looked = self._look_again({table: list(rows) for table, rows in loose.items()}, draws=draws)
        now = {(table, key): version for table, key, version in looked.fetchall()}
        is_same = all(
            now.get((_TABLE_NUMBERS[table], key)) == version
            for table, rows in loose.items()
            for key, version in rows.items()
        )
        if not is_same or not all(all(row) for one in tried for row in one.fetchall()):
            raise self._conflict()
        self._locked |= self._to_lock
        self._to_lock.clear()
        loose.clear()
        return int(now[-1, b""]) if draws else 0

    def _conflict(self) -> Conflict:
        return Conflict("another step changed what was read", where=self._where, hint="do it again")

    def _ask(self, query: str, *several: Sequence[bytes]) -> Any:
        """Run a query that finds rows by ids, several at each of its places."""
        padded = [_padded(ids) for ids in several]
        values = [one for ids in padded for one in ids]
        return self._connection.execute(_for_several(query, *map(len, padded)), values, binary=True)

    def _look_again(self, seen: dict[str, list[bytes]], *, draws: bool) -> Any:
        """Ask for the versions of rows, and for a number where one is wanted."""
        padded = {table: _padded(ids) for table, ids in seen.items()}
        query = _versions(draws, tuple((table, len(ids)) for table, ids in padded.items()))
        return self._connection.execute(query, [key for ids in padded.values() for key in ids], binary=True)

    def _wait_for(self, ordered: Sequence[int], steps: int) -> None:
        """Wait for the lock that all steps share, then for others, one after the other."""
        first, *others = [*_parts(ordered)] or [[]]
        padded = _padded(first)
        self._connection.execute(_calls((_SHARE, 1), (_WAIT, len(padded))), [steps, *padded], binary=True)
        for some in others:
            padded = _padded(some)
            self._connection.execute(_calls((_WAIT, len(padded))), padded, binary=True)

    def _try_for(self, some: Sequence[int]) -> Any:
        """Take locks that nobody holds."""
        padded = _padded(some)
        return self._connection.execute(_calls((_TRY, len(padded))), padded, binary=True)

    def _find(self, table: str, key: bytes) -> Row | None:
        self._note(table, [key], self._ask(_FIND[table], [key]).fetchall())
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


def _parts(numbers: Sequence[int]) -> list[Sequence[int]]:
    return [numbers[place : place + _MOST_LOCKS] for place in range(0, len(numbers), _MOST_LOCKS)]


def _padded(values: Sequence[_Value]) -> list[_Value]:
    """Values up to a power of two, the last again and again: there are few different statements then, each prepared once."""
    if not values:
        return []
    return [*values, *[values[-1]] * ((1 << (len(values) - 1).bit_length()) - len(values))]


@cache
def _for_several(query: str, *sizes: int) -> str:
    for size in sizes:
        query = query.replace("%b", ", ".join(["%B"] * size), 1)
    return query.replace("%B", "%b")


@cache
def _versions(draws: bool, tables: tuple[tuple[str, int], ...]) -> str:  # noqa: FBT001 - a key of the cache
    """What finds the versions of so many rows of some tables, and draws a number or does not."""
    parts = [_for_several(_VERSIONS[table], size) for table, size in tables]
    return " UNION ALL ".join([*parts, _DRAWN] if draws else parts)


@cache
def _calls(*several: tuple[str, int]) -> str:
    """What calls so many functions, from left to right."""
    return "SELECT " + ", ".join(call for call, size in several for _ in range(size))


def _lock_of(key: bytes) -> int:
    """The number of the advisory lock on a row: 64 bits of its id, which has no others' structure in them."""
    return int.from_bytes(key[-8:], "big", signed=True)
