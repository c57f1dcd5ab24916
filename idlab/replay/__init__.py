"""The bulk engine: a log encoded once, replayed under any scoring config in one compiled pass."""

from idlab.replay.encode import Tape, encode, encode_entries
from idlab.replay.run import Replay, replay

__all__ = ["Replay", "Tape", "encode", "encode_entries", "replay"]
