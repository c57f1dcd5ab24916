"""The search space: which numbers of a scoring config a study may change, as ordinary code over a trial."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from optuna.trial import BaseTrial, FixedTrial

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.tune.opened import opened, pinned, tied
from idlab.tune.opening import CLOSED, Opening
from idlab.tune.parameter import Parameter, at, difference, put
from idlab.tune.rules import AT_BASE, SpaceRules

Document = dict[str, Any]

EVERYTHING_OPEN = SpaceRules()
"""Every tunable number is open, in its range around the base."""


class SearchSpace:
    """The numbers of a scoring config that a trial may change without a new tape.

    Tunable are: the weights of levels, cut-offs and days, the prior, the thresholds (``pending_at`` is taken
    down to ``merge_at`` where it would be above), ``margin``, ``bridge_at``, ``link_on_merge``,
    ``on_rivals``, the guards, for every key rule whether it is on (the first of the base stays on where
    all would be off) and its ``max_fanout``, and ``max_links``, which stays as it is unless a rule opens it.
    Ranges lie around the base. Closed is what needs a new tape (normalisation, fields, the forms of keys), the
    order and predicates of levels, and what data says (term frequencies, listed values, calibration).

    Args:
        base: The config to start from, of the model ``fellegi_sunter``.
        starts: Further configs with the same closed parts; ranges that no rule gives are widened to hold their
            numbers.
        name: The name of every config suggested; the base's if None.
        rules: What is opened, pinned and tied.

    Raises:
        BadInput: If the base is of another model, a start differs from it in something that is closed, or a rule
            names no parameter or what cannot be.

    Example:
        >>> from pathlib import Path
        >>> base = ScoringConfig.load(Path("configs/default.json"))
        >>> space = SearchSpace(base)
        >>> space.suggest(FixedTrial(space.parameters_of(base))).digest == base.digest
        True
        >>> few = SearchSpace(base, rules=SpaceRules(rest="pinned", open={"decide/*": None}))
        >>> [parameter.name for parameter in few.parameters][:3]
        ['decide/merge_at', 'decide/pending_at', 'decide/margin']
    """

    def __init__(
        self,
        base: ScoringConfig,
        *,
        starts: Sequence[ScoringConfig] = (),
        name: str | None = None,
        rules: SpaceRules = EVERYTHING_OPEN,
    ) -> None:
        if base.model.kind != "fellegi_sunter":
            raise BadInput(
                f"the model is {base.model.kind!r}, which has no search space",
                where=f"scoring config {base.name}",
                hint="start from a fellegi_sunter config, such as configs/default.json",
            )
        self.base = base
        self.name = base.name if name is None else name
        self.rules = rules
        documents = [_document(config) for config in (base, *starts)]
        every = {parameter.name: parameter for parameter in Opening(base, documents).parameters()}
        rules.check_names(list(every))
        found = {name: _rule(rules, name) for name in every}
        self._document = pinned(documents[0], every, found)
        self.parameters: tuple[Parameter, ...] = tuple(
            opened(parameter, found[name][1], rules.where)
            for name, parameter in every.items()
            if found[name][0] in ("open", "rest")
        )
        self._ties = tied(every, found, rules.where)
        self._opened = frozenset(
            parameter.path for parameter in (*self.parameters, *(tie.parameter for tie in self._ties))
        )
        for start in starts:
            self._check(start)
        self._check_rules()

    def suggest(self, trial: BaseTrial) -> ScoringConfig:
        """The config that a trial proposes.

        Args:
            trial: A live trial of a study, or an ``optuna.trial.FixedTrial`` or ``FrozenTrial``, which
                give the same config again.

        Returns:
            A valid config with the base's fields, normalisation and keys.
        """
        proposed = {parameter.path: parameter.suggest(trial) for parameter in self.parameters}
        return self._config(proposed)

    def parameters_of(self, config: ScoringConfig) -> dict[str, Any]:
        """The parameters under which ``suggest`` gives this config again, but for its name and the notes of a fit.

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

    def holds(self, config: ScoringConfig) -> bool:
        """Whether some trial can propose this config, its name aside.

        Example:
            >>> from pathlib import Path
            >>> base = ScoringConfig.load(Path("configs/default.json"))
            >>> SearchSpace(base, rules=SpaceRules(pin={"decide/margin": 99.0})).holds(base)
            False
        """
        if self.difference_from(config) is not None:
            return False
        values = self.parameters_of(config)
        if not all(parameter.holds(values[parameter.name]) for parameter in self.parameters):
            return False
        return self.suggest(FixedTrial(values)).digest == renamed(config, self.name).digest

    def difference_from(self, config: ScoringConfig) -> str | None:
        """The first path at which a config differs from the base in something closed; None if nowhere."""
        path = difference(_decisive(self._document), _decisive(_document(config)), self._opened | {("name",)})
        return None if path is None else ".".join(map(str, path)) or "the document"

    def _config(self, values: Mapping[tuple[str | int, ...], Any]) -> ScoringConfig:
        document = deepcopy(self._document)
        document["name"] = self.name
        for path, value in values.items():
            put(document, path, value)
        for tie in self._ties:
            put(document, tie.parameter.path, tie.follow(at(document, tie.to)))
        _make_valid(document, self._document)
        return ScoringConfig.parse(document, where=self.rules.where)

    def _check_rules(self) -> None:
        """Makes the configs at the ends of what rules open, pin or tie, so that no trial meets an impossible one."""
        followed = {tie.to for tie in self._ties}
        for parameter in self.parameters:
            if parameter.path in followed or self.rules.rule_of(parameter.name)[0] == "open":
                for end in parameter.ends():
                    self._config({parameter.path: end})
        if self.rules.pin or self._ties:
            self._config({})

    def _check(self, config: ScoringConfig) -> None:
        path = self.difference_from(config)
        if path is not None:
            raise BadInput(
                f"{path} is closed to the search and differs from {self.base.name}'s",
                where=f"scoring config {config.name}",
                hint="give it the same fields, levels, keys and normalisation, or tune it on its own",
            )


def renamed(config: ScoringConfig, name: str) -> ScoringConfig:
    """The same config under another name."""
    return ScoringConfig.parse({**_document(config), "name": name})


def _rule(rules: SpaceRules, name: str) -> tuple[str, Any]:
    """What is to happen to a parameter; what no rule names is open or pinned at the base."""
    section, rule = rules.rule_of(name)
    if section == "rest" and (rules.rest == "pinned" or name in CLOSED):
        return "pin", AT_BASE
    return section, rule


def _decisive(document: Document) -> Document:
    """A document without the notes of a fit, by which nothing is decided."""
    kept = deepcopy(document)
    for field in kept["fields"]:
        for level in field["levels"]:
            level.pop("fitted", None)
    return kept


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
