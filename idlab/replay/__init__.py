"""The bulk engine: a log encoded once, replayed under any scoring config in one compiled pass."""

from idlab.replay.encode import encode, encode_entries
from idlab.replay.run import Replay, replay
from idlab.replay.tape import Tape

__all__ = ["Replay", "Tape", "encode", "encode_entries", "replay"]
