"""A PostgreSQL server for the tests of stores: one a session, from pip."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from threading import Lock

import pytest

from tests.stores.postgres_server import brought_up


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server, ``IDLAB_TEST_POSTGRES`` or one brought up for the session."""
    given = os.environ.get("IDLAB_TEST_POSTGRES")
    if given:
        yield given
        return
    with brought_up() as (url, _):
        yield url


@pytest.fixture
def empty(server: str) -> Callable[[], str]:
    """Empties the database; returns its URL."""
    import psycopg

    def emptied() -> str:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("SET client_min_messages TO warning")
            connection.execute("DROP SCHEMA IF EXISTS idlab CASCADE")
        return server

    return emptied


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[str]:
    """The endpoint of moto's DynamoDB, brought up on this machine for the session; any credentials will do.

    Requests are answered one after the other: moto undoes a failed transaction by putting a copy of the table back, and with it
    whatever was written meanwhile, be it by a process that was killed over its request.
    """
    try:
        from moto.dynamodb.responses import DynamoHandler
        from moto.server import ThreadedMotoServer
    except ModuleNotFoundError as absent:
        pytest.skip(
            f"no DynamoDB for tests: {absent.name} is not installed; pip install -e '.[dev,dynamodb]'"
        )
    started = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    with pytest.MonkeyPatch.context() as environment:
        one_at_a_time, answer = Lock(), DynamoHandler.call_action

        def answer_alone(handler: DynamoHandler) -> object:
            with one_at_a_time:
                return answer(handler)

        environment.setattr(DynamoHandler, "call_action", answer_alone)
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        started.start()
        host, port = started.get_host_and_port()
        yield f"http://{host}:{port}"
        started.stop()
