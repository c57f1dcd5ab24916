"""SQL is parameterised only: no value ever becomes part of a statement's text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import idlab.stores
from tests.stores.sql_in_source import doubts

_TABLE = "the name of one of this file's tables, never of a person's making"
_COLUMNS = "columns that a constant names"
_NUMBER = "a number that is a constant"
_OF_DOCUMENTS = "statements of documents.py, which is looked through itself"

REVIEWED = {
    ("documents.py", "table"): _TABLE,
    ("gathered.py", "column"): _COLUMNS,
    ("gathered.py", "table"): _TABLE,
    (
        "gathered.py",
        "insert.replace(') VALUES (', f', {column}) VALUES (?, ', 1)",
    ): "a statement of documents.py, with one more column",
    ("postgres.py", "USE"): "a statement that is a constant",
    ("postgres.py", "sql.Identifier(schema)"): "the name of a generation's schema, quoted by psycopg",
    ("postgres.py", "sql.Identifier(table)"): "quoted by the driver, and the name of a table",
    ("postgres_schema.py", "_DOCUMENTS"): _COLUMNS,
    ("postgres_schema.py", "_NO_STATISTICS"): "a statement that is a constant",
    ("postgres_schema.py", "_WORK"): _COLUMNS,
    ("postgres_schema.py", "column"): _COLUMNS,
    ("postgres_schema.py", "schema"): "the name of a generation's schema, which a number makes",
    ("postgres_schema.py", "table"): _TABLE,
    ("postgres_schema.py", "LOOK"): "statements that are a constant",
    ("postgres_step.py", "[*parts, _DRAWN] if draws else parts"): "statements that are constants",
    ("postgres_step.py", "_versions(draws, tuple(loose))"): "constant statements",
    ("postgres_step.py", "TABLES['identities']"): _COLUMNS,
    ("postgres_step.py", "columns"): _COLUMNS,
    ("postgres_step.py", "gathered(changes)"): _OF_DOCUMENTS,
    ("postgres_step.py", "number"): _NUMBER,
    ("postgres_step.py", "table"): _TABLE,
    ("reading.py", "_PAGE"): _NUMBER,
    ("reading.py", "columns"): "columns that idlab check and a copy of a store name, by constants",
    ("reading.py", "known"): "one more condition, or none: both literals",
    ("reading.py", "query"): "a query of this file's, checked where it is handed over",
    ("reading.py", "table"): _TABLE,
    ("sqlite.py", "_APPLICATION"): _NUMBER,
    ("sqlite.py", "columns"): _COLUMNS,
    ("sqlite.py", "len(MIGRATIONS)"): _NUMBER,
    ("sqlite.py", "setting"): "a constant of this file",
    ("sqlite.py", "statements(changes)"): _OF_DOCUMENTS,
    ("sqlite.py", "table"): _TABLE,
}
"""What is put into statements without being a literal, and why that holds no value. A line here wants a second pair of eyes."""

_HAS_SQL = re.compile(r"\b(SELECT|INSERT)\b")
FOLDER = Path(idlab.stores.__file__).parent
FILES = [path for path in sorted(FOLDER.rglob("*.py")) if _HAS_SQL.search(path.read_text(encoding="utf-8"))]


def test_every_piece_of_a_statement_is_a_literal_or_reviewed() -> None:
    found = {
        (path.name, doubt.piece): f"{path.name}:{doubt.line}: {doubt.piece}"
        for path in FILES
        for doubt in doubts(path.read_text(encoding="utf-8"))
    }
    assert {path.name for path in FILES} >= {"documents.py", "postgres.py", "reading.py", "sqlite.py"}
    unknown = sorted(said for piece, said in found.items() if piece not in REVIEWED)
    assert not unknown, "hand values over as parameters; these are put into the text: " + ", ".join(unknown)
    gone = sorted(piece for piece in REVIEWED if piece not in found)
    assert not gone, f"take these out of the list, nothing uses them any more: {gone}"


def within(body: str, constant: str = "") -> str:
    """A file with one constant and one function."""
    return f"{constant}\ndef find(self, value, connection):\n    {body}\n"


PLANTED = {
    "an f-string": within("connection.execute(f\"SELECT 1 FROM links WHERE name = '{value}'\")"),
    "a sum": within('connection.execute("SELECT 1 FROM links WHERE name = " + value)'),
    "a remainder": within('connection.executemany("SELECT 1 FROM links WHERE name = %s" % value, [])'),
    "a format": within('self._rows("SELECT 1 FROM links WHERE name = {}".format(value))'),
    "a format by name": within('self._rows("SELECT 1 FROM links WHERE name = {v}".format(v=value))'),
    "a join": within('self._rows(" AND ".join(f"name = {one}" for one in value))'),
    "a format of a constant": within("connection.execute(_Q.format(value))", "_Q = 'SELECT {}'"),
    "a name": within('query = f"SELECT {value}"\n    connection.execute(query)'),
    "a name that grows": within('query = "SELECT 1"\n    query += value\n    connection.execute(query)'),
    "a name without any SQL in it": within('query = value + ";"\n    connection.execute(query)'),
    "a replacement": within('connection.execute("SELECT ?".replace("?", value))'),
    "a call": within("connection.execute(build(value))"),
    "an argument": within("connection.execute(value)"),
    "an attribute": within("connection.execute(self.query)"),
    "the second argument of what waits": within('_patiently(connection, f"PRAGMA {value}")'),
    "a loop": within("for query in value:\n        connection.execute(query)"),
    "a statement handed on": within('yield f"DELETE FROM links WHERE id = {value}", []'),
}


@pytest.mark.parametrize("how", PLANTED)
def test_a_planted_value_in_a_statement_is_found(how: str) -> None:
    assert doubts(PLANTED[how])


@pytest.mark.parametrize(
    "source",
    [
        within('connection.execute("SELECT 1 FROM links WHERE name = ?", (value,))'),
        within("connection.execute(_Q, (value,))", "_Q = 'SELECT ?'"),
        within("connection.execute(_Q[value], (value,))", "_Q = {'links': 'SELECT ?'}"),
        within('query = "SELECT ?"\n    connection.execute(query.replace("?", "%s"), (value,))'),
        "def _rows(self, statement, *values):\n    return self.connection.execute(statement, values)",
        within('raise ValueError(f"no such table: {value}")'),
    ],
)
def test_statements_with_parameters_raise_no_doubt(source: str) -> None:
    assert doubts(source) == []
