"""Connections to servers are as safe as their URLs say: nothing is sent to a server that nobody vouches for."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, Self

import pytest

from idlab.errors import StoreFailure
from idlab.stores import open_store
from tests.stores.certificates import Certified, certified

pytest.importorskip("psycopg", reason="idlab[postgres] is not installed")
pytest.importorskip("boto3", reason="idlab[dynamodb] is not installed")
from psycopg.conninfo import conninfo_to_dict

from idlab.stores import dynamodb, postgres

ASKS_FOR_TLS = struct.pack("!II", 8, 80877103)
"""How a client of PostgreSQL asks for TLS, before it says anything else."""


@pytest.fixture
def vouched(tmp_path: Path) -> Certified:
    return certified(tmp_path / "ours")


@pytest.fixture
def stranger(tmp_path: Path) -> Certified:
    return certified(tmp_path / "strange")


@contextmanager
def listening(answer: Callable[[socket.socket, list[bytes]], None]) -> Iterator[tuple[int, list[bytes]]]:
    """A server on this machine that answers each connection so; its port, and what it was told in the end."""
    told: list[bytes] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.settimeout(10)
                    answer(connection, told)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], told
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def postgres_over(certified: Certified | None) -> Callable[[socket.socket, list[bytes]], None]:
    """A server that knows TLS, or does not, hears who is there, and lets nobody in."""

    def answer(connection: socket.socket, told: list[bytes]) -> None:
        first = connection.recv(8)
        if first != ASKS_FOR_TLS:
            told.append(first)
        elif certified is None:
            connection.sendall(b"N")
            told.extend(filter(None, [connection.recv(1024)]))
        else:
            connection.sendall(b"S")
            with certified.server.wrap_socket(connection, server_side=True) as safe:
                told.append(safe.recv(1024))
                refusal = b"SFATAL\0C28000\0Mnobody may come in\0\0"
                safe.sendall(b"E" + struct.pack("!I", len(refusal) + 4) + refusal)

    return answer


def url(port: int, options: str) -> str:
    return f"postgresql://keeper@localhost:{port}/idlab?gssencmode=disable&connect_timeout=10&{options}"


def test_postgres_is_told_something_once_its_certificate_holds(vouched: Certified) -> None:
    with listening(postgres_over(vouched)) as (port, told), pytest.raises(StoreFailure):
        open_store(url(port, f"sslmode=verify-full&sslrootcert={vouched.authority}"))
    assert b"keeper" in told[0]


def test_postgres_with_a_certificate_of_somebody_elses_is_told_nothing(
    vouched: Certified, stranger: Certified
) -> None:
    with listening(postgres_over(stranger)) as (port, told), pytest.raises(StoreFailure):
        open_store(url(port, f"sslmode=verify-full&sslrootcert={vouched.authority}"))
    assert told == []


def test_postgres_without_tls_is_told_nothing_where_tls_is_required() -> None:
    with listening(postgres_over(None)) as (port, told), pytest.raises(StoreFailure):
        open_store(url(port, "sslmode=require"))
    assert told == []


def test_every_connection_to_postgres_has_the_options_of_the_url(
    monkeypatch: pytest.MonkeyPatch, vouched: Certified
) -> None:
    asked: list[str] = []

    class Nowhere:
        def __init__(self, conninfo: str, **_: Any) -> None:
            asked.append(conninfo)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(postgres.psycopg, "connect", Nowhere)
    monkeypatch.setattr(postgres, "ConnectionPool", Nowhere)
    monkeypatch.setattr(postgres, "migrate", lambda *_: None)
    postgres.PostgresStore(url(5432, f"sslmode=verify-full&sslrootcert={vouched.authority}"))
    assert len(asked) == 2  # one to bring the schema up to date, and the pool
    for conninfo in asked:
        options = conninfo_to_dict(conninfo)
        assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", str(vouched.authority))


def dynamodb_over(certified: Certified) -> Callable[[socket.socket, list[bytes]], None]:
    """A server that answers whatever it is asked in the same way."""

    def answer(connection: socket.socket, told: list[bytes]) -> None:
        with certified.server.wrap_socket(connection, server_side=True) as safe:
            with safe.makefile("rb") as request:
                told.append(request.readline())
                size = 0
                while (line := request.readline().strip().lower()) != b"":
                    if line.startswith(b"content-length:"):
                        size = int(line.partition(b":")[2])
                request.read(size)  # what is not read when the connection closes would break it off
            body = b'{"__type": "com.amazon.coral.service#UnrecognizedClientException"}'
            head = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.0\r\nConnection: close\r\n"
            safe.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    return answer


@pytest.mark.parametrize("trusted", ["ours", "strange", None])
def test_dynamodb_over_https_is_told_something_once_its_certificate_holds(
    trusted: str | None, vouched: Certified, stranger: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    if trusted is not None:
        monkeypatch.setenv("AWS_CA_BUNDLE", str((vouched if trusted == "ours" else stranger).authority))
    once = dynamodb.Config(retries={"mode": "legacy", "max_attempts": 0})
    monkeypatch.setattr(dynamodb, "_SETTINGS", once)
    says = (
        "DynamoDB says UnrecognizedClientException" if trusted == "ours" else r"cannot be asked \(SSLError\)"
    )
    with listening(dynamodb_over(vouched)) as (port, told), pytest.raises(StoreFailure, match=says):
        open_store(f"dynamodb://idlab?region=eu-west-1&endpoint=https://127.0.0.1:{port}")
    assert [one[:4] for one in told] == ([b"POST"] if trusted == "ours" else [])
