"""How a store fails: by an error of idlab's own, without the driver's behind it, for drivers quote rows in theirs."""

from __future__ import annotations

from typing import NoReturn

from idlab.errors import IdlabError


def raise_alone(failure: IdlabError) -> NoReturn:
    """Raise a failure that carries no other along, though one is being handled.

    ``raise ... from None`` hides the other one from tracebacks only: it stays at hand for whoever reports exceptions whole.

    Example:
        >>> from idlab.errors import StoreFailure
        >>> try:
        ...     try:
        ...         raise ValueError("+1 202 555 0143 is there already")
        ...     except ValueError:
        ...         raise_alone(StoreFailure("the row was refused", where="id.db", hint="send it again"))
        ... except StoreFailure as failure:
        ...     print(failure.__context__)
        None
    """
    try:
        raise failure
    finally:
        failure.__context__ = None
