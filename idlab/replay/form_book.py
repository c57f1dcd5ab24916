"""The forms of values as whole numbers, and their texts as code points."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from idlab.core.codes import MISSING
from idlab.core.world import LISTS, NO_ORDINAL, SCALARS
from idlab.normalize.forms import Forms
from idlab.replay.components import Ints


class FormBook:
    """The forms of all values, each distinct text of a field with a code of its own.

    Texts are compared within one field only, so a field's texts are packed and let go before the next field is read.
    """

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.start = 0
        self.scalar = array("q")
        self.list_start = array("q", [0])
        self.item = array("q")
        self.ordinal = array("q")
        self.points: list[NDArray[np.int32]] = []
        self.lengths: list[Ints] = []

    def add(self, forms: Forms) -> None:
        """Enter the forms of the next value of the field."""
        codes, start, scalar = self.codes, self.start, self.scalar
        for text in forms.scalars:
            scalar.append(MISSING if text is None else codes.setdefault(text, start + len(codes)))
        scalar.extend([MISSING] * (SCALARS - len(forms.scalars)))
        for texts in forms.lists:
            for text in texts:
                self.item.append(codes.setdefault(text, start + len(codes)))
            self.list_start.append(len(self.item))
        for _ in range(LISTS - len(forms.lists)):
            self.list_start.append(len(self.item))
        number = forms.numbers[0] if forms.numbers else None
        self.ordinal.append(NO_ORDINAL if number is None else number)

    def close_field(self, *, packed: bool) -> dict[str, int]:
        """Pack the texts of the field as code points, or leave them empty; returns their codes."""
        codes, self.codes = self.codes, {}
        if packed:
            self.lengths.append(np.fromiter(map(len, codes), dtype=np.int64, count=len(codes)))
            points = "".join(codes).encode("utf-32-le", "surrogatepass")
            self.points.append(np.frombuffer(points, dtype=np.int32))
        else:
            self.lengths.append(np.zeros(len(codes), dtype=np.int64))
        self.start += len(codes)
        return codes

    def packed(self) -> tuple[NDArray[np.int32], Ints]:
        """All texts in one array, by code."""
        starts = np.concatenate([np.zeros(1, dtype=np.int64), *self.lengths])
        return np.concatenate([np.zeros(0, dtype=np.int32), *self.points]), np.cumsum(starts)


def as_ints(cells: array[int]) -> Ints:
    """A packed array of whole numbers, without a copy."""
    return np.frombuffer(cells, dtype=np.int64) if len(cells) else np.zeros(0, dtype=np.int64)
