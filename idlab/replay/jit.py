"""The compiled form of the core and the kernel; plain Python where numba is absent or switched off.

The functions of the core are compiled as they stand, with one exchange: where the core asks for the similarity of two texts, the
compiled code calls the core's own functions over packed code points. The cache of compiled code is kept in a folder named by a
digest of all these sources, because numba does not notice edits in files that a compiled function calls.
"""

from __future__ import annotations

import hashlib
import importlib
import operator
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from idlab.compiled import Compiled
from idlab.replay.state import ROW
from idlab.replay.user import Callbacks, as_compiled, never

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


def user_function(ready: Compiled, texts: Sequence[str]) -> tuple[Any, Callbacks | None]:
    """What to hand a kernel for ``World.user``, and the callbacks behind it; None where no predicate is registered.

    Args:
        ready: The config, compiled.
        texts: The text of every code.
    """
    _, nothing = compiled_run()
    if not ready.predicates:
        return nothing, None
    callbacks = Callbacks(ready.predicates, texts)
    return (as_compiled(callbacks) if is_compiled() else callbacks), callbacks


def _numba() -> Any:
    try:
        import numba
    except ImportError:
        return None
    return None if getattr(numba.config, "DISABLE_JIT", 0) else numba


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
    """A compiled function that hands on a named tuple by reference, and the arrays in it as bare pointers.

    The world is some eighty arrays, and every function of the core is handed all of it. By reference a call costs one
    argument and not hundreds, and compiling takes a quarter of the time, for nobody counts references to each array.
    """
    types, cgutils = numba.types, numba.core.cgutils
    column, reference = _column_type(numba), _reference_type(numba)

    def bare(kind: Any) -> Any:
        if isinstance(kind, types.Array):
            return types.CPointer(kind.dtype) if kind.layout == "C" else column
        if isinstance(kind, types.BaseNamedTuple):
            return reference(kind.instance_class, [bare(part) for part in kind])
        return kind

    def convert(context: Any, builder: Any, kind: Any, value: Any) -> Any:
        if isinstance(kind, types.Array):
            return context.make_array(kind)(context, builder, value).data
        if isinstance(kind, types.BaseNamedTuple):
            place = cgutils.alloca_once(builder, context.get_value_type(bare(kind)).pointee)
            for number, (part, cell) in enumerate(
                zip(kind, cgutils.unpack_tuple(builder, value), strict=True)
            ):
                builder.store(
                    convert(context, builder, part, cell), cgutils.gep_inbounds(builder, place, 0, number)
                )
            return place
        return value

    @numba.extending.intrinsic  # type: ignore[untyped-decorator]
    def as_pointers(_typing_context: Any, thing: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return convert(context, builder, signature.args[0], arguments[0])

        return bare(thing)(thing), build

    return as_pointers


def _reference_type(numba: Any) -> Any:
    """The compiler's type of a named tuple that is handed on by reference and never written."""
    types, extending, cgutils = numba.types, numba.extending, numba.core.cgutils
    templates = importlib.import_module("numba.core.typing.templates")
    structure = importlib.import_module("llvmlite.ir").LiteralStructType

    class Reference(types.Type):  # type: ignore[misc,name-defined]
        def __init__(self, tuple_class: Any, kinds: Any) -> None:
            self.names, self.kinds = tuple_class._fields, tuple(kinds)
            super().__init__(name=f"Reference({tuple_class.__name__}, {self.kinds})")

    @extending.register_model(Reference)
    class ReferenceModel(extending.models.PrimitiveModel):  # type: ignore[misc,name-defined]
        def __init__(self, manager: Any, kind: Any) -> None:
            parts = [manager.lookup(part).get_value_type() for part in kind.kinds]
            super().__init__(manager, kind, structure(parts).as_pointer())

    @templates.infer_getattr
    class ReferenceAttributes(templates.AttributeTemplate):  # type: ignore[misc,name-defined]
        key = Reference

        def generic_resolve(self, reference: Any, name: str) -> Any:
            return reference.kinds[reference.names.index(name)] if name in reference.names else None

    @extending.lower_getattr_generic(Reference)  # type: ignore[untyped-decorator]
    def get(_context: Any, builder: Any, kind: Any, value: Any, name: str) -> Any:
        return builder.load(cgutils.gep_inbounds(builder, value, 0, kind.names.index(name)))

    return Reference


def _column_type(numba: Any) -> Any:
    """The compiler's type of a table's column: a pointer whose cells stand ``ROW`` apart."""
    types, extending = numba.types, numba.extending
    templates = importlib.import_module("numba.core.typing.templates")

    class Column(types.Type):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__(name="Column")

    @extending.register_model(Column)
    class ColumnModel(extending.models.PrimitiveModel):  # type: ignore[misc,name-defined]
        def __init__(self, manager: Any, kind: Any) -> None:
            super().__init__(manager, kind, manager.lookup(types.CPointer(types.int64)).get_value_type())

    @templates.infer_global(operator.getitem)
    class GetItem(templates.AbstractTemplate):  # type: ignore[misc,name-defined]
        def generic(self, args: Any, _kws: Any) -> Any:
            if isinstance(args[0], Column) and isinstance(args[1], types.Integer):
                return templates.signature(types.int64, args[0], types.intp)
            return None

    @templates.infer_global(operator.setitem)
    class SetItem(templates.AbstractTemplate):  # type: ignore[misc,name-defined]
        def generic(self, args: Any, _kws: Any) -> Any:
            if isinstance(args[0], Column) and isinstance(args[1], types.Integer):
                return templates.signature(types.none, args[0], types.intp, types.int64)
            return None

    def cell(builder: Any, pointer: Any, place: Any) -> Any:
        return builder.gep(pointer, [builder.mul(place, place.type(ROW))])

    @extending.lower_builtin(operator.getitem, Column, types.intp)  # type: ignore[untyped-decorator]
    def get(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.load(cell(builder, *arguments))

    @extending.lower_builtin(operator.setitem, Column, types.intp, types.int64)  # type: ignore[untyped-decorator]
    def put(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        pointer, place, thing = arguments
        builder.store(thing, cell(builder, pointer, place))
        return context.get_dummy_value()

    return Column()


def functions_of(module: ModuleType) -> list[FunctionType]:
    """The functions that a module defines."""
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, FunctionType) and thing.__module__ == module.__name__
    ]


def cache_folder() -> Path:
    """Where compiled code is kept: a folder of the user's cache named by a digest of the sources."""
    digest = hashlib.sha256()
    for name in (*_MODULES, "idlab.core.codes", "idlab.core.world", "idlab.replay.state", __name__):
        source = importlib.import_module(name).__file__
        digest.update(Path(str(source)).read_bytes())
    base = (
        os.environ.get("IDLAB_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Path(base) / "idlab" / f"kernel-{version}-{digest.hexdigest()[:16]}"
