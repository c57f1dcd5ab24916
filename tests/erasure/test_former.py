"""A generation that no longer serves holds the same people: they are erased from it too."""

from __future__ import annotations

import json
from pathlib import Path

from idlab import Resolver, ScoringConfig, open_store
from idlab.stores.base import in_a_step
from idlab.stores.generations import hand_over, new_number
from idlab.stores.kinds import opened
from idlab.stores.urls import url_of
from tests.cli.running import run_idlab
from tests.erasure.people import config, contacts, customers, fill, held_by, needles
from tests.erasure.searching import files, search


def other_config() -> ScoringConfig:
    document = json.loads(config().to_json())
    document["decide"]["merge_at"] = 0.95
    return ScoringConfig.parse(document, where="test")


def test_they_are_erased_from_every_generation(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'id.db'}"
    first = open_store(url)
    fill(Resolver(config(), first), contacts())
    number = new_number(url)
    second = opened(url_of(url, number))
    resolver = Resolver(other_config(), second)
    fill(resolver, contacts())
    in_a_step(first, None, lambda alone: hand_over(alone, number))
    ids = customers(resolver)
    wanted = needles(resolver, held_by(resolver, ids))
    first.close()
    second.close()
    before = {path.name: files([path]) for path in tmp_path.glob("id.db*")}
    assert search(before, wanted)["id.db"].found
    assert search(before, wanted)["id.db.2"].found

    done = run_idlab("erase", *ids, "--store", url, "--yes", "--json")
    assert done.code == 0, done.err
    after = search({path.name: files([path]) for path in tmp_path.glob("id.db*")}, wanted)
    assert not any(one.found for one in after.values())
    (certificate,) = done.json["certificates"]
    assert certificate["elsewhere"] == [{"where": "generation 1", "what": "erased and cleaned"}]
    assert (tmp_path / "id.db.erasures").exists() and not (tmp_path / "id.db.2.erasures").exists()
    assert len(list(tmp_path.glob("*.erasure-*.json"))) == 1
