"""What is pinned, each beside a button that puts the knobs back where they stood then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import ipywidgets as widgets
from markupsafe import Markup

from idlab.explore.knobs import Knob, Settings
from idlab.explore.look import block
from idlab.explore.panels import position

_TOLD = 3
"""How many knobs are named that stood elsewhere than at the start."""


class Pins(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The pins of a session.

    Args:
        go_to: Called with a pin's name when a hand wants to go there.
    """

    def __init__(self, go_to: Callable[[str], None]) -> None:
        self._go_to = go_to
        super().__init__([])
        self.add_class("idlab-pins")

    def show(self, knobs: Sequence[Knob], places: Mapping[str, Settings]) -> None:
        """Show what is pinned.

        Args:
            knobs: All knobs.
            places: Where they stood, by the name of the pin; the first one is the start, which needs no button.
        """
        start, *pinned = places
        self.children = tuple(self._row(name, told(knobs, places[name], places[start])) for name in pinned)

    def _row(self, name: str, stood: str) -> widgets.HBox:
        button = widgets.Button(
            description="Go there",
            tooltip=f"put the knobs where they stood at {name}",
            layout={"width": "auto"},
        )
        button.on_click(lambda _: self._go_to(name))
        text = widgets.HTML(block(Markup("<b>{}</b> {}").format(name, stood)), layout={"width": "17rem"})
        return widgets.HBox([button, text])


def told(knobs: Sequence[Knob], settings: Settings, start: Settings) -> str:
    """Which knobs stand elsewhere than at the start, in a few words.

    Args:
        knobs: All knobs.
        settings: Where they stand.
        start: Where they started.

    Example:
        >>> from idlab.explore.knobs import Dial
        >>> knob = Dial("k", "phone", "exact", (), 0.0, 20.0, 0.5)
        >>> told([knob], {"k": 9.0}, {"k": 13.0}), told([knob], {"k": 13.0}, {"k": 13.0})
        ('phone: exact 9', 'as at the start')
    """
    moved = [
        f"{knob.group}: {knob.name} {position(settings[knob.key])}"
        for knob in knobs
        if settings[knob.key] != start[knob.key]
    ]
    more = f" and {len(moved) - _TOLD} more" if len(moved) > _TOLD else ""
    return ", ".join(moved[:_TOLD]) + more or "as at the start"
