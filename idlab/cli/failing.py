"""How commands fail: a user's mistake is one line on standard error and exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from idlab.errors import IdlabError, MissingExtra

_LAB = frozenset(
    "faker jinja2 matplotlib numba numpy optuna pandas pyarrow scipy sklearn yaml".split()  # noqa: SIM905
)
"""What ``idlab[lab]`` brings, by import name."""


class OneLineFailures(TyperGroup):
    """The root of all commands, which tells a user's mistakes in one line each.

    A mistake is what ``IdlabError``, ``OSError`` and wrong options stand for. Any other exception is a fault
    of idlab's own and keeps its traceback.
    """

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs the command that the arguments name, and leaves with its exit code."""
        try:
            left_with = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except (IdlabError, OSError, ModuleNotFoundError, typer.TyperException, typer.Abort) as failure:
            if not standalone_mode:
                raise
            fail(failure)
        if not standalone_mode:
            return left_with
        sys.exit(left_with if isinstance(left_with, int) else 0)


def fail(failure: Exception) -> NoReturn:
    """Leaves the process because of a failure: one line and exit code 2 if it is a user's mistake.

    Args:
        failure: What was raised.

    Raises:
        SystemExit: For a user's mistake (2), or where the user broke off (1).
        Exception: The failure itself, if it is a fault of idlab's own.
    """
    if isinstance(failure, typer.Abort):
        typer.echo("idlab: broken off", err=True)
        sys.exit(1)
    if isinstance(failure, typer.TyperException):
        message = failure.format_message()
        if not message:  # the help was asked for by no command at all, and shown
            sys.exit(2)
        if message.count("\n") > 1:  # a group without a command: its message is the help
            typer.echo(message, err=True)
            sys.exit(2)
    elif isinstance(failure, ModuleNotFoundError):
        if (failure.name or "").partition(".")[0] not in _LAB:
            raise failure
        message = str(MissingExtra("this command", "lab"))
    elif isinstance(failure, OSError):
        message = f"{failure.filename or 'input or output'}: {failure.strerror or type(failure).__name__}"
    else:
        message = str(failure)
    typer.echo(f"idlab: {' '.join(message.split())}", err=True)
    sys.exit(2)
