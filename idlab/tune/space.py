"""The search space: which numbers of a scoring config a study may change, as ordinary code over a trial."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from typing import Any

from optuna.trial import BaseTrial

from idlab.config import ScoringConfig, When
from idlab.errors import BadInput
from idlab.tune.parameter import Choice, Parameter, Path, Real, Whole, at, difference, put

Document = dict[str, Any]

_WEIGHTS = (-100.0, 100.0)
_PROBABILITIES = (0.001, 0.999)


class SearchSpace:
    """Every number of a scoring config that a trial may change without a new tape.

    Open are: the weights of levels, cut-offs and days, the prior, the thresholds (``pending_at`` is taken
    down to ``merge_at`` where it would be above), ``margin``, ``bridge_at``, ``link_on_merge``,
    ``on_rivals``, the guards, and for every key rule whether it is on (the first of the base stays on where
    all would be off) and its ``max_fanout``. Ranges lie around the base. Closed is what needs a new tape
    (normalisation, fields, the forms of keys), the order and predicates of levels, ``max_links``, and what
    data says (term frequencies, listed values).

    Args:
        base: The config to start from, of the model ``fellegi_sunter``.
        starts: Further configs that must lie in the space; ranges are widened to hold their numbers.
        name: The name of every config suggested; the base's if None.

    Raises:
        BadInput: If the base is of another model, or a start differs from it in something that is closed.

    Example:
        >>> from pathlib import Path
        >>> from optuna.trial import FixedTrial
        >>> base = ScoringConfig.load(Path("configs/default.json"))
        >>> space = SearchSpace(base)
        >>> space.suggest(FixedTrial(space.parameters_of(base))).digest == base.digest
        True
    """

    def __init__(
        self, base: ScoringConfig, *, starts: Sequence[ScoringConfig] = (), name: str | None = None
    ) -> None:
        if base.model.kind != "fellegi_sunter":
            raise BadInput(
                f"the model is {base.model.kind!r}, which has no search space",
                where=f"scoring config {base.name}",
                hint="start from a fellegi_sunter config, such as configs/default.json",
            )
        self.base = base
        self.name = base.name if name is None else name
        self._document = _document(base)
        documents = [self._document, *map(_document, starts)]
        self._opened = frozenset(parameter.path for parameter in _Opening(base, documents[:1]).parameters())
        for start in starts:
            self._check(start)
        self.parameters = tuple(_Opening(base, documents).parameters())

    def suggest(self, trial: BaseTrial) -> ScoringConfig:
        """The config that a trial proposes.

        Args:
            trial: A live trial of a study, or an ``optuna.trial.FixedTrial`` or ``FrozenTrial``, which
                give the same config again.

        Returns:
            A valid config with the base's fields, normalisation and keys.
        """
        document = deepcopy(self._document)
        document["name"] = self.name
        for parameter in self.parameters:
            put(document, parameter.path, parameter.suggest(trial))
        _make_valid(document, self._document)
        return ScoringConfig.parse(document, where="trial")

    def parameters_of(self, config: ScoringConfig) -> dict[str, Any]:
        """The parameters under which ``suggest`` gives this config again, but for its name.

        Args:
            config: A config that lies in the space.

        Returns:
            A value for every parameter, by name.

        Raises:
            BadInput: If the config differs from the base in something that is closed.
        """
        self._check(config)
        document = _document(config)
        return {parameter.name: parameter.of(at(document, parameter.path)) for parameter in self.parameters}

    def difference_from(self, config: ScoringConfig) -> str | None:
        """The first path at which a config differs from the base in something closed; None if nowhere."""
        path = difference(self._document, _document(config), self._opened | {("name",)})
        return None if path is None else ".".join(map(str, path)) or "the document"

    def _check(self, config: ScoringConfig) -> None:
        path = self.difference_from(config)
        if path is not None:
            raise BadInput(
                f"{path} is closed to the search and differs from {self.base.name}'s",
                where=f"scoring config {config.name}",
                hint="give it the same fields, levels, keys and normalisation, or tune it on its own",
            )


def _document(config: ScoringConfig) -> Document:
    document: Document = json.loads(config.to_json())
    return document


def _make_valid(document: Document, base: Document) -> None:
    """What ranges alone cannot say: the band is not upside down, and one key rule is on."""
    decide = document["decide"]
    decide["pending_at"] = min(decide["pending_at"], decide["merge_at"])
    if not any(rule["enabled"] for rule in document["keys"]):
        first = next((place for place, rule in enumerate(base["keys"]) if rule["enabled"]), 0)
        document["keys"][first]["enabled"] = True


class _Opening:
    """Which parameters there are, in ranges around the base that hold the numbers of all documents."""

    def __init__(self, base: ScoringConfig, documents: Sequence[Document]) -> None:
        self.base = base
        self.documents = documents

    def parameters(self) -> Iterator[Parameter]:
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
