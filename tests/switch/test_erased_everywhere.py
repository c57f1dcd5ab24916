"""Whoever is erased where a store serves is erased in every generation of it, and nobody else is."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from idlab import Resolver
from idlab.erasure import erase, erase_in_generations
from idlab.model import customer_id_of
from idlab.serving import config_of
from idlab.stores import open_store
from idlab.stores.base import in_a_step
from idlab.stores.generations import generations
from idlab.stores.kinds import opened
from idlab.switch.moving import Moving
from idlab.testing.configs import draw_config
from idlab.testing.logs import draw_moves
from tests.switch.held import filled_by

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def erased_by_generation(url: str) -> dict[int, set[str]]:
    """Of every generation, the interactions that it holds as erased."""
    found = {}
    for one in generations(url):
        with closing(opened(one.url)) as store, store.reading() as rows:
            records = list(rows.records())
            found[one.number] = {
                record.interaction_id
                for record in records
                if rows.identity(rows.holder(record.interaction_id) or "").erased
            }
            assert not any(any(rows.record(name).values) for name in found[one.number])
    return found


def erased(url: str, name: str) -> None:
    """Erase whoever holds an interaction, as the command does."""
    with closing(open_store(url)) as store:
        resolver = Resolver(in_a_step(store, (), config_of), store)
        erase(
            resolver,
            [customer_id_of(name)],
            by="dpo",
            at=NOW,
            elsewhere=lambda gone: erase_in_generations(url, gone, by="dpo", at=NOW),
        )


def test_after_a_switch_and_while_one_is_prepared(tmp_path: Path) -> None:
    parted = 0
    for seed in range(8):
        url = f"sqlite:///{tmp_path / f'{seed}.db'}"
        config, other = draw_config(Random(seed)), draw_config(Random(seed + 10**6))
        moves = [one for one in draw_moves(Random(seed), 40) if one.kind != "erase"]
        with closing(open_store(url)) as store:
            sent = list(filled_by(store, config, moves))
        Moving(url).beside(other)
        erased(url, sent[0])
        first = erased_by_generation(url)
        assert first[1] == first[2]
        Moving(url).to(other, drop_answers=True)
        assert set(erased_by_generation(url)) == {1, 3}
        assert erased_by_generation(url)[3] == first[1]
        erased(url, sent[-1])
        second = erased_by_generation(url)
        assert second[1] == second[3] > first[1]
        parted += _parted(url)
        Moving(url).back(drop_answers=True)
        assert erased_by_generation(url)[1] == second[1]
    assert parted > 0


def _parted(url: str) -> int:
    """How often somebody was parted from those who were erased, in all generations."""
    count = 0
    for one in generations(url):
        with closing(opened(one.url)) as store, store.reading() as rows:
            count += sum(entry.kind == "split" and entry.by == "migrate-config" for entry in rows.logged())
    return count
