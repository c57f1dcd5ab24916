"""A process of its own for each measurement: what one left in memory does not burden the next."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_Found = TypeVar("_Found")

_STATUS = Path("/proc/self/status")


def in_fresh_process(
    function: Callable[_Arguments, _Found], *args: _Arguments.args, **kwargs: _Arguments.kwargs
) -> _Found:
    """Call a function in a new interpreter that has nothing but its module loaded.

    Args:
        function: A function of a module, which the new interpreter imports.
        args, kwargs: What to call it with; must be picklable, as its result must be.

    Returns:
        What it returns.

    Raises:
        Exception: What it raises; ``BrokenProcessPool`` if the process was killed, as by want of memory.

    Example:
        >>> in_fresh_process(abs, -2)
        2
    """
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawning) as process:
        return process.submit(function, *args, **kwargs).result()


def peak_mib() -> float:
    """The most memory, in MiB, that this process has ever had resident.

    Linux counts it for the running program alone, as ``VmHWM``. Where that is at hand, ``ru_maxrss`` is not
    used, because there a new process begins with the size of the one that started it.

    Source: proc(5), getrusage(2).

    Example:
        >>> 1 < peak_mib() < 1e6
        True
    """
    if _STATUS.is_file():
        for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            name, _, size = line.partition(":")
            if name == "VmHWM":
                return int(size.split()[0]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)
