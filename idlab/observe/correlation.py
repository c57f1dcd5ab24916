"""The correlation id: what the lines have in common that one request brought about, in whichever thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

_current: ContextVar[str | None] = ContextVar("idlab_correlation", default=None)

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def correlation() -> str | None:
    """The correlation id of what is being done; None outside of ``correlated``."""
    return _current.get()


@contextmanager
def correlated(name: str | None = None) -> Iterator[str]:
    """Give all that is done inside one correlation id.

    Args:
        name: The id, as of a request or a message; never an identifier of a person. None keeps the one that holds already, or
            makes one of 16 hexadecimal digits.

    Yields:
        The id.

    Example:
        >>> with correlated("request-7"), correlated() as inner:
        ...     print(inner)
        request-7
    """
    name = name or _current.get() or os.urandom(8).hex()
    before = _current.set(name)
    try:
        yield name
    finally:
        _current.reset(before)


def carried(work: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Work that another thread shall do under the correlation id that holds here: a new thread knows none.

    Example:
        >>> from concurrent.futures import ThreadPoolExecutor
        >>> with correlated("request-7"), ThreadPoolExecutor(1) as pool:
        ...     pool.submit(carried(correlation)).result()
        'request-7'
    """
    here = _current.get()

    def carry(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        with correlated(here):
            return work(*args, **kwargs)

    return carry
