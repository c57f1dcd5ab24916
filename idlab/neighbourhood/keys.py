"""The keys of a record, and the identifiers that it is counted for."""

from __future__ import annotations

from idlab.compiled import Compiled
from idlab.config import ScoringConfig
from idlab.core.codes import MISSING
from idlab.stores.base import Identifier, Key


class KeyBook:
    """The keys of a record under the enabled rules of a config, and its counted identifiers.

    Args:
        ready: The compiled config.
        config: The config itself, for the rules' names.
    """

    def __init__(self, ready: Compiled, config: ScoringConfig) -> None:
        self._forms = ready.normalizer.forms
        self._rules = [
            (place, "+".join(rule.on), _lone_field(ready.keys[place]), ready.keys[place])
            for place, rule in enumerate(config.keys)
            if rule.enabled
        ]
        self._counted = [
            (field, name)
            for field, name in enumerate(ready.field_names)
            if ready.rules.counts_names[field] != 0
        ]

    def identifiers_of(self, values: tuple[str | None, ...]) -> list[Identifier]:
        """The identifiers that a record is counted for."""
        return [(name, value) for field, name in self._counted if (value := values[field]) is not None]

    def of(self, values: tuple[str | None, ...]) -> tuple[list[int], list[Key]]:
        """The rules under which the record has a key, and the keys."""
        rules: list[int] = []
        keys: list[Key] = []
        for rule, name, lone, parts in self._rules:
            if lone == MISSING:
                key = self._combined(name, parts, values)
            else:
                value = values[lone]
                key = None if value is None else (name, value)
            if key is not None:
                rules.append(rule)
                keys.append(key)
        return rules, keys

    def _combined(
        self, name: str, parts: tuple[tuple[int, int], ...], values: tuple[str | None, ...]
    ) -> Key | None:
        texts = [name]
        for field, form in parts:
            text = values[field]
            if text is not None and form != 0:
                text = self._forms(field, text).scalars[form]
            if text is None:
                return None
            texts.append(text)
        return tuple(texts)


def _lone_field(parts: tuple[tuple[int, int], ...]) -> int:
    """The field whose value alone is the key: its first form is the value itself."""
    return parts[0][0] if len(parts) == 1 and parts[0][1] == 0 else MISSING
