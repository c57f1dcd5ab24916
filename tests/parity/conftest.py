"""The worlds that the tests of this folder share, run once."""

from __future__ import annotations

import pytest

from tests.parity.directed import LOGS
from tests.parity.runs import N_SEEDS, Run, run, run_log, seeded_world


@pytest.fixture(scope="session")
def ran() -> list[Run]:
    """A fixed set of worlds through the oracle and both engines: those of the seeds, then the logs by hand."""
    drawn = [run(seeded_world(seed)) for seed in range(N_SEEDS)]
    return drawn + [run_log(config, log) for config, log in LOGS.values()]
