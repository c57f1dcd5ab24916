"""The store on a PostgreSQL server, for any number of resolvers at once.

A schema holds the tables (``postgres_schema.py``); a step locks, reads and writes rows of them (``postgres_step.py``); what is
erased is wiped from them (``wiping_postgres.py``). Commits are as durable as the server's ``synchronous_commit`` says; by
default it is on. Open the store in each process by itself: connections are not shared across a fork.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NoReturn

from idlab.errors import BadInput, Conflict, MissingExtra, StoreFailure
from idlab.stores.base import AtHand, Key
from idlab.stores.cleaned import Cleaned
from idlab.stores.documents import Row
from idlab.stores.erasure_log import log_of_server
from idlab.stores.failing import raise_alone
from idlab.stores.gathered import leading_of
from idlab.stores.postgres_schema import MIGRATING, USE, migrate, schema_of
from idlab.stores.postgres_step import BLOCK, Step
from idlab.stores.reading import ReadableStore
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

_STEPS, _GENERATION = 0x69646C6200000001, 0x100
"""The lock that all steps share: "idlb", and a number; and how far that of the next generation is from it."""

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
        self._schema = schema_of(generation)
        self._steps = _STEPS + _GENERATION * ((generation or 1) - 1)
        options = {"autocommit": True, "client_encoding": "utf8"}
        with self._failing_plainly():
            with psycopg.connect(url, **options) as connection:
                migrate(connection, self._where, self._schema)
            self._pool = ConnectionPool(
                url, min_size=1, max_size=connections, kwargs=options, configure=self._configure, open=True
            )

    @contextmanager
    def step(self, locks: Iterable[Key] | None = None, at_hand: AtHand | None = None) -> Iterator[Step]:
        """One entry; beside others unless ``locks`` is None."""
        with self._failing_plainly(), self._pool.connection() as connection:
            transaction = Step(connection, self._where, alone=locks is None)
            try:
                transaction.begin(list(locks or ()), at_hand, self._steps)
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
            connection.execute("SELECT pg_advisory_lock(%s)", (MIGRATING,))
            connection.execute("SET client_min_messages TO warning")
            connection.execute("CREATE TABLE IF NOT EXISTS bare (id bytea PRIMARY KEY, document text)")
            connection.execute("SELECT pg_advisory_unlock(%s)", (MIGRATING,))

            def insert(key: bytes, text: str) -> None:
                connection.execute("INSERT INTO bare VALUES (%s, %s)", (key, text))

            yield insert

    def drop_bare(self) -> None:
        """Remove the rows of no meaning."""
        with self._failing_plainly(), self._pool.connection() as connection:
            connection.execute("DROP TABLE IF EXISTS bare")

    def take_in(self, table: str, rows: Iterable[Row]) -> None:
        """Copy rows as another store of rows keeps them into an empty table, with all their columns in order.

        It is left as one that has been used for long: whoever reads a page for the first time would have to mark its rows as
        committed.
        """
        with self._failing_plainly(), self._pool.connection() as connection:
            copying = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
            with connection.cursor() as cursor, cursor.copy(copying) as copy:
                for row in rows:
                    copy.write_row((*row, *leading_of(table, row[1])))
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))

    def go_on_from(self, number: int) -> None:
        """Draw larger numbers than this only."""
        with self._failing_plainly(), self._pool.connection() as connection:
            connection.execute("SELECT setval('numbers', %s)", ((number // BLOCK + 1) * BLOCK,))

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
    def reading(self) -> Iterator[Step]:
        """The store as it is at one moment."""
        with self._failing_plainly(), self._pool.connection() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield Step(connection, self._where, alone=True)
            connection.rollback()

    def _configure(self, connection: Any) -> None:
        """What holds on every connection: tables are those of the schema, and plans are made once."""
        connection.execute(USE, (self._schema,))
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
        if isinstance(failure, psycopg.OperationalError) and failure.sqlstate is None:
            raise_alone(StoreFailure("the server cannot be reached", where=where, hint=_UNREACHED))
        hint = _HINTS.get(failure.sqlstate or "", _HINT)
        raise_alone(StoreFailure(_plainly(failure), where=where, hint=hint))


_UNREACHED = (
    "see that it runs and lets this machine in, and check host, port, user, password and TLS in the URL; an entry may be"
    " sent again, for nothing is done twice"
)
_HINT = "see the server's log; send the entry again, for nothing is done twice"

_HINTS = {
    "53100": "the server's disk is full: free some space and send the entry again",
    "53200": "let the server have more locks, by max_locks_per_transaction, and send the entry again",
    "42501": "give the user the right to create and use the schema idlab",
}
"""What to do about some errors, by their SQLSTATE."""


def _plainly(failure: psycopg.Error) -> str:
    """What failed, by the name and code of the error: its text might hold data."""
    code = failure.sqlstate
    return f"PostgreSQL says {type(failure).__name__}{f' ({code})' if code else ''}"


def _without_secrets(url: str) -> str:
    """How messages call the store: server and database, neither user nor password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        hint = "write it as postgresql://USER@HOST:PORT/DATABASE?sslmode=verify-full"
        raise_alone(BadInput("this is no PostgreSQL URL", where="store URL", hint=hint))
    return f"postgresql://{parts.get('host', '')}/{parts.get('dbname', '')}"


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
        yield connection, schema_of(generation)
