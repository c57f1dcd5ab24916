"""Many texts in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import pyarrow as pa


class Texts(Sequence[str]):
    """Texts in one Arrow array, which takes a third of the memory of Python's strings.

    Args:
        arrays: Their texts, one after the other; none is null.

    Example:
        >>> texts = Texts([pa.array(["ann", "bob"]), pa.array(["cleo"])])
        >>> texts[2], list(texts[:2]), len(texts), texts.index("bob")
        ('cleo', ['ann', 'bob'], 3, 1)
    """

    def __init__(self, arrays: Iterable[pa.Array | pa.ChunkedArray]) -> None:
        chunks = [chunk for array in arrays for chunk in getattr(array, "chunks", [array])]
        self._array: pa.Array = pa.concat_arrays(chunks) if chunks else pa.array([], pa.string())

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[str]:
        yield from self._array.to_pylist()

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Texts: ...
    def __getitem__(self, place: int | slice) -> str | Texts:
        """One text, or some of them."""
        if isinstance(place, slice):
            return Texts([self._array[place]])
        text: str = self._array[int(place)].as_py()
        return text

    def __arrow_array__(self, type: pa.DataType | None = None) -> pa.Array:  # noqa: A002 - Arrow's name
        """The array itself, which is how Arrow reads other people's classes."""
        return self._array if type is None else self._array.cast(type)

    def __reduce__(self) -> tuple[Any, ...]:
        return Texts, ([self._array],)
