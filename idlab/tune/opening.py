"""Opening: every tunable number of a scoring config as a parameter, with the range it is searched in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from idlab.config import ScoringConfig, When
from idlab.tune.parameter import Choice, Parameter, Path, Real, Whole, at

CLOSED = frozenset({"decide/max_links"})
"""What is tunable but stays as it is unless a space file opens it: it limits work and decides nothing else."""

_WEIGHTS = (-100.0, 100.0)
_PROBABILITIES = (0.001, 0.999)


class Opening:
    """Every tunable parameter of a config, in ranges around its numbers that hold those of further documents.

    Args:
        base: The config.
        documents: Its document, then those of further configs with the same fields, levels and keys.
    """

    def __init__(self, base: ScoringConfig, documents: Sequence[dict[str, Any]]) -> None:
        self.base = base
        self.documents = documents

    def parameters(self) -> Iterator[Parameter]:
        """The parameters, in the order of the document."""
        for place, field in enumerate(self.base.fields):
            for rung, level in enumerate(field.levels):
                path: Path = ("fields", place, "levels", rung)
                yield self._weight(f"{field.name}/{level.name}/weight", (*path, "weight"))
                yield from self._cut_offs(f"{field.name}/{level.name}", (*path, "when"), level.when)
        yield self._weight("model/prior", ("model", "prior"))
        yield from self._decide()
        yield from self._guards()
        yield from self._keys()

    def _weight(self, name: str, path: Path) -> Real:
        """A weight may move by 3 bits, a large one by three tenths of itself."""
        middle = at(self.documents[0], path)
        reach = max(3.0, 0.3 * abs(middle))
        return self._real(name, path, middle - reach, middle + reach, _WEIGHTS)

    def _cut_offs(self, name: str, path: Path, when: When | None) -> Iterator[Parameter]:
        if when is None:
            return
        if when.all is not None:
            for place, part in enumerate(when.all):
                yield from self._cut_offs(f"{name}/{place}", (*path, "all", place), part)
        if when.at_least is not None:
            yield self._real(
                f"{name}/at_least", (*path, "at_least"), when.at_least - 0.1, when.at_least + 0.1, (0.5, 1.0)
            )
        if when.at_most is not None:
            yield self._whole(f"{name}/at_most", (*path, "at_most"), 0, min(256, when.at_most + 2))
        if when.days is not None:
            yield self._real(
                f"{name}/days", (*path, "days"), when.days / 4, max(1.0, when.days * 3), (0.0, 36525.0)
            )

    def _decide(self) -> Iterator[Parameter]:
        decide = self.base.decide
        yield self._real("decide/merge_at", ("decide", "merge_at"), 0.5, 0.999, _PROBABILITIES)
        yield self._real("decide/pending_at", ("decide", "pending_at"), 0.1, 0.999, _PROBABILITIES)
        yield self._real(
            "decide/margin", ("decide", "margin"), 0.0, max(12.0, 2 * decide.margin), (0.0, 1000.0)
        )
        yield self._real(
            "decide/bridge_at", ("decide", "bridge_at"), min(-16.0, 2 * decide.bridge_at), 0.0, (-1000.0, 0.0)
        )
        yield self._choice("decide/on_rivals", ("decide", "on_rivals"), ("bridge", "pending"))
        yield self._choice("decide/link_on_merge", ("decide", "link_on_merge"), (False, True))
        yield self._whole("decide/max_links", ("decide", "max_links"), 1, 20)

    def _guards(self) -> Iterator[Parameter]:
        guards = self.base.guards
        names = next((field for field in self.base.fields if field.name == guards.name_field), None)
        if names is None:
            return
        yield self._limit("guards/max_distinct_names", ("guards", "max_distinct_names"), 12)
        if guards.count_names_on:
            yield self._limit("guards/max_names_per_identifier", ("guards", "max_names_per_identifier"), 12)
        yield self._choice(
            "guards/same_name_level",
            ("guards", "same_name_level"),
            [level.name for level in names.levels[:-1]],
        )
        yield self._whole("guards/name_min_count", ("guards", "name_min_count"), 1, 3)
        yield self._choice("guards/guard_when", ("guards", "guard_when"), ("after", "before"))

    def _keys(self) -> Iterator[Parameter]:
        for place, rule in enumerate(self.base.keys):
            name = f"keys/{' + '.join(rule.on)}"
            if len(self.base.keys) > 1:
                yield self._choice(f"{name}/enabled", ("keys", place, "enabled"), (True, False))
            yield self._whole(
                f"{name}/max_fanout",
                ("keys", place, "max_fanout"),
                5,
                min(100_000, 4 * rule.max_fanout),
                log=True,
            )

    def _written(self, path: Path) -> list[Any]:
        return [at(document, path) for document in self.documents]

    def _real(self, name: str, path: Path, low: float, high: float, bounds: tuple[float, float]) -> Real:
        written = [float(number) for number in self._written(path)]
        low, high = max(low, bounds[0]), min(high, bounds[1])
        return Real(name, path, min(low, *written), max(high, *written), frozenset(written))

    def _whole(self, name: str, path: Path, low: int, high: int, *, log: bool = False) -> Whole:
        written = self._written(path)
        return Whole(name, path, min(low, *written), max(high, *written), log)

    def _limit(self, name: str, path: Path, high: int) -> Whole:
        """A limit from 1 to ``high``, or to twice what is written; one more stands for none."""
        written = [number for number in self._written(path) if number is not None]
        return Whole(name, path, 1, max([high, *(2 * number for number in written)]) + 1, limit=True)

    def _choice(self, name: str, path: Path, choices: Iterable[str | bool | None]) -> Choice:
        """The choices, and after them what else is written."""
        every: dict[str | bool | None, None] = dict.fromkeys((*choices, *self._written(path)))
        return Choice(name, path, tuple(every))
