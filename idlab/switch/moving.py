"""A store moved to another config, and back: which generation is filled, when it takes over, which ones are removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.resolver import Resolver
from idlab.serving import config_of
from idlab.stores.base import Store, in_a_step
from idlab.stores.generations import Generation, forget, generations, new_number, open_serving, reopen
from idlab.stores.kinds import bytes_held, is_there, opened, remove
from idlab.stores.packed import PackedStore
from idlab.stores.urls import parted, url_of
from idlab.switch.difference import difference
from idlab.switch.entries import mark
from idlab.switch.filling import ERASURES, Filling
from idlab.switch.progress import BUILDING, SERVED, SHADOW, Filled, filled_from
from idlab.switch.results import Foreseen, Moved
from idlab.telling import Telling, untold

_TIMED = 5


@dataclass
class Moving:
    """Moves a store to another config.

    Args:
        url: The store's URL, which names no generation.
        report: Told what is being done, and how far it is.

    Raises:
        BadInput: If the URL is that of a store in memory, or of one generation.
    """

    url: str
    report: Telling = field(default=untold)

    def __post_init__(self) -> None:
        base, named = parted(self.url)
        if named is not None:
            hint = f"name the store itself: {base}"
            raise BadInput("the URL names one generation of the store", where="--store", hint=hint)
        if self.url == "memory://":
            hint = "name sqlite:///FILE, postgresql://... or dynamodb://TABLE"
            raise BadInput("a store in memory ends with its process", where="--store", hint=hint)

    def foresee(self, config: ScoringConfig) -> Foreseen:
        """What moving to a config would come to, tried in memory; of the store nothing changes."""
        with self._serving() as (number, source, held):
            self._must_differ(held, config)
            begun = perf_counter()
            filling = Filling(source, number, Resolver(config, PackedStore()), report=self.report)
            filling.run()
            decided = perf_counter() - begun
            target = filling.target.store
            counts = dict(filling.filled.counts)
            return Foreseen(
                config.digest,
                difference(source, target, self.report, sum(counts.values())),
                counts,
                filling.lost(),
                dict(filling.lost_values),
                filling.new_fields,
                decided + sum(counts.values()) * _commit_seconds(source),
                bytes_held(url_of(self.url, number)),
            )

    def to(self, config: ScoringConfig, *, drop_answers: bool = False) -> Moved:
        """Move to a config; broken off, the same goes on where it was.

        Raises:
            BadInput: If the store serves this config already; what is left to do after the switch is done then.
            AnswersLost: If answers cannot be carried over, and may not be dropped.
        """
        with self._serving() as (number, source, held):
            if held.digest == config.digest:
                self._tidy(number, source)
            self._must_differ(held, config)
            successor, filling = self._filling(number, source, config, BUILDING)
            with closing(filling.target.store):
                filling.switch(successor, drop_answers=drop_answers)
                lost, left = filling.lost(), filling.clean()
        gone = forget(self.url, keep={number, successor})
        return Moved(number, successor, None, config.digest, dict(filling.filled.counts), lost, gone, left)

    def beside(self, config: ScoringConfig) -> Moved:
        """Fill a generation under a config that is to be compared with the one that serves, and switch nothing."""
        with self._serving() as (number, source, held):
            self._must_differ(held, config)
            successor, filling = self._filling(number, source, config, SHADOW)
            with closing(filling.target.store):
                filling.run()
                lost = filling.lost()
        url = url_of(self.url, successor)
        return Moved(number, number, url, config.digest, dict(filling.filled.counts), lost, [])

    def back(self, *, drop_answers: bool = False) -> Moved:
        """Go back to the generation that served before: what came since is decided under its config.

        Raises:
            BadInput: If it was removed, or there was none.
            AnswersLost: If answers cannot be carried over, and may not be dropped.
        """
        with self._serving() as (number, source, _):
            former, taken_over = self._former(number, source)
            with closing(_to_be_filled(url_of(self.url, former))) as store:
                config = in_a_step(store, (), config_of)
                target = Resolver(config, store, successor=number)
                filling = Filling(source, number, target, after=taken_over.began, report=self.report)
                filling.switch(former, drop_answers=drop_answers)
                reopen(store, number)
                counts, lost, left = dict(filling.filled.counts), filling.lost(), filling.clean()
        return Moved(number, former, None, config.digest, counts, lost, [], left)

    def forget(self) -> list[int]:
        """Remove every generation but the one that serves; returns their numbers."""
        with self._serving() as (number, _, _):
            return forget(self.url, keep={number})

    @contextmanager
    def _serving(self) -> Iterator[tuple[int, Store, ScoringConfig]]:
        number, store = open_serving(self.url)
        try:
            yield number, store, in_a_step(store, (), config_of)
        finally:
            store.close()

    def _must_differ(self, held: ScoringConfig, config: ScoringConfig) -> None:
        if held.digest == config.digest:
            what = f"the store serves config {config.digest[:12]} already"
            raise BadInput(what, where="--to", hint="there is nothing to do")

    def _tidy(self, number: int, source: Store) -> None:
        """Do what follows a switch, for one that was broken off in between."""
        try:
            former, taken_over = self._former(number, source)
        except BadInput:
            return
        forget(self.url, keep={one.number for one in generations(self.url) if one.number >= former})
        if taken_over.counts.get(ERASURES):
            source.clean()

    def _filling(
        self, number: int, source: Store, config: ScoringConfig, purpose: str
    ) -> tuple[int, Filling]:
        """The filling that was broken off, or a new one; what was begun for anything else is removed."""
        found: Generation | None = None
        for one in generations(self.url):
            if one.number > number:
                known = self._filled(one, number)
                if known is not None and (known.digest, known.purpose) == (config.digest, purpose):
                    found = one
                elif known is None or known.purpose != SERVED:
                    remove(one.url)
        successor = new_number(self.url) if found is None else found.number
        store = _to_be_filled(url_of(self.url, successor))
        try:
            target = Resolver(config, store)
            return successor, Filling(source, number, target, purpose=purpose, report=self.report)
        except BaseException:
            store.close()
            raise

    def _filled(self, one: Generation, number: int) -> Filled | None:
        """How far a generation was filled from the one that serves."""
        with closing(opened(one.url)) as store:
            return in_a_step(store, (), lambda rows: filled_from(rows, number))

    def _former(self, number: int, source: Store) -> tuple[int, Filled]:
        """The generation that served before, and what this one knows of how it took over."""
        for former in range(number - 1, 0, -1):
            known = in_a_step(source, (), lambda rows, one=former: filled_from(rows, one))  # type: ignore[misc]
            if known is not None and known.purpose == SERVED and self._holds_something(former):
                return former, known
        hint = "migrate to the former config: idlab migrate-config --store URL --to FILE"
        raise BadInput("there is no former generation to go back to", where="--back", hint=hint)

    def _holds_something(self, number: int) -> bool:
        url = url_of(self.url, number)
        if not is_there(url):
            return False
        with closing(opened(url)) as store, store.reading() as rows:
            return next(iter(rows.records()), None) is not None


def _to_be_filled(url: str) -> Store:
    """A generation that learns of erasures in their place among all that it is filled with, not from the erasure log."""
    store = opened(url)
    store.erasure_log = None
    return store


def _commit_seconds(store: Store) -> float:
    """How long a durable commit takes: the median of a few that write nothing but a number."""
    took = []
    for _ in range(_TIMED):
        begun = perf_counter()
        mark(store)
        took.append(perf_counter() - begun)
    return sorted(took)[_TIMED // 2]
