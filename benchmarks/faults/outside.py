"""Faults from outside the workers: killed processes, connections that are cut, a server that is restarted."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from typing import NamedTuple


class Fault(NamedTuple):
    """Something that can be broken from outside.

    Args:
        name: What the table calls it.
        inject: Breaks it.
    """

    name: str
    inject: Callable[[], None]


def faults_of(url: str, restart: Callable[[], None] | None) -> list[Fault]:
    """What can be broken around a store, besides its workers.

    Args:
        url: The store.
        restart: Restarts its server at once and returns when it is up again; None if nothing can.
    """
    found = []
    if url.startswith(("postgresql://", "postgres://")):
        found.append(Fault("connections cut", lambda: cut_connections(url)))
    if restart is not None:
        found.append(Fault("server restarted", restart))
    return found


def cut_connections(url: str) -> None:
    """End every other connection to the database."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database() AND backend_type = 'client backend'"
        )


def by_command(command: str) -> Callable[[], None]:
    """Restarts a server by a command of the user's own."""

    def restart() -> None:
        subprocess.run(shlex.split(command), check=True, stdout=subprocess.DEVNULL)  # noqa: S603

    return restart
