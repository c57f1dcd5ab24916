"""A store on a server that was filled in bulk goes on as if it had decided itself."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import synthetic
from idlab import Resolver
from idlab.bench.filling import fill, put_into
from idlab.bench.workload import SCENARIO, SEED
from idlab.data.dataset import read_dataset
from idlab.data.stream import interactions_of
from idlab.stores import open_store
from idlab.telling import untold


def test_postgresql_goes_on_from_what_it_was_filled_with(
    empty: Callable[[], str], default, tmp_path: Path
) -> None:
    folder = tmp_path / SCENARIO
    synthetic.generate(SCENARIO, 900, SEED).write(folder)
    url, stream = empty(), interactions_of(read_dataset(folder))
    filling = fill(tmp_path / "filled.db", default, stream, 250, untold)
    put_into(url, tmp_path / "filled.db", untold)
    store = open_store(url)
    resolver, over_memory = Resolver(default, store), Resolver(default, filling)
    for one in islice(stream, 150):
        assert resolver.resolve(one) == over_memory.resolve(one)
    store.close()
