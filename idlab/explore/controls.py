"""The explorer's knobs as sliders and lists, group by group, fields collapsible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
        self._showing = False
        self._of_key = {knob.key: self._widget(knob, settings[knob.key]) for knob in knobs}
        groups = list(dict.fromkeys(knob.group for knob in knobs))
        first, *others = groups
        pages = [self._page(knobs, group) for group in others]
        rest = widgets.Accordion(children=pages, titles=tuple(_told(group) for group in others))
        super().__init__([widgets.HTML(f"<b>{first}</b>"), self._page(knobs, first), rest])

    def show(self, settings: Settings) -> None:
        """Put the knobs where they stand, without that counting as a move."""
        with self._silence():
            for key, widget in self._of_key.items():
                if widget.value != settings[key]:
                    widget.value = settings[key]

    @contextmanager
    def _silence(self) -> Iterator[None]:
        was, self._showing = self._showing, True
        try:
            yield
        finally:
            self._showing = was

    def _page(self, knobs: Sequence[Knob], group: str) -> widgets.VBox:
        return widgets.VBox([self._of_key[knob.key] for knob in knobs if knob.group == group])

    def _widget(self, knob: Knob, value: Value) -> widgets.Widget:
        widget = _made(knob, value)
        widget.add_class("idlab-knob")

        def moved(change: dict[str, Any]) -> None:
            if not self._showing:
                self._on_move(knob.key, change["new"])

        widget.observe(moved, names="value")
        return widget


def _made(knob: Knob, value: Value) -> widgets.Widget:
    common = {"description": knob.name, "style": _NAME, "layout": _WIDE, "description_allow_html": False}
    if isinstance(knob, Dial):
        digits = len(f"{knob.step:g}".partition(".")[2])
        return widgets.FloatSlider(
            value=value,
            min=knob.low,
            max=knob.high,
            step=knob.step,
            readout_format=f".{digits}f",
            continuous_update=True,
            **common,
        )
    options = [(position(one), one) for one in knob.options] if isinstance(knob, Pick) else []
    if isinstance(knob, Pick) and knob.is_ordered:
        return widgets.SelectionSlider(value=value, options=options, continuous_update=True, **common)
    return widgets.Dropdown(value=value, options=options, **common)


def _told(group: str) -> str:
    return group.replace("_", " ")
