"""The compiled form of the core and the kernel; plain Python where numba is absent or switched off.

The functions of the core are compiled as they stand, with one exchange: where the core asks for the similarity of two texts, the
compiled code calls the core's own functions over packed code points. The cache of compiled code is kept in a folder named by a
digest of all these sources, because numba does not notice edits in files that a compiled function calls.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from idlab.replay.user import never

_MODULES = (
    "idlab.core.similarity",
    "idlab.core.compare",
    "idlab.core.weigh",
    "idlab.core.names",
    "idlab.core.profiles",
    "idlab.core.identities",
    "idlab.core.decide",
    "idlab.core.step",
    "idlab.core.act",
    "idlab.replay.kernel",
)


def compiled_run() -> tuple[Callable[..., int], Any]:
    """The kernel's ``run``, compiled where numba is at hand, and the user-predicate function of a config without any.

    Returns:
        The function, and what to hand it for ``World.user`` where no predicate is registered.
    """
    kernel = importlib.import_module("idlab.replay.kernel")
    numba = _numba()
    if numba is None:
        return kernel.run, never
    global _run, _never
    if _run is None:
        _run, _never = _compile(numba, kernel)
    return _run, _never


_run: Any = None
_never: Any = None


def is_compiled() -> bool:
    """Whether replays run compiled."""
    return _numba() is not None


def _numba() -> Any:
    try:
        import numba
    except ImportError:
        return None
    return None if numba.config.DISABLE_JIT else numba


def _compile(numba: Any, kernel: ModuleType) -> tuple[Any, Any]:
    similarity = importlib.import_module("idlab.core.similarity")
    exchanged = {
        similarity.jaro_winkler: similarity.packed_jaro_winkler,
        similarity.damerau_levenshtein: similarity.packed_damerau_levenshtein,
    }
    for name in _MODULES:
        module = importlib.import_module(name)
        for function in functions_of(module):
            _offer(numba, function, exchanged.get(function, function))
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    globals().update(_bare=_as_pointers(numba), _kernel_run=kernel.run)
    try:
        run = numba.njit(cache=True, nogil=True)(_enter)
    finally:
        numba.config.CACHE_DIR = before
    signature = numba.types.int64(numba.types.int64, numba.types.int64, numba.types.int64)
    return run, numba.cfunc(signature)(never)


_bare: Any = None
_kernel_run: Any = None


def _enter(world: Any, index: Any, members: Any, log: Any, results: Any) -> int:
    """The compiled entrance: globals and no closure, because numba finds compiled code again by its closure too."""
    done: int = _kernel_run(_bare(world), _bare(index), _bare(members), _bare(log), _bare(results))
    return done


def _offer(numba: Any, function: FunctionType, implementation: FunctionType) -> None:
    """Let compiled code call a plain function, by this implementation."""
    numba.extending.overload(function, strict=False)(lambda *_: implementation)


def _as_pointers(numba: Any) -> Any:
    """A compiled function that turns the arrays of a named tuple into bare pointers.

    The world is some eighty arrays, and every function of the core is handed all of it: as pointers it is compiled in a
    tenth of the time, for the compiler need not keep count of references to each array at every call.
    """
    types = numba.types

    def bare(kind: Any) -> Any:
        if isinstance(kind, types.Array):
            return types.CPointer(kind.dtype)
        if isinstance(kind, types.BaseNamedTuple):
            return types.BaseTuple.from_types([bare(part) for part in kind], kind.instance_class)
        return kind

    def convert(context: Any, builder: Any, kind: Any, value: Any) -> Any:
        if isinstance(kind, types.Array):
            return context.make_array(kind)(context, builder, value).data
        if isinstance(kind, types.BaseNamedTuple):
            parts = numba.core.cgutils.unpack_tuple(builder, value)
            converted = [convert(context, builder, part, cell) for part, cell in zip(kind, parts, strict=True)]
            return context.make_tuple(builder, bare(kind), converted)
        return value

    @numba.extending.intrinsic
    def as_pointers(_typing_context: Any, thing: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return convert(context, builder, signature.args[0], arguments[0])

        return bare(thing)(thing), build

    return as_pointers


def functions_of(module: ModuleType) -> list[FunctionType]:
    """The functions that a module defines."""
    return [
        thing for thing in vars(module).values() if isinstance(thing, FunctionType) and thing.__module__ == module.__name__
    ]


def cache_folder() -> Path:
    """Where compiled code is kept: a folder of the user's cache named by a digest of the sources."""
    digest = hashlib.sha256()
    for name in (*_MODULES, "idlab.core.codes", "idlab.core.world", "idlab.replay.state", __name__):
        source = importlib.import_module(name).__file__
        digest.update(Path(str(source)).read_bytes())
    base = os.environ.get("IDLAB_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Path(base) / "idlab" / f"kernel-{version}-{digest.hexdigest()[:16]}"
