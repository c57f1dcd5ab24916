"""The schema of a store on PostgreSQL, and how an older one becomes it."""

from __future__ import annotations

from typing import Any

from idlab.errors import BadInput

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

LOOK = """
    CREATE FUNCTION ids_in(ids bytea) RETURNS SETOF bytea LANGUAGE sql IMMUTABLE AS $$
        SELECT substring(ids FROM 16 * place + 1 FOR 16) FROM generate_series(0, length(ids) / 16 - 1) AS place
    $$;
    CREATE FUNCTION lock_of(id bytea) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
        SELECT ('x' || encode(substring(id FROM 9), 'hex'))::bit(64)::bigint
    $$;
    CREATE FUNCTION look(steps bigint, named bytea, counted bytea, own bytea)
        RETURNS TABLE (found text, id bytea, version text, document text, ids bytea, holder text, opened integer,
            record text, decision text)
        LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    DECLARE
        keys_named bytea[] := ARRAY(SELECT ids_in(named));
        locks bigint[];
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(steps);
        PERFORM pg_advisory_xact_lock(number)
            FROM (SELECT DISTINCT lock_of(one) AS number FROM ids_in(named || counted) AS one ORDER BY number) AS first;
        locks := ARRAY(
            WITH held AS (
                SELECT root FROM interactions WHERE id = ANY(ARRAY(
                    SELECT one FROM keys, ids_in(posted) AS one WHERE id = ANY(keys_named) UNION ALL SELECT own))),
            near AS (SELECT links, ends FROM identities WHERE id = ANY(ARRAY(SELECT root FROM held)))
            SELECT DISTINCT lock_of(one) AS number FROM (
                SELECT root AS one FROM held
                UNION ALL SELECT own WHERE own <> ''
                UNION ALL SELECT one FROM near, ids_in(links) AS one
                UNION ALL SELECT root FROM interactions WHERE id = ANY(ARRAY(SELECT one FROM near, ids_in(ends) AS one))
            ) AS led_to ORDER BY number);
        PERFORM pg_advisory_xact_lock(number) FROM unnest(locks) AS number;
        RETURN QUERY
            WITH known AS (SELECT id, xmin::text AS version, document, posted FROM keys WHERE id = ANY(keys_named)),
            held AS (
                SELECT id, xmin::text AS version, name, root, holder, opened, record, decision FROM interactions
                WHERE id = ANY(ARRAY(SELECT one FROM known, ids_in(posted) AS one UNION ALL SELECT own))),
            near AS (
                SELECT id, xmin::text AS version, document, links, ends FROM identities
                WHERE id = ANY(ARRAY(SELECT root FROM held)))
            SELECT 'keys', id, version, document, posted, NULL::text, NULL::integer, NULL::text, NULL::text FROM known
            UNION ALL SELECT 'interactions', id, version, name, root, holder, opened, record, decision FROM held
            UNION ALL SELECT 'interactions', id, xmin::text, name, root, holder, opened, record, decision FROM interactions
                WHERE id = ANY(ARRAY(SELECT one FROM near, ids_in(ends) AS one))
            UNION ALL SELECT 'identities', id, version, document, NULL, NULL, NULL, NULL, NULL FROM near
            UNION ALL SELECT 'links', id, xmin::text, document, NULL, NULL, NULL, NULL, NULL FROM links
                WHERE id = ANY(ARRAY(SELECT one FROM near, ids_in(links) AS one))
            UNION ALL SELECT 'identifiers', id, xmin::text, document, NULL, NULL, NULL, NULL, NULL FROM identifiers
                WHERE id = ANY(ARRAY(SELECT ids_in(counted)))
            UNION ALL SELECT 'settings', NULL, NULL, document, NULL, NULL, NULL, NULL, NULL FROM settings
            UNION ALL SELECT 'number', NULL, nextval('numbers')::text, array_to_string(locks, ' '), NULL, NULL, NULL, NULL, NULL;
    END $$;
"""
"""What a step begins with, in one go; ``postgres_step.py`` says why it is done in this order. Ids come as bytes, 16 each.

It locks keys and identifiers; then, in a query of its own, which sees what those locks waited for, the place of the record at
hand, the identities that the keys lead to, their links, and the identities that these lead to. Then it looks at all of them,
draws a number, and tells which locks of the second kind it holds.
"""

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
    """
    ALTER TABLE identities ADD COLUMN links bytea, ADD COLUMN ends bytea;
    ALTER TABLE identities ALTER COLUMN links SET STATISTICS 0, ALTER COLUMN ends SET STATISTICS 0;
    """
    + LOOK,
)
"""What makes each schema version of the one before; the first makes version 1 of an empty database."""

MIGRATING = 0x69646C6200000002
"""The lock of whoever brings a schema up to date: "idlb", and a number."""

USE = "SELECT set_config('search_path', %s, false)"
"""What makes the tables those of a schema."""


def schema_of(generation: int | None) -> str:
    """What the schema of a generation is called."""
    return "idlab" if generation in {None, 1} else f"idlab_{generation}"


def migrate(connection: Any, where: str, schema: str) -> None:
    """Bring an older schema, or none, to the newest version, wholly or not at all.

    Args:
        connection: Of autocommit.
        where: What the store is called in messages.
        schema: Of ``schema_of``.

    Raises:
        BadInput: If it is of a newer version.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATING,))
        connection.execute(USE, (schema,))
        if connection.execute("SELECT to_regclass('schema_version')").fetchone()[0] is None:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
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
