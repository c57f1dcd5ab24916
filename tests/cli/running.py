"""Running commands in this process, and what they left behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

from idlab.cli import app


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        (line,) = self.out.splitlines()
        document: dict[str, Any] = json.loads(line)
        return document

    @property
    def refusal(self) -> str:
        """The one line of a command that was refused."""
        assert self.code == 2, (self.code, self.out, self.err)
        assert self.out == ""
        (line,) = self.err.splitlines()
        return line.removeprefix("idlab: ")


Idlab = Callable[..., Ran]


def run_idlab(*arguments: object) -> Ran:
    """Runs a command; what is no exit of its own is raised."""
    done = CliRunner().invoke(app, [str(one) for one in arguments], prog_name="idlab")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ran(done.exit_code, done.stdout, done.stderr)


def digests(folder: Path) -> dict[str, str]:
    """sha256 of every file of a run but the one that differs from run to run."""
    return {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "run.json"
    }
