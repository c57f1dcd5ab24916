"""The store on a PostgreSQL server, for any number of resolvers at once.

**What is claimed.** The final state is that of the steps one after the other, in the order of the numbers they drew first.

**How.** A step looks first and locks later. It reads whatever its decision depends on, and notes for each row the version it
saw (``xmin``), or that there was none. ``draw`` is the point from which on all of it holds: the step takes an advisory lock on
everything it has read, in one fixed order, reads the versions once more, gives up with ``Conflict`` if one has changed (the
resolver then does the step again), and only then draws its number. All locks are kept until the commit is through.

**Why that is exact.** Let two steps touch the same thing, one of them to change it. A step changes only what it has read, or
what hangs on it: what an identity holds is covered by the lock of its root, which is taken along whenever an interaction is
read, and a record that was absent is covered by its own lock. So both steps lock that thing. Whoever has the lock first draws
first, for it draws while it holds the lock; the other gets the lock after the first has committed, sees in the versions whether
it had looked too early, and draws a larger number. So each step decided on just what the steps with smaller numbers had left,
as in the serial run. Nothing here knows which rows a rule of matching looks at.

**What keeps it going.** Keys are locked before anything is read: records that share one wait for each other and hardly ever
conflict. Steps that name no keys, which are the actions of people, run alone (every other step shares one lock, which they
take for themselves); so does a step that met too many conflicts. The order of locks (that one, keys, the rest, each sorted)
admits no deadlock among steps; should the server still report one, the step is done again. Numbers come in blocks, one for
each step, so that what one step opens stands together.

**What keeps it quick.** A step goes to the server three times in the common case. First it locks the keys and then, in a
statement of its own, so that it sees what the lock waited for, follows references: to the keys, to the interactions posted under
them, to the identities that hold these. Then it locks the rest, asks for the versions and draws. Last it writes and commits. What
else it asks for between the first and the second is found row by row. Statements are few and always the same, so that each is
prepared once.

Commits are as durable as the server's ``synchronous_commit`` says; it is on by default. Open the store in each process by
itself: connections are not shared across a fork.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any, NoReturn, TypeVar

from idlab.errors import BadInput, Conflict, MissingExtra, StoreFailure
from idlab.stores.base import Changes, Key
from idlab.stores.cleaned import Cleaned
from idlab.stores.documents import (
    TABLES,
    Row,
    digest_key,
    settings_from,
    statements,
)
from idlab.stores.erasure_log import log_of_server
from idlab.stores.failing import raise_alone
from idlab.stores.gathered import gathered, posted_in, posted_of
from idlab.stores.kept import Settings
from idlab.stores.reading import ReadableStore, ReadingRows
from idlab.stores.urls import parted
from idlab.stores.wiping_postgres import wipe

try:
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import conninfo_to_dict
    from psycopg_pool import ConnectionPool
except ModuleNotFoundError as absent:
    feature = "a store on PostgreSQL"
    raise MissingExtra(feature, "postgres") from absent

TABLE_NUMBERS = {table: number for number, table in enumerate(TABLES)}

_DOCUMENTS = "(id bytea PRIMARY KEY, document text NOT NULL)"
_WORK = "(id bytea PRIMARY KEY, opened bigint NOT NULL, state text NOT NULL, document text NOT NULL)"

_NO_STATISTICS = ";".join(
    f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0"
    for table, column in (
        *(("interactions", column) for column in ("name", "holder", "record", "decision")),
        *((table, "document") for table in ("identities", "keys", "identifiers", "links", "reviews")),
    )
)
"""The server's planner keeps common values of every column in a table of its own; not of those that hold identifiers."""

MIGRATIONS = (
    f"""
    CREATE TABLE interactions (id bytea PRIMARY KEY, name text NOT NULL, root bytea NOT NULL,
        holder text NOT NULL, serial bigint NOT NULL, opened integer NOT NULL, record text NOT NULL, decision text);
    CREATE INDEX interactions_by_root ON interactions (root);
    CREATE TABLE identities {_DOCUMENTS};
    CREATE TABLE keys {_DOCUMENTS};
    CREATE TABLE identifiers {_DOCUMENTS};
    CREATE TABLE links {_WORK};
    CREATE INDEX links_by_state ON links (state, opened);
    CREATE TABLE reviews {_WORK};
    CREATE INDEX reviews_by_state ON reviews (state, opened);
    CREATE TABLE turned (id bytea PRIMARY KEY, review bytea NOT NULL);
    CREATE INDEX turned_by_review ON turned (review);
    CREATE SEQUENCE numbers AS bigint INCREMENT 4096 START 4096;
    """,
    f"""
    CREATE INDEX interactions_by_serial ON interactions (serial);
    CREATE TABLE log (serial bigint PRIMARY KEY, document text NOT NULL);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the log is only added to'; END $$;
    CREATE TRIGGER log_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON log EXECUTE FUNCTION refuse();
    CREATE TABLE papers (id bytea PRIMARY KEY, kind text NOT NULL, opened bigint NOT NULL, state text NOT NULL,
        document text NOT NULL);
    CREATE INDEX papers_by_state ON papers (kind, state, opened);
    CREATE TABLE settings (one integer PRIMARY KEY CHECK (one = 1), document text NOT NULL);
    {_NO_STATISTICS};
    """,
    """
    ALTER TABLE keys ADD COLUMN posted bytea;
    ALTER TABLE keys ALTER COLUMN posted SET STATISTICS 0;
    """,
)
"""What makes each schema version of the one before; the first makes version 1 of an empty database."""

_BLOCK = 4096
"""How many numbers come with one of the sequence."""

_STEPS, _MIGRATING, _GENERATION = 0x69646C6200000001, 0x69646C6200000002, 0x100
"""The lock that all steps share, and the one of whoever brings the schema up to date: "idlb", and a number; and how far those of
the next generation are from them."""

_FIND = {
    table: f"SELECT id, xmin::text, {columns} FROM {table} WHERE id IN (%b)"  # noqa: S608 - no values
    for table, columns in TABLES.items()
}
_VERSIONS = {
    table: f"SELECT {TABLE_NUMBERS[table]}, id, xmin::text FROM {table} WHERE id IN (%b)"  # noqa: S608 - no values
    for table in TABLES
}
_DRAWN = "SELECT -1, ''::bytea, nextval('numbers')::text"
_MOST_LOCKS = 64
"""Locks that one statement waits for at most."""
_NOTHING = "SELECT -2, ''::bytea, '0' WHERE false"
_Value = TypeVar("_Value")
_LOCK = "SELECT pg_advisory_xact_lock(%s)"
_LOCK_STEPS = "SELECT pg_advisory_xact_lock_shared(%s)"
_SETTINGS = "SELECT document FROM settings"
_HOLDERS_OF = (
    f"SELECT id, xmin::text, {TABLES['identities']} FROM identities"  # noqa: S608 - no values
    " WHERE id IN (SELECT root FROM interactions WHERE id IN (%b))"
)
_LOOK = """
    WITH known AS (SELECT id, xmin::text AS version, document, posted FROM keys WHERE id IN (%b)),
    held AS (SELECT id, xmin::text AS version, name, root, holder, opened, record, decision FROM interactions
        WHERE id = ANY(ARRAY(SELECT substring(posted FROM 16 * place + 1 FOR 16)
            FROM known, generate_series(0, length(posted) / 16 - 1) AS place)))
    SELECT 'settings', NULL::bytea, NULL::text, document, NULL::bytea, NULL::text, NULL::integer, NULL::text, NULL::text
        FROM settings
    UNION ALL SELECT 'keys', id, version, document, posted, NULL, NULL, NULL, NULL FROM known
    UNION ALL SELECT 'interactions', id, version, name, root, holder, opened, record, decision FROM held
    UNION ALL SELECT 'identities', id, xmin::text, document, NULL, NULL, NULL, NULL, NULL FROM identities
        WHERE id = ANY(ARRAY(SELECT root FROM held))
"""
"""What follows references: from keys to the interactions posted under them, and to the identities that hold these."""

_PLANS = (
    ("jit", "off"),  # no statement runs for long
    ("plan_cache_mode", "force_generic_plan"),  # every statement finds by id, whatever the ids
    ("enable_seqscan", "off"),
)
"""Settings of a connection."""
_STATEMENTS = 400
"""How many statements stay prepared on a connection."""


class PostgresStore(ReadableStore):
    """Identities on a PostgreSQL server, in a schema of their own named ``idlab``, or ``idlab_n`` for generation n.

    Args:
        url: ``postgresql://...``, with all that libpq understands in it: users, TLS, time limits; and ``generation=n``.
        connections: How many steps of this process may run at once.

    Raises:
        BadInput: If the schema is of a newer version.
        StoreFailure: If the server cannot be reached.
    """

    def __init__(self, url: str, *, connections: int = 8) -> None:
        url, generation = parted(url)
        self._where = _without_secrets(url)
        self.erasure_log = log_of_server()
        self._schema = _schema_of(generation)
        self._steps = _STEPS + _GENERATION * ((generation or 1) - 1)
        options = {"autocommit": True, "client_encoding": "utf8"}
        with self._failing_plainly():
            with psycopg.connect(url, **options) as connection:
                _migrate(connection, self._where, self._schema)
            self._pool = ConnectionPool(
                url, min_size=1, max_size=connections, kwargs=options, configure=self._configure, open=True
            )

    @contextmanager
    def step(self, locks: Iterable[Key] | None = None) -> Iterator[_Transaction]:
        """One entry; beside others unless ``locks`` is None."""
        with self._failing_plainly(), self._pool.connection() as connection:
            transaction = _Transaction(connection, self._where, alone=locks is None)
            try:
                transaction.begin(list(locks or ()), self._steps)
                yield transaction
            except psycopg.OperationalError as failure:
                self._give_up_lost(connection, failure)
            except psycopg.Error:
                raise
            except Exception:
                transaction.check()  # an error over what no longer holds is none of the entry's
                connection.rollback()
                raise
            transaction.commit()

    def _give_up_lost(self, connection: Any, failure: psycopg.OperationalError) -> NoReturn:
        """A connection that is lost before the commit has written nothing: do the step again over another."""
        if not connection.broken:
            raise failure
        self._pool.check()
        raise_alone(Conflict("the connection was lost", where=self._where, hint="do it again"))

    @contextmanager
    def inserting_bare(self) -> Iterator[Callable[[bytes, str], None]]:
        """What inserts one row of no meaning, as durably as a decision: steps are measured against it."""
        with self._failing_plainly(), self._pool.connection() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (_MIGRATING,))
            connection.execute("SET client_min_messages TO warning")
            connection.execute("CREATE TABLE IF NOT EXISTS bare (id bytea PRIMARY KEY, document text)")
            connection.execute("SELECT pg_advisory_unlock(%s)", (_MIGRATING,))

            def insert(key: bytes, text: str) -> None:
                connection.execute("INSERT INTO bare VALUES (%s, %s)", (key, text))

            yield insert

    def drop_bare(self) -> None:
        """Remove the rows of no meaning."""
        with self._failing_plainly(), self._pool.connection() as connection:
            connection.execute("DROP TABLE IF EXISTS bare")

    def take_in(self, table: str, rows: Iterable[Row]) -> None:
        """Copy rows as another store of rows keeps them into an empty table, with all their columns in order."""
        with self._failing_plainly(), self._pool.connection() as connection:
            copying = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
            with connection.cursor() as cursor, cursor.copy(copying) as copy:
                for row in rows:
                    copy.write_row((*row, posted_of(row[1])) if table == "keys" else row)
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))

    def go_on_from(self, number: int) -> None:
        """Draw larger numbers than this only."""
        with self._failing_plainly(), self._pool.connection() as connection:
            connection.execute("SELECT setval('numbers', %s)", ((number // _BLOCK + 1) * _BLOCK,))

    def empty(self) -> None:
        """Remove all that is held; what the store says of itself stays."""
        with self._failing_plainly(), self._pool.connection() as connection, connection.transaction():
            for statement in _EMPTYING:
                connection.execute(statement)

    def clean(self) -> Cleaned:
        """Write the tables anew from what is live, and the write-ahead log on; other steps wait meanwhile."""
        with self._failing_plainly(), self._pool.connection() as connection:
            return wipe(connection)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def reading(self) -> Iterator[_Transaction]:
        """The store as it is at one moment."""
        with self._failing_plainly(), self._pool.connection() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield _Transaction(connection, self._where, alone=True)
            connection.rollback()

    def _configure(self, connection: Any) -> None:
        """What holds on every connection: tables are those of the schema, and plans are made once."""
        connection.execute(_USE, (self._schema,))
        for name, value in _PLANS:
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.prepared_max = _STATEMENTS

    def _failing_plainly(self) -> AbstractContextManager[None]:
        return _failing_plainly(self._where)


@contextmanager
def _failing_plainly(where: str) -> Iterator[None]:
    """Tell the server's failures in a line that holds no data."""
    try:
        yield
    except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
        raise_alone(Conflict("steps got in each other's way", where=where, hint="do it again"))
    except psycopg.Error as failure:
        hint = _HINTS.get(getattr(failure, "sqlstate", None) or "", _HINT)
        raise_alone(StoreFailure(_plainly(failure), where=where, hint=hint))


_HINT = "see the server's log; send the entry again, for nothing is done twice"

_HINTS = {
    "53100": "the server's disk is full: free some space and send the entry again",
    "53200": "let the server have more locks, by max_locks_per_transaction, and send the entry again",
    "42501": "give the user the right to create and use the schema idlab",
}
"""What to do about some errors, by their SQLSTATE."""


def _plainly(failure: psycopg.Error) -> str:
    """What failed, by the name and code of the error: its text might hold data."""
    code = getattr(failure, "sqlstate", None)
    return f"PostgreSQL says {type(failure).__name__}{f' ({code})' if code else ''}"


def _without_secrets(url: str) -> str:
    """How messages call the store: server and database, neither user nor password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        hint = "write it as postgresql://USER@HOST:PORT/DATABASE?sslmode=verify-full"
        raise_alone(BadInput("this is no PostgreSQL URL", where="store URL", hint=hint))
    return f"postgresql://{parts.get('host', '')}/{parts.get('dbname', '')}"


_USE = "SELECT set_config('search_path', %s, false)"

_EMPTYING = (
    "DROP TRIGGER log_is_only_added_to ON log",
    "TRUNCATE interactions, identities, keys, identifiers, links, reviews, turned, log",
    "DELETE FROM papers WHERE kind <> 'generation'",
    "CREATE TRIGGER log_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON log EXECUTE FUNCTION refuse()",
)
"""What takes everything out of a schema that says where the store is now."""


def open_at(url: str) -> PostgresStore:
    """The store at a URL."""
    return PostgresStore(url)


def is_there(url: str) -> bool:
    """Whether the schema of a URL is there."""
    with _lone_connection(url) as (connection, schema):
        return connection.execute("SELECT to_regnamespace(%s)", (schema,)).fetchone()[0] is not None


def remove(url: str) -> None:
    """Remove the schema of a URL, with all that it holds."""
    with _lone_connection(url) as (connection, schema):
        connection.execute("SET client_min_messages TO warning")
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


def bytes_held(url: str) -> int:
    """How much disk the schema of a URL takes, indexes included."""
    with _lone_connection(url) as (connection, schema):
        query = (
            "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = to_regnamespace(%s)::oid"
        )
        return int(connection.execute(query, (schema,)).fetchone()[0])


@contextmanager
def _lone_connection(url: str) -> Iterator[tuple[Any, str]]:
    """A connection for a moment, and the name of the URL's schema."""
    url, generation = parted(url)
    with _failing_plainly(_without_secrets(url)), psycopg.connect(url, autocommit=True) as connection:
        yield connection, _schema_of(generation)


def _schema_of(generation: int | None) -> str:
    return "idlab" if generation in {None, 1} else f"idlab_{generation}"


def _migrate(connection: Any, where: str, schema: str) -> None:
    """Bring an older schema, or none, to the newest version, wholly or not at all."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATING,))
        connection.execute(_USE, (schema,))
        if connection.execute("SELECT to_regclass('schema_version')").fetchone()[0] is None:
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
            connection.execute("CREATE TABLE schema_version (version integer NOT NULL)")
            connection.execute("INSERT INTO schema_version VALUES (0)")
        version = connection.execute("SELECT version FROM schema_version").fetchone()[0]
        if version > len(MIGRATIONS):
            what = f"the store has schema version {version}, and this idlab knows versions up to {len(MIGRATIONS)}"
            raise BadInput(what, where=where, hint="install a newer idlab")
        for migration in MIGRATIONS[version:]:
            connection.execute(migration)
        if version < len(MIGRATIONS):
            connection.execute("UPDATE schema_version SET version = %s", (len(MIGRATIONS),))


class _Transaction(ReadingRows):
    """One step."""

    def __init__(self, connection: Any, where: str, *, alone: bool) -> None:
        super().__init__(where)
        self._connection = connection
        self._holds = alone
        self._seen: dict[str, dict[bytes, str | None]] = {table: {} for table in TABLES}
        self._locked: set[int] = set()
        self._roots: set[int] = set()
        self._drawn = self._last_of_block = 0
        self._changes: list[Changes] = []
        self._served: list[Row] | None = None

    def begin(self, keys: Sequence[Key], steps: int) -> None:
        """Lock the keys, or everything, and look for what the step will ask for; ``steps`` is the lock that all steps share."""
        named = [digest_key(key) for key in keys]
        self._locked = {_lock_of(key) for key in named}
        with self._connection.pipeline():
            self._connection.execute("BEGIN")
            if self._holds:
                self._connection.execute(_LOCK, (steps,))
            else:
                self._connection.execute(_LOCK_STEPS, (steps,))
                self._lock(self._locked)
            looked = self._ask(_LOOK, named or [b""])
        found: dict[str, list[Row]] = {"settings": [], "keys": [], "interactions": [], "identities": []}
        for table, *row in looked.fetchall():
            found[table].append(row)
        self._served = [(row[2],) for row in found["settings"]]
        self._note("keys", named, [row[:3] for row in found["keys"]])
        posted, unknown = [], []
        for _, _, document, ids, *_ in found["keys"]:
            if ids is None:  # written by an older idlab
                unknown += posted_in(posted_of(document))
            else:
                posted += posted_in(ids)
        self._note("interactions", posted, found["interactions"])
        self._note("identities", [], [row[:3] for row in found["identities"]])
        if unknown:
            self._expect(unknown)

    def _expect(self, interactions: list[bytes]) -> None:
        """Look for interactions and the identities that hold them, in one go."""
        with self._connection.pipeline():
            held = self._ask(_FIND["interactions"], interactions)
            holders = self._ask(_HOLDERS_OF, interactions)
        self._note("interactions", interactions, held.fetchall())
        self._note("identities", [], holders.fetchall())

    def settings(self) -> Settings | None:
        """What the store serves, as it was when the step had its first lock: only steps that run alone change it."""
        served = self._rows(_SETTINGS) if self._served is None else self._served
        return settings_from(served[0][0]) if served else None

    def draw(self) -> int:
        """The next number; the first locks what was read, and checks that it still holds."""
        if self._drawn == self._last_of_block:
            self._drawn = self._hold(draws=True)
            self._last_of_block = self._drawn + _BLOCK - 1
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
                for statement, values in gathered(statements(changes)):
                    self._connection.execute(statement, values)
            self._connection.execute("COMMIT")

    def _hold(self, *, draws: bool) -> int:
        """Lock whatever was read, check that it has not changed, and only then draw a number, if one is wanted."""
        if self._holds:
            return int(self._rows(_DRAWN)[0][2]) if draws else 0
        seen = {table: rows for table, rows in self._seen.items() if rows}
        with self._connection.pipeline():
            self._lock(self._to_lock() - self._locked)
            looked = self._look_again({table: list(rows) for table, rows in seen.items()}, draws=draws)
        now = {(table, key): version for table, key, version in looked.fetchall()}
        for table, rows in seen.items():
            number = TABLE_NUMBERS[table]
            if any(now.get((number, key)) != version for key, version in rows.items()):
                raise Conflict("another step changed what was read", where=self._where, hint="do it again")
        self._locked |= self._to_lock()
        self._holds = True
        return int(now[-1, b""]) if draws else 0

    def _ask(self, query: str, ids: Sequence[bytes]) -> Any:
        """Run a query that finds rows by several ids."""
        padded = _padded(ids)
        return self._connection.execute(_for_several(query, len(padded)), padded, binary=True)

    def _look_again(self, seen: dict[str, list[bytes]], *, draws: bool) -> Any:
        """Ask for the versions of rows, and for a number where one is wanted."""
        padded = {table: _padded(ids) for table, ids in seen.items()}
        query = _versions(draws, tuple((table, len(ids)) for table, ids in padded.items()))
        return self._connection.execute(query, [key for ids in padded.values() for key in ids], binary=True)

    def _lock(self, numbers: Iterable[int]) -> None:
        """Wait for locks, one after the other, in the one order."""
        ordered = sorted(numbers)
        for place in range(0, len(ordered), _MOST_LOCKS):
            some = _padded(ordered[place : place + _MOST_LOCKS])
            self._connection.execute(_locks(len(some)), some, binary=True)

    def _to_lock(self) -> set[int]:
        return self._roots.union(*(map(_lock_of, seen) for seen in self._seen.values()))

    def _find(self, table: str, key: bytes) -> Row | None:
        self._note(table, [key], self._ask(_FIND[table], [key]).fetchall())
        return self._found[table, key]

    def _note(self, table: str, keys: Iterable[bytes], found: Iterable[Row]) -> None:
        """Remember rows that were looked for, with their versions, and those that are not there."""
        seen = self._seen[table]
        for key, version, *row in found:
            seen[key], self._found[table, key] = version, tuple(row)
            if table == "interactions":
                self._roots.add(_lock_of(row[1]))
        for key in keys:
            if key not in seen:
                seen[key] = self._found[table, key] = None

    def _rows(self, statement: str, *values: Any) -> list[Row]:
        rows: list[Row] = self._connection.execute(statement.replace("?", "%s"), values).fetchall()
        return rows


def _padded(values: Sequence[_Value]) -> list[_Value]:
    """Values up to a power of two, the last again and again: there are few different statements then, each prepared once."""
    return [*values, *[values[-1]] * ((1 << (len(values) - 1).bit_length()) - len(values))]


@cache
def _for_several(query: str, size: int) -> str:
    return query.replace("%b", ", ".join(["%b"] * size), 1)


@cache
def _versions(draws: bool, tables: tuple[tuple[str, int], ...]) -> str:  # noqa: FBT001 - a key of the cache
    """What finds the versions of so many rows of some tables, and draws a number or does not."""
    parts = [_for_several(_VERSIONS[table], size) for table, size in tables]
    return " UNION ALL ".join([*parts, _DRAWN] if draws else parts or [_NOTHING])


@cache
def _locks(size: int) -> str:
    """What waits for so many locks, from left to right."""
    return "SELECT " + ", ".join(["pg_advisory_xact_lock(%s::bigint)"] * size)


def _lock_of(key: bytes) -> int:
    """The number of the advisory lock on a row: 64 bits of its id, which has no others' structure in them."""
    return int.from_bytes(key[-8:], "big", signed=True)
