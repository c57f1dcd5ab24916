"""The replay measured: encoding, replaying, and the most memory that both took."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from idlab.bench.fresh import peak_mib
from idlab.bench.records import normalised_records
from idlab.bench.timing import timed
from idlab.bench.workload import KEYS, check_no_hub, widest_key
from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.core.codes import OUTCOMES
from idlab.data.dataset import read_dataset
from idlab.evaluate import tape_of
from idlab.model import Interaction
from idlab.replay import Tape, encode_entries, replay
from idlab.replay.jit import is_compiled

_ENCODINGS = 3
_ENCODING_S = 60.0
"""Seconds of encoding after which it is not measured again."""


@dataclass(frozen=True)
class ReplayFigures:
    """What a process found that read a dataset, encoded and replayed it.

    Args:
        interactions, identities: How many there are.
        outcomes: How often each occurred.
        widest_key: The largest number of records that share one value of a key.
        encode_s: Seconds from the table of raw interactions to the tape, of each time.
        first_replay_s: Seconds of the replay that is not counted: it loads the compiled code.
        replay_s: Seconds of each further replay.
        peak_mib: The most memory that the process had resident, with dataset, tape and replay.
        is_compiled: Whether the replay ran compiled.
    """

    interactions: int
    identities: int
    outcomes: dict[str, int]
    widest_key: int
    encode_s: tuple[float, ...]
    first_replay_s: float
    replay_s: tuple[float, ...]
    peak_mib: float
    is_compiled: bool


def load_compiled_code(config: ScoringConfig) -> None:
    """Replays one interaction, so that the compiled code is in its cache afterwards."""
    call = Interaction("call-1", datetime(2026, 1, 5, tzinfo=UTC), "voice", phone="+1 202 555 0143")
    replay(encode_entries([call], config), config)


def measure_replay(
    folder: Path, config: ScoringConfig, *, records: Path | None = None, repeats: int = 5
) -> ReplayFigures:
    """Measure how a dataset is encoded and replayed in this process, which should be a fresh one.

    Args:
        folder: The dataset.
        config: The scoring config to replay it under.
        records: Where to write the normalised records for a peer, as Parquet, once all is measured.
        repeats: How often to replay, after one replay that is not counted.

    Raises:
        BadInput: If a value of a key is a hub.
    """
    data = read_dataset(folder)
    encode_s, tape = timed(lambda: tape_of(data, config), at_most=_ENCODINGS, within=_ENCODING_S)
    first_replay_s = timed(lambda: replay(tape, config), at_most=1)[0][0]
    replay_s, done = timed(lambda: replay(tape, config), at_most=repeats)
    most = peak_mib()
    check_no_hub(done)
    if records is not None:
        _write_records(tape, config, records)
    counts = Counter(done.outcome.tolist())
    return ReplayFigures(
        interactions=len(data),
        identities=len(np.unique(done.identity)),
        outcomes={name: counts[code] for code, name in enumerate(OUTCOMES)},
        widest_key=widest_key(done),
        encode_s=encode_s,
        first_replay_s=first_replay_s,
        replay_s=replay_s,
        peak_mib=most,
        is_compiled=is_compiled(),
    )


def _write_records(tape: Tape, config: ScoringConfig, path: Path) -> None:
    names = [key.partition(".")[0] for key in KEYS]
    names.append(config.guards.name_field)
    pq.write_table(normalised_records(tape, compiled(config).field_names, names), path)
