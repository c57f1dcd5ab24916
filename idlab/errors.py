"""Everything that idlab raises on purpose."""

from __future__ import annotations


class IdlabError(Exception):
    """The parent of every error that idlab raises on purpose."""


class BadInput(IdlabError):
    """A user's mistake: what was got, where, and what to do about it, in one line.

    Args:
        what: What was got and what is valid. Never an identifier of a person.
        where: The file, row or field it was found in.
        hint: What to do about it.

    Example:
        >>> print(BadInput("column 'phone' is missing", where="calls.csv", hint="name it with --map phone=COLUMN"))
        calls.csv: column 'phone' is missing; name it with --map phone=COLUMN
    """

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"; {self.hint}" if self.hint else ""
        return " ".join(f"{place}{self.what}{advice}".split())


def why_unread(error: OSError | UnicodeError) -> str:
    """That a file could not be read, and why; nothing of what it holds.

    Example:
        >>> why_unread(FileNotFoundError(2, "No such file or directory"))
        'cannot be read (No such file or directory)'
    """
    reason = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
    reason = reason or type(error).__name__
    return f"cannot be read ({reason})"


class UnknownReference(BadInput):
    """An action names a link, review item, customer or interaction that was never handed out."""


class MissingExtra(IdlabError):
    """A feature needs an optional part of idlab that is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} requires idlab[{extra}]; install it with: pip install 'idlab[{extra}]'")


class StoreFailure(IdlabError):
    """A store could not do what it was asked to: its disk is full, its server is gone. Nothing was half written.

    Args:
        what: What failed. Never an identifier of a person.
        where: Which store.
        hint: What to do about it.

    Example:
        >>> print(StoreFailure("the disk is full", where="id.db", hint="free some space"))
        id.db: the disk is full; free some space
    """

    def __init__(self, what: str, *, where: str, hint: str) -> None:
        self.what, self.where, self.hint = what, where, hint
        super().__init__(f"{where}: {what}; {hint}")


class Conflict(StoreFailure):
    """What a step had read was changed by another one before it could be locked; nothing was written, so do it again."""


class ConfigSwitched(BadInput):
    """The store was switched to another config while a resolver with the former one was at work; nothing was written."""
