"""Where the trials of a study are kept: a journal file by default, or any storage that Optuna knows by URL."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalRedisBackend

from idlab.errors import BadInput
from idlab.tune.journal import journal_at

STUDY = "idlab"
"""The name of the study in a journal; a database, which may hold several, has the purpose's digest behind it."""

_PURPOSE = "purpose"


def open_study(
    storage: str | None, journal: Path, purpose: Mapping[str, Any], values: Sequence[str]
) -> optuna.Study:
    """The study that a storage keeps, begun or gone on with.

    Args:
        storage: A URL such as ``sqlite:///trials.db``, ``postgresql://...`` or ``redis://...``, or the path of a
            journal file; None for the journal of the study's folder.
        journal: That journal.
        purpose: What the study is about, as JSON.
        values: What each of its values is.

    Raises:
        BadInput: If it is about something else, or the storage cannot be opened.
    """
    if storage is not None and "://" in storage:
        place = "--storage"
        study = _study_at_url(storage, f"{STUDY} {_digest(purpose)}", len(values))
    else:
        place = str(storage or journal)
        study = _study_in_journal(Path(place), len(values))
    _begin(study, purpose, values, place)
    return study


def _study_in_journal(path: Path, values: int) -> optuna.Study:
    storage = journal_at(path)
    try:
        return optuna.create_study(
            storage=storage, study_name=STUDY, directions=["minimize"] * values, load_if_exists=True
        )
    except (ValueError, KeyError, AssertionError) as error:
        hint = "tune into a new folder, or remove it"
        raise BadInput("is not a journal that can be read", where=str(path), hint=hint) from error


def _study_at_url(url: str, name: str, values: int) -> optuna.Study:
    """The study of a name in a database; what its driver says is left out, which may tell the URL's password."""
    try:
        return optuna.create_study(
            storage=_at_url(url), study_name=name, directions=["minimize"] * values, load_if_exists=True
        )
    except Exception as error:  # every driver raises what it likes; nothing but its class is shown
        hint = "give a URL that Optuna knows, such as sqlite:///trials.db, and install its driver"
        what = f"the storage cannot be opened ({type(error).__name__})"
        raise BadInput(what, where="--storage", hint=hint) from error


def _at_url(url: str) -> BaseStorage:
    if url.startswith("redis"):
        return JournalStorage(JournalRedisBackend(url))
    return RDBStorage(url)


def _begin(study: optuna.Study, purpose: Mapping[str, Any], values: Sequence[str], place: str) -> None:
    """Writes what a new study is about; refuses one that is about something else."""
    found = study.user_attrs.get(_PURPOSE)
    if found is None and not study.get_trials(deepcopy=False):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)  # names of values, for dashboards
            study.set_metric_names(list(values))
        study.set_user_attr(_PURPOSE, dict(purpose))
    elif found != purpose:
        other = [name for name in purpose if not isinstance(found, dict) or found.get(name) != purpose[name]]
        raise BadInput(
            f"the study here was made with another {', '.join(other) or 'purpose'}",
            where=place,
            hint="tune into a new folder, or with what this study was begun with",
        )


def _digest(purpose: Mapping[str, Any]) -> str:
    return sha256(json.dumps(purpose, sort_keys=True).encode()).hexdigest()[:12]
