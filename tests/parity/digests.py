"""Digests of what both engines make of drawn worlds, printed as JSON: one process for each way to run the replay.

Used as ``python -m tests.parity.digests N [--without numba]``.
"""

from __future__ import annotations

import json
import sys


def main(arguments: list[str]) -> None:
    """Print the digests of the first N worlds, and whether the replay ran compiled."""
    if "--without" in arguments:
        absent = arguments[arguments.index("--without") + 1]
        assert absent not in sys.modules
        sys.modules[absent] = None  # type: ignore[assignment]  # importing it raises ModuleNotFoundError now
    from idlab.replay.jit import is_compiled
    from idlab.testing.worlds import DrawnWorld
    from tests.parity.engines import run_online, run_oracle, run_replay
    from tests.parity.runs import seeded_world

    digests = []
    for seed in range(int(arguments[0])):
        world: DrawnWorld = seeded_world(seed)
        entries, _, _ = run_oracle(world.config, world.moves)
        digests.append(
            [run_online(world.config, entries).digest(), run_replay(world.config, entries).digest()]
        )
    sys.stdout.write(json.dumps({"compiled": is_compiled(), "digests": digests}))


if __name__ == "__main__":
    main(sys.argv[1:])
