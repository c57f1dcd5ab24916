"""The page is whole in itself, the same every time, and shows no rate without its interval."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset, in_memory
from idlab.errors import BadInput
from idlab.evaluate import Evaluation, evaluate
from idlab.report import Subject, page_of, subject_of, write_report
from tests.report.conftest import COURSE, PROJECT
from tests.report.page_parts import of_class, parsed, text_of

RATE = re.compile(r"[0-9.,]+ %")
INTERVAL = re.compile(r"[0-9.,]+ to [0-9.,]+( %)?")


@pytest.fixture(scope="module")
def page(subject: Subject) -> str:
    return page_of(subject, COURSE)


def test_the_page_is_well_formed_and_its_references_lead_somewhere(page: str) -> None:
    root = parsed(page)
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    asked = {
        value for element in root.iter() for value in re.findall(r"url\(#([^)]+)\)", str(element.attrib))
    }
    for element in root.iter():
        asked |= {element.get("aria-labelledby"), (element.get("href") or "").removeprefix("#")}
    assert asked - {None, ""} - ids.keys() == set()


def test_the_page_loads_nothing(page: str) -> None:
    for foreign in ("http:", "https:", "//", "<script", "<link", "@import", "src="):
        assert foreign not in page, foreign


def test_every_figure_says_in_words_what_it_shows(page: str) -> None:
    figures = list(parsed(page).iter("svg"))
    assert len(figures) >= 12
    for figure in figures:
        assert figure.get("role") == "img"
        title = figure[0]
        assert title.tag == "title" and len(title.text or "") > 40
        assert figure.get("aria-labelledby") == title.get("id")


def test_every_rate_in_a_table_has_its_interval(page: str) -> None:
    rates = 0
    for cell in parsed(page).iter("td"):
        parts = [text_of(part) for part in cell if part.get("class") == "text"]
        if parts and RATE.fullmatch(parts[0]):
            rates += 1
            (note,) = (text_of(part) for part in cell if part.get("class") == "note")
            assert INTERVAL.fullmatch(note), text_of(cell)
    assert rates > 60


def test_every_difference_has_its_interval_and_a_word(page: str) -> None:
    words = Counter()
    for mark in of_class(parsed(page), "mark"):
        word, _, told = text_of(mark).partition(" ")
        words[word] += 1
        if word in ("better", "worse", "higher", "lower"):
            assert re.fullmatch(
                r"[+\u2212][0-9.,]+( points)? \([+\u2212][0-9.,]+ to [+\u2212][0-9.,]+\)", told
            ), told
        else:
            assert f"{word} {told}" == "no clear difference"
    assert words["better"] > 5 and words["worse"] > 0


def test_the_summary_shows_no_rate_without_its_interval(page: str) -> None:
    summary = text_of(next(of_class(parsed(page), "lead")))
    outside = re.sub(r"\([^)]*\)", "()", summary)
    for rate in re.finditer(r"[0-9][0-9.,]*( %)?", outside.replace("1,000 interactions", "")):
        assert outside.replace("1,000 interactions", "")[rate.end() :].startswith(" ()"), summary


def test_the_same_inputs_give_the_same_bytes(subject: Subject, page: str) -> None:
    again = subject_of(
        subject.dataset,
        {one.name: one.evaluation for one in subject.judged},
        {one.name: one.config for one in subject.judged},
    )
    assert page_of(again, COURSE) == page


_ELSEWHERE = """
import sys
from hashlib import sha256
from pathlib import Path
import synthetic
from idlab.config import ScoringConfig
from idlab.evaluate import evaluate
from idlab.report import write_report
world = synthetic.generate("retail", 300, seed=3).dataset
configs = {n: ScoringConfig.load(Path("configs") / f"{n}.json") for n in ("baseline", "default")}
found = {name: evaluate(world, config) for name, config in configs.items()}
write_report(sys.argv[1], found, dataset=world, configs=configs)
"""


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.html"
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(PROJECT)}
        subprocess.run([sys.executable, "-c", _ELSEWHERE, path], cwd=PROJECT, env=environment, check=True)
        written.append(path.read_bytes())
    assert written[0] == written[1]


def _identifiers(subject: Subject) -> set[str]:
    """The values that the examples of a page could show, and the words of names, where they are telling."""
    tape = subject.candidate.evaluation.replay.tape
    words = {word for value in tape.values for word in (value, *value.split())}
    return {word for word in words if len(word) >= 6 and not word.isalpha()}


def test_identifiers_of_real_people_are_masked(taken_for_real: Subject) -> None:
    shown = page_of(replace(taken_for_real, show_identifiers=True))
    masked = page_of(taken_for_real)
    telling = {one for one in _identifiers(taken_for_real) if one in shown}
    assert len(telling) > 5
    assert not [one for one in telling if one in masked]
    names = set(taken_for_real.dataset.interactions["full_name"].dropna().str.lower())
    full = {name for name in names if " " in name and name in shown}
    assert full and not [name for name in full if name in masked]
    assert "Identifiers are masked." in masked


def test_one_config_is_reported_on_without_comparison(taken_for_real: Subject) -> None:
    root = parsed(page_of(taken_for_real))
    assert list(of_class(root, "mark")) == []
    assert "instead of" not in text_of(next(of_class(root, "lead")))


def test_names_are_text_and_no_markup(
    world: Dataset, scoring: dict[str, ScoringConfig], evaluations: dict[str, Evaluation]
) -> None:
    name = "<script>&\"' $x$ \u8a66"
    page = page_of(subject_of(world, {name: evaluations["default"]}, {name: scoring["default"]}))
    assert "<script" not in page
    assert name in text_of(parsed(page))


def _two_calls(**columns: object) -> pd.DataFrame:
    moment = pd.Timestamp("2026-01-05T09:30Z")
    return pd.DataFrame({"interaction_id": ["a", "b"], "occurred_at": moment, "channel": "voice", **columns})


@pytest.mark.parametrize("phone", ["+1 202 555 0143", None, "anonymous"])
@pytest.mark.parametrize("name", ["baseline", "default"])
def test_a_world_of_two_calls_is_reported_on(
    phone: str | None, name: str, scoring: dict[str, ScoringConfig]
) -> None:
    truth = pd.DataFrame({"interaction_id": ["a", "b"], "person_id": ["p", "q"]})
    calls = in_memory(_two_calls(phone=phone), truth=truth)
    found = evaluate(calls, scoring[name])
    parsed(
        page_of(subject_of(calls, {name: found, "same": found}, {name: scoring[name], "same": scoring[name]}))
    )


def test_partial_labels_are_enough(scoring: dict[str, ScoringConfig]) -> None:
    labels = pd.DataFrame({"interaction_id": ["a"], "person_id": ["p"]})
    calls = in_memory(_two_calls(phone="+1 202 555 0143"), labels=labels)
    page = page_of(subject_of(calls, {"default": evaluate(calls, scoring["default"])}, scoring))
    assert "labels: the persons of 1 of 2 interactions" in text_of(parsed(page))


def test_the_file_appears_whole_or_not_at_all(
    tmp_path: Path, world: Dataset, scoring: dict[str, ScoringConfig], evaluations: dict[str, Evaluation]
) -> None:
    path = tmp_path / "new" / "report.html"
    write_report(path, evaluations, dataset=world, configs=scoring)
    assert [one.name for one in path.parent.iterdir()] == ["report.html"]
    before = path.read_bytes()
    with pytest.raises(BadInput, match="another dataset"):
        write_report(path, evaluations, dataset=world.select(world.person > 5), configs=scoring)
    with pytest.raises(BadInput, match="is a folder"):
        write_report(tmp_path, evaluations, dataset=world, configs=scoring)
    with pytest.raises(BadInput, match="not the one given"):
        write_report(path, {"default": evaluations["baseline"]}, dataset=world, configs=scoring)
    with pytest.raises(BadInput, match="no evaluation"):
        write_report(path, {}, dataset=world, configs=scoring)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["report.html"]
