"""Several processes give what one gives, share the worlds, and end with their parent."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence

import numpy as np
import pytest

import synthetic
from idlab.config import ScoringConfig
from idlab.errors import BadInput, IdlabError
from idlab.replay import replay
from idlab.tune import LeastCost, MostRecall
from idlab.tune.bars import NO_BAR, CostBar
from idlab.tune.objective import encoded
from idlab.tune.shared import read_shared, write_shared
from idlab.tune.workers import Alone, Processes, Task, workers_for
from tests.tune.test_space import edited

GOAL = LeastCost()


@pytest.fixture(scope="module")
def worlds(retail, default):
    return [encoded(one, default) for one in (retail, synthetic.generate("tiny", 200, 1).dataset)]


@pytest.fixture(scope="module")
def tasks(default):
    margins = [edited(default, decide={"margin": float(number)}) for number in range(6)]
    bars = [NO_BAR, CostBar((0.0,))] * 3
    return [Task(number, *both) for number, both in enumerate(zip(margins, bars, strict=True))]


def results(workers, tasks):
    for task in tasks:
        workers.send(task)
    return dict(workers.receive() for _ in tasks)


def told(value):
    """Texts as a list; what else there is as it is."""
    return list(value) if isinstance(value, Sequence) and not isinstance(value, tuple) else value


def test_shared_worlds_are_the_same_worlds(worlds, default, tmp_path):
    write_shared(worlds, tmp_path)
    for one, other in zip(worlds, read_shared(tmp_path), strict=True):
        assert np.array_equal(one.person, other.person) and np.array_equal(one.counted, other.counted)
        for part in dataclasses.fields(one.tape):
            mine, theirs = getattr(one.tape, part.name), getattr(other.tape, part.name)
            same = (
                np.array_equal(mine, theirs) if isinstance(mine, np.ndarray) else told(mine) == told(theirs)
            )
            assert same, part.name
            if isinstance(theirs, np.ndarray):
                assert theirs.flags.aligned and theirs.flags.writeable, part.name
        wanted, got = (replay(world.tape, default) for world in (one, other))
        assert np.array_equal(wanted.identity, got.identity)
        assert [wanted.decision(i) for i in range(20)] == [got.decision(i) for i in range(20)]


def test_shared_arrays_lie_in_one_file_that_nobody_changes(worlds, default, tmp_path):
    write_shared(worlds, tmp_path)
    before = (tmp_path / "arrays").read_bytes()
    (world, _) = read_shared(tmp_path)
    assert world.tape.record.base is not None
    world.tape.record[:] = -1
    assert (tmp_path / "arrays").read_bytes() == before


@pytest.fixture(scope="module")
def crew(worlds):
    with workers_for(2, worlds, GOAL) as crew:
        yield crew


def test_processes_give_what_one_process_gives(worlds, tasks, crew):
    alone = results(Alone(worlds, GOAL), tasks)
    assert {number: len(numbers) for number, numbers in alone.items()} == dict(enumerate([2, 1, 2, 1, 2, 1]))
    assert crew.window == 4
    assert results(crew, tasks) == alone


def test_a_mistake_in_a_process_is_told_by_the_parent_and_the_process_goes_on(default, tasks, crew):
    document = json.loads(default.to_json())
    other = ScoringConfig.parse({**document, "keys": document["keys"][:1]})
    crew.send(Task(0, other, NO_BAR))
    with pytest.raises(BadInput, match="encoded for other fields, normalisation or keys"):
        crew.receive()
    assert set(results(crew, tasks)) == set(range(6))


def test_a_process_that_dies_is_told_in_one_line(worlds, tasks, tmp_path):
    write_shared(worlds, tmp_path)
    processes = Processes(1, tmp_path, GOAL)
    (process,) = processes._processes.values()
    process.kill()
    process.join()
    with pytest.raises(IdlabError, match="ended without an answer; give it more memory, or fewer workers"):
        results(processes, tasks[:1])
    processes.close()


def interrupted(worlds, tasks, pids):
    """Work that is broken off by Ctrl-C."""
    with workers_for(2, worlds, MostRecall(0.9, 50)) as crew:
        for task in tasks:
            crew.send(task)
        pids += [process.pid for process in crew._processes.values()]
        raise KeyboardInterrupt


def test_processes_are_gone_when_the_block_ends_also_in_the_middle_of_work(worlds, tasks):
    pids = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(worlds, tasks, pids)
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_no_workers_are_refused(worlds):
    with pytest.raises(BadInput, match="got 0 workers"), workers_for(0, worlds, GOAL):
        pass
