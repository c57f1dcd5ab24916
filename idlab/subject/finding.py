"""Which customers have an identifier."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from idlab.compiled import compiled
from idlab.errors import BadInput
from idlab.model import BUILT_IN_FIELDS, Interaction, customer_id_of
from idlab.serving import config_of
from idlab.stores.base import Rows
from idlab.telling import Telling, untold

_EVERY = 500


def customers_with(rows: Rows, field: str, raw: str, telling: Telling = untold) -> list[str]:
    """The customers whose profile has a value now. Every record of the store is looked at.

    Args:
        rows: A store as it is at one moment.
        field: The field.
        raw: The value as somebody writes it; it is normalised as the store's config says.
        telling: Told how far it is.

    Returns:
        customer_ids, in the order of the first record that has it.

    Raises:
        BadInput: If the config has no such field, or can make nothing of the value. The message does not hold the value.
    """
    ready = compiled(config_of(rows))
    if field not in ready.field_names:
        hint = f"valid are {', '.join(ready.field_names)}"
        raise BadInput(f"the store's config has no field {field!r}", where="--field", hint=hint)
    place = ready.field_names.index(field)
    value = ready.normalizer.values(_with(field, raw))[place]
    if value is None:
        raise BadInput(
            f"this is no {field} that a record could hold", where="the value", hint="check how it is written"
        )
    roots: dict[str, None] = {}
    for number, record in enumerate(rows.records()):
        if number % _EVERY == 0:
            telling("looking", number, 0)
        if record.values[place] == value:
            root = rows.holder(record.interaction_id)
            if root is not None and any(entry[0] == value for entry in rows.identity(root).profile[place]):
                roots[root] = None
    return [customer_id_of(root) for root in roots]


def _with(field: str, raw: str) -> Interaction:
    """An interaction that has this value only."""
    some = datetime(1970, 1, 1, tzinfo=UTC)
    if field == "conversation":
        talk, _, participant = raw.rpartition(" ")
        return Interaction("x", some, "voice", conversation_id=talk, participant_id=participant)
    if field in BUILT_IN_FIELDS:
        known: dict[str, Any] = {field: raw}
        return Interaction("x", some, "voice", **known)
    return Interaction("x", some, "voice", fields={field: raw})
