"""What the explorer shows: numbers, figure, outcomes, comparison and flips, each a piece of HTML of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ipywidgets as widgets
from markupsafe import Markup

from idlab.explore import panels
from idlab.explore.curve import Curve
from idlab.explore.figure import figure
from idlab.explore.flipped import Flip, Flipped
from idlab.explore.knobs import Settings
from idlab.explore.look import block
from idlab.explore.readings import Reading

_PARTS = ("numbers", "figure", "outcomes", "comparison", "flips")


class Screen(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The right-hand side of the explorer."""

    def __init__(self) -> None:
        self._of_name = {name: widgets.HTML() for name in _PARTS}
        for name, part in self._of_name.items():
            part.add_class(f"idlab-{name}")
        self.status = widgets.HTML()
        self.status.add_class("idlab-status")
        super().__init__(
            [*self._of_name.values()],
            layout={"flex": "1 1 34rem", "min_width": "26rem", "padding": "0 0 0 1rem"},
        )

    def show_reading(self, now: Reading, start: Reading, pinned: Mapping[str, Reading], serial: int) -> None:
        """Show numbers, outcomes and comparison.

        Args:
            now: What is shown.
            start: What it is compared with.
            pinned: Further readings, by name.
            serial: Which move it answers.
        """
        self._put("numbers", panels.numbers(now.rates, start.rates, serial))
        self._put("outcomes", panels.outcomes(now, start))
        self._put("comparison", panels.comparison(now, pinned))

    def show_curve(
        self, curve: Curve, settings: Settings, now: Reading, pinned: Mapping[str, Reading]
    ) -> None:
        """Show the figure: the curve as far as it is known, and where the knob stands."""
        rates = {name: one.rates for name, one in pinned.items()}
        self._put("figure", figure(curve, settings[curve.knob.key], now.rates, rates))

    def show_flips(self, found: Flipped, examples: Iterable[Flip], moves: Markup) -> None:
        """Show what just flipped, and which knobs stand elsewhere than at the start."""
        self._put("flips", panels.flips(found, examples), moves)

    def show_no_flips(self) -> None:
        """Say that nothing was moved yet."""
        self._put("flips", Markup('<p class="muted">Move a knob: what flips is shown here.</p>'))

    def say(self, text: str, *, failed: bool = False) -> None:
        """Say something in the line of the status."""
        kind = "failed" if failed else "muted"
        self.status.value = block(Markup('<p class="{}" role="status">{}</p>').format(kind, text))

    def _put(self, name: str, *parts: Markup) -> None:
        self._of_name[name].value = block(*parts)
