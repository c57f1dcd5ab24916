"""Encoded worlds in one file that processes map into memory, so that none has a copy of its own."""

from __future__ import annotations

import mmap
import pickle
from collections.abc import Sequence
from pathlib import Path

from idlab.tune.encoded import EncodedWorld

_ARRAYS = "arrays"
_INDEX = "index"
_ALIGNED = 64
"""Bytes; arrays that start elsewhere are of another type to the compiled replay."""


def write_shared(worlds: Sequence[EncodedWorld], folder: Path) -> None:
    """Writes worlds into a folder, their arrays one after the other.

    Args:
        worlds: What is to be shared.
        folder: Where to; it exists.
    """
    buffers: list[pickle.PickleBuffer] = []
    told = pickle.dumps(list(worlds), protocol=5, buffer_callback=buffers.append)
    places, at = [], _ALIGNED
    with (folder / _ARRAYS).open("wb") as file:
        for buffer in buffers:
            raw = buffer.raw()
            file.seek(at)
            file.write(raw)
            places.append((at, raw.nbytes))
            at += -(-raw.nbytes // _ALIGNED) * _ALIGNED
        file.truncate(max(at, _ALIGNED))
    (folder / _INDEX).write_bytes(pickle.dumps((told, places)))


def read_shared(folder: Path) -> list[EncodedWorld]:
    """The worlds that lie in a folder, their arrays in pages that all processes share as long as none writes.

    Args:
        folder: Written by ``write_shared`` of this same run.
    """
    told, places = pickle.loads((folder / _INDEX).read_bytes())  # noqa: S301 - written by the process that asks
    with (folder / _ARRAYS).open("rb") as file:
        pages = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    worlds: list[EncodedWorld] = pickle.loads(told, buffers=[pages[at : at + size] for at, size in places])  # noqa: S301
    return worlds
