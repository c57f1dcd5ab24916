"""A session at the explorer: where the knobs stand, what was before, what is pinned; without any widget."""

from __future__ import annotations

from pathlib import Path

from idlab.bundle.canonical import write_whole
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.explore.board import knobs_of
from idlab.explore.knobs import Knob, Settings, Value, config_of, moved, settings_of
from idlab.explore.readings import Reading, read
from idlab.metrics import Costs
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.replay.encode import Progress
from idlab.replay.threads import usable_threads
from idlab.sweep.prepared import Prepared, prepare

START = "start"
"""What the pinned reading of the config that a session started with is called."""


class Session:
    """The knobs of one config over one dataset, with their history.

    A gesture moves knobs many times; ``rest`` says that the hand rests, and only then is there something new
    to undo.

    Args:
        dataset: Read with truth or labels.
        start: The config to start from, and to reset to.
        costs: The prices.
        progress: Called with what is being done.

    Raises:
        BadInput: If nothing is known of the dataset's persons, or it lacks a field of the config.

    Example:
        >>> import pandas as pd
        >>> from idlab.data.dataset import in_memory
        >>> truth = pd.DataFrame({"interaction_id": ["a", "b"], "person_id": ["p", "p"]})
        >>> moment = pd.Timestamp("2026-01-05T09:30Z")
        >>> calls = truth[["interaction_id"]].assign(occurred_at=moment, channel="sms", phone="+12025550143")
        >>> session = Session(in_memory(calls, truth=truth), ScoringConfig.load(Path("configs/default.json")))
        >>> session.move("decide.merge_at", 0.999)
        >>> session.read().rates["merge_recall"].value
        0.0
        >>> session.rest(), session.undo(), session.read().rates["merge_recall"].value
        (True, True, 1.0)
    """

    def __init__(
        self,
        dataset: Dataset,
        start: ScoringConfig,
        *,
        costs: Costs = DEFAULT_COSTS,
        progress: Progress | None = None,
    ) -> None:
        self.dataset = dataset
        self.start = start
        self.costs = costs
        self.knobs: tuple[Knob, ...] = knobs_of(start)
        self.prepared: Prepared = prepare(dataset, start, progress=progress)
        self.settings: dict[str, Value] = settings_of(start, self.knobs)
        self.rested: list[dict[str, Value]] = [dict(self.settings)]
        self.pinned: dict[str, Reading] = {START: self.read()}
        self.places: dict[str, Settings] = {START: dict(self.settings)}

    @property
    def config(self) -> ScoringConfig:
        """The config that the knobs stand for."""
        return self.config_at(self.settings)

    def config_at(self, settings: Settings) -> ScoringConfig:
        """The config that some settings stand for.

        Raises:
            BadInput: If they are no valid config.
        """
        return config_of(self.start, self.knobs, settings)

    def knob(self, key: str) -> Knob:
        """A knob by its key.

        Raises:
            BadInput: If there is none.
        """
        for knob in self.knobs:
            if knob.key == key:
                return knob
        raise BadInput(f"there is no knob {key!r}", hint="knobs_of(config) lists them")

    def read(self, settings: Settings | None = None, *, threads: int | None = None) -> Reading:
        """What a config does to the dataset: a full replay.

        Args:
            settings: Where the knobs stand; where they stand now if None.
            threads: On how many threads it runs; as many as are of use if None.
        """
        config = self.config if settings is None else self.config_at(settings)
        return read(self.prepared, config, costs=self.costs, threads=threads or usable_threads())

    def move(self, key: str, value: Value) -> None:
        """Move a knob; the other threshold goes along where it must."""
        self.knob(key)
        self.settings = moved(self.settings, key, value)

    def rest(self, settings: Settings | None = None) -> bool:
        """The hand rests: these settings can be come back to.

        Args:
            settings: Where the knobs rest; where they stand now if None.

        Returns:
            Whether they rest elsewhere than before.
        """
        resting = dict(self.settings if settings is None else settings)
        if resting == self.rested[-1]:
            return False
        self.rested.append(resting)
        return True

    def undo(self) -> bool:
        """Back to where the knobs last rested elsewhere. Whether there was such a place."""
        if self.settings == self.rested[-1] and len(self.rested) > 1:
            self.rested.pop()
        was, self.settings = self.settings, dict(self.rested[-1])
        return was != self.settings

    def reset(self) -> None:
        """Back to the config that the session started with; that can be undone."""
        self.go_to(START)

    def pin(self, name: str, reading: Reading, settings: Settings) -> None:
        """Keep a reading to compare with, and where the knobs stood then to go back to."""
        self.pinned[name] = reading
        self.places[name] = dict(settings)

    def unpin_all(self) -> None:
        """Let every pinned reading go, but that of the start."""
        self.pinned = {START: self.pinned[START]}
        self.places = {START: self.places[START]}

    def go_to(self, name: str) -> None:
        """Put the knobs where they stood when this was pinned; that can be undone.

        Raises:
            BadInput: If nothing is pinned by this name.
        """
        if name not in self.places:
            raise BadInput(f"nothing is pinned as {name!r}", hint=f"pinned are {', '.join(self.places)}")
        self.settings = dict(self.places[name])
        self.rest()

    def save(self, path: Path | str, name: str) -> ScoringConfig:
        """Writes where the knobs stand as a scoring config that every command takes.

        Args:
            path: The file, which is replaced.
            name: What the config is called.

        Returns:
            What was written.

        Raises:
            BadInput: If the name or the settings are no valid config, or the file cannot be written.
        """
        document = self.config.model_copy(update={"name": name})
        config = ScoringConfig.parse(document.model_dump(by_alias=True), where="settings")
        try:
            write_whole(Path(path), config.to_json())
        except OSError as error:
            raise BadInput(f"cannot be written ({type(error).__name__})", where=str(path)) from None
        return config
