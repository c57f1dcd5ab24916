"""What a resolver and its store agree on: the config that decides, and the log of what people decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from idlab.config import ScoringConfig
from idlab.errors import BadInput, ConfigSwitched
from idlab.stores.base import Changes, Rows, Store, Transaction, in_a_step
from idlab.stores.kept import LogEntry, Paper, Settings


def agree(config: ScoringConfig, store: Store, successor: int = 0) -> None:
    """Let an empty store serve a config; of any other store see that it serves this one.

    Args:
        config: The config.
        store: The store.
        successor: The generation that serves instead of this one, if one does.

    Raises:
        BadInput: If the store serves another config.
        ConfigSwitched: If another generation of the store serves than ``successor`` says.
    """
    if not in_a_step(store, (), lambda transaction: _must_be_its_config(config, transaction, successor)):
        in_a_step(store, None, lambda transaction: _adopt(config, transaction, successor))


def config_of(rows: Rows) -> ScoringConfig:
    """The config that a store serves.

    Raises:
        BadInput: If no resolver was ever opened on the store.

    Example:
        >>> from pathlib import Path
        >>> from idlab.stores import MemoryStore
        >>> store, config = MemoryStore(), ScoringConfig.load(Path("configs/default.json"))
        >>> agree(config, store)
        >>> with store.reading() as rows:
        ...     config_of(rows) == config
        True
    """
    settings = rows.settings()
    if settings is None:
        raise BadInput(
            "nothing was ever resolved here, so it serves no config yet",
            where="store",
            hint="resolve something first: idlab resolve DATASET --config FILE --engine online --store URL --out DIR",
        )
    return ScoringConfig.parse(json.loads(settings.config), where="the store's config")


def _adopt(config: ScoringConfig, transaction: Transaction, successor: int) -> None:
    if not _must_be_its_config(config, transaction, successor):
        transaction.put(Changes(settings=Settings(config.to_json(), config.digest, successor)))


def _must_be_its_config(config: ScoringConfig, transaction: Transaction, successor: int) -> bool:
    """Whether the store serves a config already, which must be this one."""
    settings = transaction.settings()
    if settings is None:
        return False
    if settings.digest != config.digest:
        raise BadInput(
            f"the store serves config {settings.digest[:12]}, and this is config {config.digest[:12]}",
            where="store",
            hint="open it with its own config, or switch it: idlab migrate-config --store URL --to FILE",
        )
    must_serve(transaction, config.digest, successor)
    return True


def must_serve(transaction: Transaction, digest: str, successor: int = 0) -> None:
    """Give up if the store no longer serves a config, or another generation than ``successor`` serves instead.

    Raises:
        ConfigSwitched: If so.
    """
    settings = transaction.settings()
    if settings is None or settings.digest != digest or settings.successor != successor:
        raise ConfigSwitched(
            "the store was switched to another config",
            where="store",
            hint="open the store anew, with the config that it serves now",
        )


def note(
    transaction: Transaction, at: int, by: str, kind: str, about: Mapping[str, Any], *papers: Paper
) -> LogEntry:
    """Add an entry to the log, and write papers with it, in a step that runs alone.

    Args:
        transaction: The step.
        at: When, in microseconds UTC.
        by: Who.
        kind: What was done.
        about: What it names, by ids; never an identifier of a person.
        papers: What is written with it.

    Returns:
        The entry.
    """
    head = transaction.paper(*LOG_END)
    entry = LogEntry(transaction.draw(), at, by, kind, about).after(
        "" if head is None else head.body["chain"]
    )
    chain = Paper(*LOG_END, 0, "", {"chain": entry.chain})
    transaction.put(Changes(logged=(entry,), papers=(*papers, chain)))
    return entry


LOG_END = "log", "chain"
"""The paper that holds the end of the log's chain."""
