"""The explorer's knobs as sliders and lists, group by group, fields collapsible."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any

import ipywidgets as widgets

from idlab.explore.knobs import Dial, Knob, Pick, Settings, Value
from idlab.explore.panels import position

_NAME = {"description_width": "9.5rem"}
_WIDE = {"width": "23rem"}


class Controls(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Every knob of a config.

    Args:
        knobs: What can be moved.
        settings: Where they stand.
        on_move: Called with a knob's key and its new position whenever a hand moves it.
    """

    def __init__(
        self, knobs: Sequence[Knob], settings: Settings, on_move: Callable[[str, Value], None]
    ) -> None:
        self._on_move = on_move
        self._shown, self._showing = dict(settings), False
        self._lock = RLock()  # JupyterLab's kernels may hear two hands at once
        self._of_key = {knob.key: (knob, self._widget(knob, settings[knob.key])) for knob in knobs}
        groups = list(dict.fromkeys(knob.group for knob in knobs))
        first, *others = groups
        pages = [self._page(knobs, group) for group in others]
        rest = widgets.Accordion(children=pages, titles=tuple(_told(group) for group in others))
        super().__init__([widgets.HTML(f"<b>{first}</b>"), self._page(knobs, first), rest])

    def show(self, settings: Settings) -> None:
        """Put the knobs where they stand, without that counting as a move."""
        with self._lock:
            self._showing = True
            for key, (knob, widget) in self._of_key.items():
                if not _is_same(knob, widget.value, settings[key]):
                    widget.value = settings[key]
            self._showing = False
            self._shown = dict(settings)

    def _page(self, knobs: Sequence[Knob], group: str) -> widgets.VBox:
        return widgets.VBox([self._of_key[knob.key][1] for knob in knobs if knob.group == group])

    def _widget(self, knob: Knob, value: Value) -> widgets.Widget:
        widget = _made(knob, value)
        widget.add_class("idlab-knob")

        def moved(change: dict[str, Any]) -> None:
            with self._lock:
                value = _rounded(knob, change["new"])
                if not (self._showing or _is_same(knob, value, self._shown[knob.key])):
                    self._on_move(knob.key, value)

        widget.observe(moved, names="value")
        return widget


def _rounded(knob: Knob, value: Value) -> Value:
    """A position as it was meant: a slider in a browser answers 0.9 with 0.8999999999999999."""
    if isinstance(knob, Dial) and isinstance(value, float):
        return min(max(round(value, _digits(knob)), knob.low), knob.high)
    return value


def _is_same(knob: Knob, one: Value, other: Value) -> bool:
    """Whether two positions are one on the slider."""
    if isinstance(knob, Dial) and isinstance(one, int | float) and isinstance(other, int | float):
        return round((one - knob.low) / knob.step) == round((other - knob.low) / knob.step)
    return one == other


def _digits(knob: Dial) -> int:
    return max(0, -math.floor(math.log10(knob.step) + 1e-9))


def _made(knob: Knob, value: Value) -> widgets.Widget:
    common = {"description": knob.name, "style": _NAME, "layout": _WIDE, "description_allow_html": False}
    if isinstance(knob, Dial):
        return widgets.FloatSlider(
            value=value,
            min=knob.low,
            max=knob.high,
            step=knob.step,
            readout_format=f".{_digits(knob)}f",
            continuous_update=True,
            **common,
        )
    options = [(position(one), one) for one in knob.options] if isinstance(knob, Pick) else []
    if isinstance(knob, Pick) and knob.is_ordered:
        return widgets.SelectionSlider(value=value, options=options, continuous_update=True, **common)
    return widgets.Dropdown(value=value, options=options, **common)


def _told(group: str) -> str:
    return group.replace("_", " ")
