"""The store in memory in a third of it: for deciding everything again that a large store holds, once and for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from marshal import dumps, loads
from typing import Any, cast

from idlab.model import Decision, Outcome, customer_id_of
from idlab.stores.base import Changes, RecordState
from idlab.stores.documents import Name, customer_key, digest_key
from idlab.stores.memory import MemoryStore
from idlab.stores.numbers import Numbers

_OUTCOMES = tuple(Outcome)
_CODE = {outcome: code for code, outcome in enumerate(_OUTCOMES)}


class Packed:
    """What a store in memory asks of a dictionary, over tuples of plain values: each packed into bytes, under a digest.

    A packed state takes a fourth of the memory of one made of objects, and the garbage collector never looks at it.

    Example:
        >>> packed = Packed()
        >>> packed["call-1"] = (1, ("+12025550143",), None)
        >>> packed["call-1"]
        (1, ('+12025550143',), None)
        >>> "call-2" in packed
        False
    """

    def __init__(self) -> None:
        self._numbers = Numbers()
        self._packed: list[bytes | None] = []

    def get(self, name: Name) -> Any:
        """The state of a name; None if it has none."""
        number = self._numbers.find(digest_key(name))
        packed = None if number < 0 else self._packed[number]
        return None if packed is None else loads(packed)  # noqa: S302 - packed below

    def __contains__(self, name: Name) -> bool:
        number = self._numbers.find(digest_key(name))
        return number >= 0 and self._packed[number] is not None

    def __getitem__(self, name: Name) -> Any:
        found = self.get(name)
        if found is None:
            raise KeyError
        return found

    def __setitem__(self, name: Name, state: tuple[Any, ...]) -> None:
        number = self._numbers.of(digest_key(name))
        if number == len(self._packed):
            self._packed.append(None)
        self._packed[number] = dumps(state)

    def pop(self, name: Name, default: None = None) -> None:
        """Take a name out, if it is there; its state is not given back."""
        number = self._numbers.find(digest_key(name))
        if number >= 0:
            self._packed[number] = default


class _Elsewhere:
    """What a store asks of a dictionary of records where these can be read elsewhere: which there are."""

    def __init__(self, handled: Mapping[str, str]) -> None:
        self._handled = handled

    def __contains__(self, name: str) -> bool:
        return name in self._handled

    def __setitem__(self, name: str, _: object) -> None:
        """Nothing is kept."""


class PackedStore(MemoryStore):
    """Identities in packed dictionaries; gone when the process ends. Of a decision it keeps the outcome only.

    Args:
        records: Where a record that is handled can be read as it is, so that it need not be kept; None if nowhere.

    Example:
        >>> store = PackedStore()
        >>> store.identity_of("call-1") is None
        True
    """

    def __init__(self, records: Callable[[str], RecordState] | None = None) -> None:
        super().__init__()
        for states in ("_records", "_identities", "_keys", "_identifiers"):
            setattr(self, states, Packed())
        self._read = records
        if records is not None:
            self._records = cast("Any", _Elsewhere(self._parent))
        self._handled = Numbers()
        self._names: list[str] = []
        self._outcomes = bytearray()

    def write(self, changes: Changes) -> None:
        """Write all changes."""
        for decision in changes.decisions:
            number = self._handled.of(customer_key(decision.interaction_id))
            if number == len(self._names):
                self._names.append(decision.interaction_id)
                self._outcomes.append(0)
            self._outcomes[number] = _CODE[decision.outcome]
        super().write(replace(changes, decisions=()))

    def record(self, interaction_id: str) -> RecordState:
        """A handled record."""
        return super().record(interaction_id) if self._read is None else self._read(interaction_id)

    def decision(self, interaction_id: str) -> Decision | None:
        """The outcome for an interaction, and who holds it now."""
        number = self._handled.find(customer_key(interaction_id))
        root = None if number < 0 else self.holder(interaction_id)
        if root is None:
            return None
        return Decision(interaction_id, _OUTCOMES[self._outcomes[number]], customer_id_of(root))

    def interaction_of(self, customer_id: str) -> str | None:
        """The interaction whose customer_id this is."""
        try:
            number = self._handled.find(bytes.fromhex(customer_id.replace("-", "")))
        except ValueError:
            return None
        name = None if number < 0 else self._names[number]
        return name if name is not None and customer_id_of(name) == customer_id else None
