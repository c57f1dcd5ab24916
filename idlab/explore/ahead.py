"""Work done a little ahead of whoever takes its results, so that no core waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


def ahead(work: Callable[[Item], Found], items: Iterable[Item], workers: int) -> Generator[Found, None, None]:
    """What a function gives for each item, in their order, as many at once as there are workers.

    No more is begun than workers can do, so whoever stops taking waits for little: closing the iterator ends it
    once what was begun is done.

    Args:
        work: Called once for each item, on a thread.
        items: What to work on.
        workers: How many threads.

    Example:
        >>> list(ahead(lambda number: 2 * number, [1, 2, 3], workers=2))
        [2, 4, 6]
    """
    todo, begun = iter(items), deque[Future[Found]]()
    with ThreadPoolExecutor(workers) as pool:
        begun.extend(pool.submit(work, item) for item in islice(todo, workers))
        while begun:
            found = begun.popleft().result()
            begun.extend(pool.submit(work, item) for item in islice(todo, 1))
            yield found
