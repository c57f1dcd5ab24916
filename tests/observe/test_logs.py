"""Logs: one line of JSON for each thing that happens, which says what, to whom by ids, and how long it took."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from idlab import Action, Interaction, MemoryStore, Resolver, ScoringConfig
from idlab.errors import BadInput, StoreFailure
from idlab.model import customer_id_of
from idlab.observe import JsonLines, Logs, Observed, correlated, logs_to
from idlab.testing.logs import START


def call(name: str, **raw: str) -> Interaction:
    return Interaction(name, START, "voice", **raw)


class Listening:
    """A resolver whose log is read."""

    def __init__(self, config: ScoringConfig) -> None:
        self.written = io.StringIO()
        self.resolver = Observed(Resolver(config, MemoryStore()), Logs())

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.written.getvalue().splitlines()]


@pytest.fixture
def listening(handmade: ScoringConfig) -> Iterator[Listening]:
    listening = Listening(handmade)
    with logs_to(listening.written):
        yield listening


def test_a_decision_is_one_line(listening: Listening, handmade: ScoringConfig) -> None:
    with correlated("request-7"):
        decision = listening.resolver.resolve(call("call-1", phone="+1 202 555 0143"))
    (line,) = listening.lines
    assert line.pop("ms") > 0
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "INFO",
        "event": "decided",
        "correlation": "request-7",
        "interaction_id": "call-1",
        "customer_id": decision.customer_id,
        "outcome": "NEW",
        "reasons": list(decision.reasons),
        "config": handmade.digest[:12],
        "store": "memory",
    }


def test_actions_are_told_with_what_they_name_and_not_with_who_decided(listening: Listening) -> None:
    for name in ("call-1", "call-2"):
        listening.resolver.resolve(call(name, phone="+1 202 555 0143", full_name="Ann Lee"))
    customer = customer_id_of("call-1")
    assert listening.resolver.act(Action.split(customer, ("call-2",)), by="agent Smith") == "done"
    line = listening.lines[-1]
    assert (line["event"], line["action"], line["answer"]) == ("acted", "split", "done")
    assert (line["customers"], line["interactions"]) == ([customer], ["call-2"])
    assert "link" not in line and "verdict" not in line
    assert "Smith" not in listening.written.getvalue()


def test_a_mistake_is_a_warning_in_idlabs_own_words(listening: Listening) -> None:
    with pytest.raises(BadInput) as failure:
        listening.resolver.act(Action.accept("none+none"))
    line = listening.lines[-1]
    assert (line["event"], line["level"], line["failure"]) == ("failed", "WARNING", "UnknownReference")
    assert line["message"] == str(failure.value)
    assert (line["action"], line["link"]) == ("accept", "none+none")


def test_a_failure_of_the_store_is_an_error(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreFailure("the disk is full", where="id.db", hint="free some space")

    monkeypatch.setattr(listening.resolver.store, "step", fail)
    with pytest.raises(StoreFailure):
        listening.resolver.resolve(call("call-1"))
    line = listening.lines[-1]
    assert (line["event"], line["level"], line["failure"]) == ("failed", "ERROR", "StoreFailure")
    assert line["message"] == "id.db: the disk is full; free some space"


def test_entries_of_one_request_have_one_correlation_id_and_others_each_their_own(
    listening: Listening,
) -> None:
    with correlated() as made:
        listening.resolver.resolve(call("call-1"))
        listening.resolver.resolve(call("call-2"))
    listening.resolver.resolve(call("call-3"))
    listening.resolver.resolve(call("call-4"))
    first, second, third, fourth = [line["correlation"] for line in listening.lines]
    assert first == second == made
    assert len({made, third, fourth}) == 3


@pytest.mark.parametrize("name", ['a"b\n{', "a\x00b", "a\ud800b", "é" * 300])
def test_any_interaction_id_stays_one_line_of_ascii(name: str, listening: Listening) -> None:
    listening.resolver.resolve(call(name))
    (line,) = listening.written.getvalue().splitlines()
    assert line.isascii()
    assert json.loads(line)["interaction_id"] == name


def test_records_of_others_are_told_by_where_they_are_from_alone() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("theirs")
    logger.addHandler(handler)
    try:
        int("+1 202 555 0143")
    except ValueError:
        logger.exception("no use for %s", "+1 202 555 0143", stack_info=True)
    logger.removeHandler(handler)
    (line,) = [json.loads(one) for one in stream.getvalue().splitlines()]
    assert (line["event"], line["logger"], line["exception"]) == ("log", "theirs", "ValueError")
    assert "555" not in stream.getvalue()


def test_what_is_told_reaches_other_formatters_as_details(
    handmade: ScoringConfig, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="idlab"):
        Observed(Resolver(handmade, MemoryStore()), Logs()).resolve(call("call-1"))
    opened, decided = caplog.records
    assert (opened.message, decided.message) == ("opened", "decided")
    assert decided.__dict__["details"]["interaction_id"] == "call-1"


def test_lines_are_added_to_a_file_and_to_a_new_one_once_it_was_moved_away(
    handmade: ScoringConfig, tmp_path: Path
) -> None:
    path = tmp_path / "idlab.log"
    path.write_text("{}\n")
    with logs_to(path):
        resolver = Observed(Resolver(handmade, MemoryStore()), Logs())
        path.rename(tmp_path / "idlab.log.1")
        resolver.resolve(call("call-1"))
    assert len((tmp_path / "idlab.log.1").read_text().splitlines()) == 2
    assert json.loads(path.read_text())["event"] == "decided"
    assert logging.getLogger("idlab").handlers == []


def test_lines_that_cannot_be_written_are_said_to_be_lost_once_and_decisions_go_on(
    handmade: ScoringConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    with logs_to(Full()):
        resolver = Observed(Resolver(handmade, MemoryStore()), Logs())
        assert resolver.resolve(call("call-1")).outcome == "NEW"
    assert capsys.readouterr().err == "idlab: lines of the log are lost (OSError); decisions go on\n"
