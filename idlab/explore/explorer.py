"""The explorer: knobs on one side, and on the other what each position of them would do, by full replays."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from time import perf_counter
from typing import NamedTuple

import ipywidgets as widgets

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput, IdlabError
from idlab.evaluate.evaluation import HasDataset
from idlab.explore import panels
from idlab.explore.ahead import ahead
from idlab.explore.attendant import Attendant
from idlab.explore.controls import Controls
from idlab.explore.curve import Curve, CurvePoint, along
from idlab.explore.flipped import flipped
from idlab.explore.knobs import MERGE_AT, Settings, Value
from idlab.explore.look import style
from idlab.explore.pins import Pins
from idlab.explore.screen import Screen
from idlab.explore.session import START, Session
from idlab.metrics import Costs
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.replay.threads import usable_threads

_PAUSE = 0.25
"""How long no knob must have moved for the hand to rest, seconds."""

_ABREAST = usable_threads(2)
"""How many points of a curve are replayed at once: a move waits for those that were begun."""


class _Move(NamedTuple):
    """What the attendant is asked for: which knob was moved last, and where all of them stand."""

    serial: int
    key: str
    settings: Settings


class Explorer(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The explorer of one dataset; ``explorer`` makes it.

    Args:
        dataset: Read with truth or labels.
        configs: Configs to start from, by name; the first one is started from.
        costs: The prices.
        show_identifiers: Whether values are shown as they are.
    """

    def __init__(
        self,
        dataset: Dataset,
        configs: Mapping[str, ScoringConfig],
        *,
        costs: Costs = DEFAULT_COSTS,
        show_identifiers: bool = False,
    ) -> None:
        self._begin = {
            name: lambda config=config: Session(dataset, config, costs=costs)
            for name, config in configs.items()
        }
        self._sessions: dict[str, Session] = {}
        self._show_identifiers = show_identifiers
        self._serial = 0
        self._told = ""
        self.screen = Screen()
        self._buttons, self._saving = self._hands(list(configs))
        self._pins = Pins(self._go_to)
        self._start_from(next(iter(configs)))
        self._attendant: Attendant[_Move] = Attendant(
            self._answer, self._at_rest, self._show_failure, pause=_PAUSE
        )
        self._left = widgets.VBox(self._left_parts(), layout={"flex": "0 0 25rem"})
        super().__init__([widgets.HTML(style()), widgets.HBox([self._left, self.screen])])

    @property
    def config(self) -> ScoringConfig:
        """The config that the knobs stand for."""
        return self.session.config

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the numbers, the flips and the curve of the last move are there; False if not in time."""
        return self._attendant.finished(timeout)

    def close(self) -> None:
        """End the thread that replays, and the widget."""
        self._attendant.close()
        super().close()

    def _hands(self, names: list[str]) -> tuple[widgets.Widget, widgets.Widget]:
        """The buttons, and what saves."""
        start = widgets.Dropdown(options=names, layout={"width": "8rem"}, tooltip="the config to start from")
        start.observe(lambda change: self._switch(change["new"]), names="value")
        self._path = widgets.Text(value="explored.json", layout={"width": "14rem"})
        buttons = (
            _button("Undo", "back to where the knobs rested before", self._undo),
            _button("Reset", "back to the config that was started from", self._reset),
            _button("Pin", "keep these numbers to compare with", self._pin),
            _button("Unpin", "let the pinned numbers go", self._unpin),
        )
        save = _button("Save as config", "write a scoring config that every command takes", self._save)
        return widgets.HBox([*buttons, *([start] if len(names) > 1 else [])]), widgets.HBox(
            [self._path, save]
        )

    def _left_parts(self) -> list[widgets.Widget]:
        return [self._buttons, self._saving, self._pins, self.screen.status, self._controls]

    def _start_from(self, name: str) -> None:
        """Go on with the session of a config, which is begun if there is none."""
        if name not in self._sessions:
            self._sessions[name] = self._begin[name]()
        self.session = self._sessions[name]
        self._settings: Settings = dict(self.session.settings)
        self._now = self._rested = self.session.read()
        self._curve = Curve(self.session.knob(MERGE_AT), ())
        self._controls = Controls(self.session.knobs, self.session.settings, self._moved)
        self._show()
        self._show_pins()
        for _ in self._curve_steps():
            pass
        self.screen.show_no_flips()

    # -- what hands do -------------------------------------------------------------------------------------

    def _moved(self, key: str, value: Value) -> None:
        self.session.move(key, value)
        self._follow(key)

    def _undo(self) -> None:
        if self.session.undo():
            self._follow(self._curve.knob.key)
        else:
            self.screen.say("there is nothing to undo")

    def _reset(self) -> None:
        self.session.reset()
        self._follow(self._curve.knob.key)

    def _follow(self, key: str) -> None:
        """Show the knobs where they stand and ask for what that does."""
        self._controls.show(self.session.settings)
        self._serial += 1
        self._attendant.ask(_Move(self._serial, key, dict(self.session.settings)))

    def _pin(self) -> None:
        self.session.pin(f"pin {len(self.session.pinned)}", self._now, self._settings)
        self._show()
        self._show_pins()

    def _unpin(self) -> None:
        self.session.unpin_all()
        self._show()
        self._show_pins()

    def _go_to(self, pin: str) -> None:
        self.session.go_to(pin)
        self._follow(self._curve.knob.key)

    def _save(self) -> None:
        path = self._path.value
        try:
            self.session.save(path, path.rpartition("/")[2].removesuffix(".json"))
        except BadInput as error:
            self.screen.say(str(error), failed=True)
        else:
            self.screen.say(f"{path}: written; every command takes it as --config")

    def _switch(self, name: str) -> None:
        self._attendant.finished()
        self.screen.say(f"encoding for {name}")
        self._start_from(name)
        self._left.children = tuple(self._left_parts())
        self.screen.say(f"started from {name}")

    # -- what the attendant does ---------------------------------------------------------------------------

    def _answer(self, move: _Move) -> None:
        """The numbers of a move, at once."""
        began = perf_counter()
        reading = self.session.read(move.settings)
        alone = all(self._settings[key] == value for key, value in move.settings.items() if key != move.key)
        if move.key != self._curve.knob.key or not alone:
            self._curve = Curve(self.session.knob(move.key), ())
        self._now, self._settings = reading, move.settings
        self._show(move.serial)
        took = 1000 * (perf_counter() - began)
        self._told = f"{len(self.session.prepared):,} interactions replayed in {took:.0f} ms"
        self.screen.say(self._told)

    def _at_rest(self, move: _Move) -> Generator[None, None, None]:
        """What just flipped, then the curve, step by step."""
        self.session.rest(move.settings)
        found = flipped(self._rested, self._now)
        moves = panels.moves(self.session.knobs, move.settings, self.session.rested[0])
        self.screen.show_flips(found, found.examples(show_identifiers=self._show_identifiers), moves)
        self._rested = self._now
        yield
        yield from self._curve_steps()
        self.screen.say(f"{self._told}; curve of {len(self._curve.points)} replays")

    def _curve_steps(self) -> Iterator[None]:
        knob, session = self._curve.knob, self.session
        self._curve = self._curve.with_point(CurvePoint(self._settings[knob.key], self._now.rates))
        known = {point.value for point in self._curve.points}
        todo = [(value, settings) for value, settings in along(knob, self._settings) if value not in known]
        with closing(
            ahead(lambda place: CurvePoint(place[0], session.read(place[1], threads=1).rates), todo, _ABREAST)
        ) as points:
            for point in points:
                self._curve = self._curve.with_point(point)
                self._show_curve()
                yield

    def _show(self, serial: int = 0) -> None:
        pinned = self.session.pinned
        self.screen.show_reading(self._now, pinned[START], pinned, serial)
        self._show_curve()

    def _show_pins(self) -> None:
        self._pins.show(self.session.knobs, self.session.places)

    def _show_curve(self) -> None:
        self.screen.show_curve(self._curve, self._settings, self._now, self.session.pinned)

    def _show_failure(self, error: Exception) -> None:
        if not isinstance(error, IdlabError):
            traceback.print_exception(error)
        self.screen.say(f"{type(error).__name__}: {error}", failed=True)


def explorer(
    dataset: Dataset | HasDataset,
    config: ScoringConfig,
    *,
    against: Mapping[str, ScoringConfig] | None = None,
    costs: Costs = DEFAULT_COSTS,
    show_identifiers: bool = False,
) -> Explorer:
    """Thresholds, guards and weights under your hand: every move is a full replay, its numbers shown at once.

    Args:
        dataset: Read with truth or labels, up to about 100,000 interactions to answer while you drag.
        config: The config to start from, and to reset to.
        against: Other configs that one may start from instead, by name, such as the textbook's.
        costs: The prices.
        show_identifiers: Whether values of real people are shown as they are; those of synthetic ones always are.

    Returns:
        A widget, to be the last line of a notebook's cell; its ``config`` is what the knobs stand for.

    Raises:
        BadInput: If nothing is known of the dataset's persons, or it lacks a field of the config.
    """
    data = dataset if isinstance(dataset, Dataset) else dataset.dataset
    configs = {config.name: config, **(against or {})}
    shown = show_identifiers or data.manifest.synthetic
    return Explorer(data, configs, costs=costs, show_identifiers=shown)


def _button(name: str, tooltip: str, action: Callable[[], None]) -> widgets.Button:
    button = widgets.Button(description=name, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(lambda _: action())
    return button
