"""What it takes to leave no byte of an erased row on a PostgreSQL server, as far as a client reaches.

An update or delete leaves the old row in its page until VACUUM, and VACUUM leaves its bytes in the hole that it makes there; so
the tables are written anew (``VACUUM FULL``: new files for table, overflow and indexes, while other steps wait). Rows that an
open transaction could still see would be copied along, so these are waited for. The planner's statistics lose what was gathered
before they were turned off. The write-ahead log is switched and a checkpoint ordered, so that its old segments go; those that the
server keeps to use again are written over. A role without the rights for that is told which they are.
"""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from idlab.stores.cleaned import Cleaned

PATIENCE = 30.0
"""Seconds to wait for transactions that could still see the old rows, and for locks."""

_REWRITTEN = ("interactions", "identities", "keys", "identifiers")
_REWRITE = (
    "VACUUM (FULL) interactions",
    "VACUUM (FULL) identities",
    "VACUUM (FULL) keys",
    "VACUUM (FULL) identifiers",
)
"""The tables whose rows hold identifiers, or digests of them."""

_FORGET = (
    "ALTER TABLE interactions ALTER COLUMN name TYPE text, ALTER COLUMN holder TYPE text",
    "ALTER TABLE interactions ALTER COLUMN record TYPE text, ALTER COLUMN decision TYPE text",
    "ALTER TABLE identities ALTER COLUMN document TYPE text",
    "ALTER TABLE keys ALTER COLUMN id TYPE bytea, ALTER COLUMN document TYPE text",
    "ALTER TABLE identifiers ALTER COLUMN id TYPE bytea, ALTER COLUMN document TYPE text",
)
"""What makes the planner forget a column's statistics without touching the column: its type is set to what it is."""

_TURN_OFF = (
    "ALTER TABLE keys ALTER COLUMN id SET STATISTICS 0",
    "ALTER TABLE identifiers ALTER COLUMN id SET STATISTICS 0",
)
"""Ids of keys and identifiers are digests of them: no statistics of these are gathered either."""

_WITH_STATISTICS = (
    "SELECT count(*) FROM pg_stats WHERE schemaname = current_schema() AND ((tablename = 'interactions' AND attname IN"
    " ('name', 'holder', 'record', 'decision')) OR (tablename = 'identities' AND attname = 'document') OR (tablename IN"
    " ('keys', 'identifiers') AND attname IN ('id', 'document')))"
)

_HOLDING = (
    "SELECT count(*) FROM ("
    " SELECT backend_xmin AS seen FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    " AND (datname = current_database() OR datname IS NULL)"
    " UNION ALL SELECT backend_xid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    " UNION ALL SELECT xmin FROM pg_replication_slots UNION ALL SELECT catalog_xmin FROM pg_replication_slots"
    " UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database = current_database()"
    ") AS held WHERE seen IS NOT NULL AND age(seen) > age(%s::xid)"
)
"""How many transactions, replicas and slots could still see rows that were there before a transaction."""

_FILES = "SELECT pg_relation_filenode(%s::regclass)"
_SEGMENTS = (
    "SELECT count(*) FILTER (WHERE name < now), count(*) FILTER (WHERE name > now) FROM pg_ls_waldir(),"
    " pg_walfile_name(pg_current_wal_insert_lsn()) AS now WHERE name ~ '^[0-9A-F]{24}$'"
)
_NEXT_SEGMENT = "SELECT pg_logical_emit_message(false, 'idlab', ''), pg_switch_wal()"
_MOST_SEGMENTS = 128
"""How many segments of the write-ahead log are written over at most: 2 GiB."""

_NO_RIGHT, _NO_LOCK = "42501", "55P03"
_RIGHTS = "GRANT pg_checkpoint, pg_monitor TO role; GRANT EXECUTE ON FUNCTION pg_switch_wal() TO role"

_ALWAYS_BEYOND = (
    "archives of the write-ahead log, replicas, snapshots and backups of the server",
    "the server's own log, if it is told to write values of parameters",
    "blocks of the disk that the file system has freed",
    "the memory of processes that have the store open, until they end",
)


def wipe(connection: Any, *, patience: float = PATIENCE) -> Cleaned:
    """Clean what a connection reaches.

    Args:
        connection: In autocommit, its tables those of the store.
        patience: Seconds to wait for others.

    Returns:
        What was cleaned and what could not be.
    """
    if not _wait_for_others(connection, patience):
        left = "a transaction, replica or replication slot older than the erasure still holds the old rows on the server"
        return Cleaned((), (left,), _ALWAYS_BEYOND)
    connection.execute("SELECT set_config('lock_timeout', %s, false)", (f"{patience:.0f}s",))
    try:
        done = [_wipe_statistics(connection), _wipe_tables(connection), _wipe_write_ahead_log(connection)]
    except Exception as failure:
        if getattr(failure, "sqlstate", None) != _NO_LOCK:
            raise
        return Cleaned((), ("a table that another session kept locked",), _ALWAYS_BEYOND)
    finally:
        if not connection.broken:
            connection.execute("SELECT set_config('lock_timeout', '0', false)")
    return Cleaned(
        tuple(one for part in done for one in part.places),
        tuple(one for part in done for one in part.left),
        (*(one for part in done for one in part.beyond), *_ALWAYS_BEYOND),
    )


def _wait_for_others(connection: Any, patience: float) -> bool:
    """Whether nobody can still see what was there before now; asked until it is so."""
    mark = connection.execute("SELECT pg_current_xact_id()::text").fetchone()[0]
    mark = str(int(mark) % 2**32)
    until = monotonic() + patience
    while connection.execute(_HOLDING, (mark,)).fetchone()[0]:
        if monotonic() > until:
            return False
        sleep(0.05)
    return True


def _wipe_tables(connection: Any) -> Cleaned:
    before = [connection.execute(_FILES, (table,)).fetchone()[0] for table in _REWRITTEN]
    for statement in _REWRITE:
        connection.execute(statement)
    after = [connection.execute(_FILES, (table,)).fetchone()[0] for table in _REWRITTEN]
    if any(old == new for old, new in zip(before, after, strict=True)):
        return Cleaned(left=("tables that this role may not write anew: connect as their owner",))
    return Cleaned(places=("tables, their overflow and their indexes, written anew",))


def _wipe_statistics(connection: Any) -> Cleaned:
    """Make the planner forget values and digests of them, and write its table of statistics anew."""
    if connection.execute(_WITH_STATISTICS).fetchone()[0]:
        for statement in _FORGET:
            connection.execute(statement)
    for statement in _TURN_OFF:
        connection.execute(statement)
    before = connection.execute(_FILES, ("pg_catalog.pg_statistic",)).fetchone()[0]
    connection.execute("VACUUM (FULL) pg_catalog.pg_statistic")
    if connection.execute(_FILES, ("pg_catalog.pg_statistic",)).fetchone()[0] == before:
        beyond = (
            "old rows of the planner's statistics: the owner of the database may run VACUUM FULL pg_statistic"
        )
        return Cleaned(beyond=(beyond,))
    return Cleaned(places=("the planner's statistics",))


def _wipe_write_ahead_log(connection: Any) -> Cleaned:
    """Leave the segments that hold old rows, and write over those that are kept for use again."""
    try:
        connection.execute(_NEXT_SEGMENT)
        connection.execute("CHECKPOINT")
        kept, spare = connection.execute(_SEGMENTS).fetchone()
        over = min(spare + 1, _MOST_SEGMENTS)  # a switch fills the segment that it leaves with zeros
        for _ in range(over):
            connection.execute(_NEXT_SEGMENT)
        connection.execute("CHECKPOINT")
    except Exception as failure:
        if getattr(failure, "sqlstate", None) != _NO_RIGHT:
            raise
        return Cleaned(
            beyond=(f"the write-ahead log, until the server has written over it (to reach it: {_RIGHTS})",)
        )
    beyond = []
    if kept:
        beyond.append(
            f"{kept} segments of the write-ahead log that the server keeps for replicas or an archive"
        )
    if spare > _MOST_SEGMENTS:
        beyond.append(
            f"{spare - _MOST_SEGMENTS} spare segments of the write-ahead log (wal_recycle = off keeps none)"
        )
    return Cleaned(
        places=("the write-ahead log: switched, and spare segments written over",), beyond=tuple(beyond)
    )
