"""The comparison levels of pairs of values, asked of the core's own function for as many pairs as one likes."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

from idlab.compiled import Compiled
from idlab.core import compare
from idlab.core.similarity import WORK_SIZE, Packed
from idlab.core.world import Rules, Values
from idlab.replay.components import Ints
from idlab.replay.jit import cache_folder, is_compiled, user_function
from idlab.replay.state import empty, empty_floats, rules_as_arrays
from idlab.replay.tape import Tape

_level_of: Any = compare.level_of


def levels_of(
    tape: Tape, ready: Compiled, place: int, left: Ints, right: Ints, age: Ints, shared: Ints
) -> Ints:
    """The level of a field for each pair of its values, as a replay of this tape would find it.

    Args:
        tape: Whose values they are.
        ready: The config, compiled, whose levels these are.
        place: The field.
        left, right: [k] the values of the record and of the profile, as the tape numbers them.
        age: [k] microseconds since the profile last saw the value; below 0 for one that is never stale.
        shared: [k] above 0 where the level ``shared`` may hold.

    Returns:
        [k] places in the field's levels.

    Example:
        >>> import numpy as np
        >>> from datetime import UTC, datetime
        >>> from pathlib import Path
        >>> from idlab.compiled import compiled
        >>> from idlab.config import ScoringConfig
        >>> from idlab.model import Interaction
        >>> from idlab.replay.encode import encode_entries
        >>> config = ScoringConfig.load(Path("configs/default.json"))
        >>> moment = datetime(2026, 1, 5, tzinfo=UTC)
        >>> names = [Interaction(name, moment, "voice", full_name=name) for name in ("Ann Lee", "Ann", "Bo Ray")]
        >>> tape, none = encode_entries(names, config), np.zeros(2, dtype=np.int64)
        >>> levels_of(tape, compiled(config), 3, none, np.array([1, 2]), none - 1, none).tolist()
        [6, 8]
    """
    user, callbacks = user_function(ready, tape.texts)
    arrays: Any = tape
    text = Packed(arrays.points, arrays.text_start, empty(WORK_SIZE))
    lists = (arrays.scalar, arrays.list_start, arrays.item, arrays.ordinal)
    values = Values(*lists, term=empty_floats(0), n_terms=0, text=text)
    level: Ints = empty(len(left))
    _loop()(rules_as_arrays(ready.rules), values, user, place, left, right, age, shared, level)
    if callbacks is not None:
        callbacks.raise_kept()
    return level


def _fill(
    rules: Rules,
    values: Values,
    user: Any,
    place: int,
    left: Any,
    right: Any,
    age: Any,
    shared: Any,
    level: Any,
) -> None:
    n_levels = rules.level_start[place + 1] - rules.level_start[place]
    for k in range(len(left)):
        level[k] = _level_of(rules, values, user, place, left[k], right[k], age[k], shared[k], n_levels)


def _loop() -> Callable[..., None]:
    """``_fill``, compiled where numba is at hand; ``user_function`` has offered it the core's functions."""
    return _compiled() if is_compiled() else _fill


@cache
def _compiled() -> Callable[..., None]:
    numba = importlib.import_module("numba")
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    try:
        loop: Callable[..., None] = numba.njit(cache=True, nogil=True)(_fill)
    finally:
        numba.config.CACHE_DIR = before
    return loop
