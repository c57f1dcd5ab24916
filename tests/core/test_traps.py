"""The traps between Python, numba and floating point that the design names, a test each."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from idlab import Interaction, ScoringConfig
from idlab.compiled import compiled
from idlab.core.codes import FELLEGI_SUNTER
from idlab.replay import encode_entries
from idlab.replay.state import Room, new_index, new_log, new_members, new_results, new_world
from idlab.replay.user import never
from idlab.testing.configs import draw_config
from tests.parity.directed import bits_config, contact
from tests.parity.engines import Account, run_online, run_replay

PROJECT = Path(__file__).resolve().parents[2]

STORED_NARROW = {
    "World.values.text.points": np.int32,
    "Results.result": np.int8,
    "Results.outcome": np.int8,
    "Results.joined": np.int32,
    "Results.subject": np.int32,
    "Results.runner_up": np.int32,
    "Results.reasons": np.int32,
    "Results.level": np.int8,
}
"""Arrays that only store: what is read from them is a whole number of 64 bits."""


def changed(config: ScoringConfig, **decide: Any) -> ScoringConfig:
    return config.model_copy(update={"decide": config.decide.model_copy(update=decide)})


def strong_config(margin: float) -> ScoringConfig:
    """Every exact match is worth 60 bits, a cookie 10 more; nothing speaks against."""
    document = bits_config().model_dump(mode="json", by_alias=True, exclude_none=True)
    worth = {"phone": 60.0, "email": 60.0, "cookie_id": 10.0}
    for field in document["fields"]:
        field["levels"][0]["weight"] = worth.get(field["name"], 0.0)
    document["decide"] |= {"margin": margin, "on_rivals": "pending"}
    return ScoringConfig.parse(document)


def both(config: ScoringConfig, log: list[Interaction]) -> Account:
    online, replayed = run_online(config, log), run_replay(config, log)
    assert online == replayed
    return online


class TestProbabilitiesThatAreAllOne:
    LOG = (
        contact(0, phone="+1 202 555 0143"),
        contact(1, email="ann@example.com", cookie_id="c"),
        contact(2, phone="+1 202 555 0143", email="ann@example.com", cookie_id="c"),
    )

    def test_the_margin_is_taken_on_the_weight(self) -> None:
        near, far = (both(strong_config(margin), list(self.LOG)).decisions[-1] for margin in (15.0, 5.0))
        assert near.score == near.runner_up_score == far.score == 1.0
        assert near.weight == far.weight == 64.0
        assert near.reasons == ("RIVALS",)
        assert far.reasons == ("STRONG_MATCH",)

    def test_the_weight_ranks_though_the_other_is_older(self) -> None:
        last = both(strong_config(5.0), list(self.LOG)).decisions[-1]
        assert last.customer_id == both(strong_config(5.0), list(self.LOG)).decisions[1].customer_id


class TestThresholds:
    def test_become_weights_once(self) -> None:
        rules = compiled(changed(bits_config(), merge_at=0.95, pending_at=0.8)).rules
        assert rules.merge_at == math.log2(0.95 / (1.0 - 0.95))
        assert rules.pending_at == math.log2(0.8 / (1.0 - 0.8))

    def test_a_weight_that_is_the_threshold_reaches_it_in_both_engines(self) -> None:
        log = [contact(0, cookie_id="c"), contact(1, cookie_id="c")]
        assert [one.weight for one in both(bits_config(), log).decisions] == [None, 0.0]
        assert both(changed(bits_config(), pending_at=0.5), log).results == ["NEW", "PENDING"]

    def test_a_score_is_the_same_function_of_a_weight_in_both_engines(self) -> None:
        chance = Random(1)
        ready = compiled(bits_config())
        assert ready.rules.model == FELLEGI_SUNTER
        for _ in range(1000):
            weight = chance.uniform(-80.0, 80.0)
            assert ready.score(weight) == ready.score(float(np.float64(weight)))
        assert [ready.score(weight) for weight in (-2000.0, 0.0, 54.0, 2000.0)] == [0.0, 0.5, 1.0, 1.0]


class TestSums:
    def test_run_in_the_order_of_the_fields(self) -> None:
        """0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1: both engines add in the order of the config."""
        document = bits_config().model_dump(mode="json", by_alias=True, exclude_none=True)
        worth = {"phone": 0.1, "email": 0.2, "cookie_id": 0.3, "ip_address": 1e16}
        for field in document["fields"]:
            field["levels"][0]["weight"] = min(worth.get(field["name"], 0.0), 100.0)
        document["model"]["prior"] = -0.7
        raw = {"phone": "+1 202 555 0143", "email": "ann@example.com", "cookie_id": "c"}
        last = both(ScoringConfig.parse(document), [contact(0, **raw), contact(1, **raw)]).decisions[-1]
        assert last.weight == -0.7 + (((0.0 + 0.1) + 0.2) + 0.3)
        assert last.weight != -0.7 + (((0.0 + 0.3) + 0.2) + 0.1)


def arrays_of(thing: Any, path: str) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Every array in a named tuple, by path."""
    for name, part in zip(thing._fields, thing, strict=True):
        if isinstance(part, np.ndarray):
            yield f"{path}.{name}", part
        elif hasattr(part, "_fields"):
            yield from arrays_of(part, f"{path}.{name}")


@pytest.mark.parametrize("seed", range(5))
def test_arrays_of_the_kernel_hold_numbers_of_64_bits(seed: int) -> None:
    config = draw_config(Random(seed))
    tape = encode_entries([contact(0, phone="+1 202 555 0143"), contact(1, email="ann@example.com")], config)
    ready, room = compiled(config), Room(cannot=8, moved=8)
    parts = {
        "World": new_world(tape, ready, never, room),
        "Index": new_index(tape),
        "Members": new_members(tape),
        "Log": new_log(tape, room),
        "Results": new_results(tape, ready, room),
    }
    found = [pair for name, part in parts.items() for pair in arrays_of(part, name)]
    assert len(found) > 80
    for path, array in found:
        assert array.dtype == STORED_NARROW.get(path, array.dtype), path
        assert path in STORED_NARROW or array.dtype in (np.int64, np.float64), f"{path} is {array.dtype}"


EDIT_EACH_SOURCE = """
import importlib, sys
from pathlib import Path
from idlab.replay import jit
for name in sys.argv[1:]:
    path = Path(importlib.import_module(name).__file__)
    before = jit.cache_folder()
    path.write_text(path.read_text() + "\\n# edited\\n")
    print(name, jit.cache_folder() != before)
"""


class TestTheCacheOfCompiledCode:
    @pytest.fixture
    def copy(self, tmp_path: Path) -> Path:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / "idlab", tmp_path / "idlab", ignore=ignored)
        return tmp_path

    def test_its_folder_changes_with_every_source_it_is_compiled_from(self, copy: Path) -> None:
        core = [
            f"idlab.core.{path.stem}"
            for path in sorted((copy / "idlab" / "core").glob("*.py"))
            if path.stem not in ("__init__", "predicates")  # predicates are called back, not compiled
        ]
        compiled_from = [*core, "idlab.replay.kernel", "idlab.replay.state", "idlab.replay.jit"]
        printed = self._edit(copy, [*compiled_from, "idlab.model"])
        assert printed == {name: name != "idlab.model" for name in [*compiled_from, "idlab.model"]}

    def test_it_is_where_the_environment_says(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        from idlab.replay import jit

        monkeypatch.setenv("IDLAB_CACHE_DIR", str(tmp_path))
        assert jit.cache_folder().is_relative_to(tmp_path)

    @staticmethod
    def _edit(copy: Path, names: list[str]) -> dict[str, bool]:
        command = [sys.executable, "-c", EDIT_EACH_SOURCE, *names]
        environment = os.environ | {"PYTHONPATH": str(copy)}
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        pairs = (line.split() for line in done.stdout.splitlines())
        return {name: verdict == "True" for name, verdict in pairs}
