"""A user's own predicates inside the replay: the kernel calls back with two codes, Python compares the two texts."""

from __future__ import annotations

import ctypes
import importlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from idlab.core.predicates import Predicate


def never(_number: int, _left: int, _right: int) -> int:
    """The predicates of a config that has none."""
    return 0


class Callbacks:
    """Registered predicates as one function of (predicate, code, code), each pair of texts asked once.

    An exception in a predicate cannot pass through compiled code: it is kept, and raised by ``raise_kept`` after the replay.

    Args:
        predicates: The functions, by number.
        texts: The text of every code.
    """

    def __init__(self, predicates: Sequence[Predicate], texts: Sequence[str]) -> None:
        self._predicates = predicates
        self._texts = texts
        self._known: dict[tuple[int, int, int], int] = {}
        self._raised: BaseException | None = None

    def __call__(self, number: int, left: int, right: int) -> int:
        """1 if the predicate of this number holds between the texts of two codes, else 0."""
        asked = (int(number), int(left), int(right))
        answer = self._known.get(asked)
        if answer is None:
            answer = self._known[asked] = self._ask(*asked)
        return answer

    def _ask(self, number: int, left: int, right: int) -> int:
        if self._raised is not None:
            return 0
        try:
            return int(bool(self._predicates[number](self._texts[left], self._texts[right])))
        except Exception as raised:  # noqa: BLE001 - kept, and raised again in Python
            self._raised = raised
            return 0

    def raise_kept(self) -> None:
        """Raise what a predicate raised during the replay, if one did."""
        if self._raised is not None:
            raise self._raised


def as_compiled(callbacks: Callbacks) -> Any:
    """The callbacks as a function that compiled code can call, without compiling anything for it."""
    integer = ctypes.c_int64
    return _entrance()(ctypes.CFUNCTYPE(integer, integer, integer, integer)(callbacks))


@cache
def _entrance() -> Any:
    """The class of what compiled code can call; made once, for the compiler remembers every class that it has met."""
    types = importlib.import_module("numba").types

    class Entrance(types.WrapperAddressProtocol):  # type: ignore[misc,name-defined]
        def __init__(self, function: Any) -> None:
            self.function = function

        def __wrapper_address__(self) -> int:
            address = ctypes.cast(self.function, ctypes.c_void_p).value
            assert address is not None
            return address

        def signature(self) -> Any:
            return types.int64(types.int64, types.int64, types.int64)

    return Entrance
