"""Third-party data sets with truth, from their CSV files to numbers, by the commands a user would type."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from idlab.config import ScoringConfig
from idlab.data.dataset import read_dataset
from idlab.evaluate import tape_of
from tests.cli.running import Idlab, digests


class Source(NamedTuple):
    """How a data set comes in, and what must come out.

    The numbers are those of the drafted config, which learns nothing from the truth: sane, and stable within
    what another release of a library that normalises may move them by.
    """

    options: tuple[str, ...]
    rows: int
    persons: int
    filled: dict[str, int]
    problems: dict[tuple[str, str], int]
    merge_precision: float
    bcubed: tuple[float, float]


SOURCES = {
    "febrl3": Source(
        (
            *("--map", "full_name=given_name+surname", "--field", "address:text=street_number+address_1"),
            *("--field", "suburb:text=suburb", "--field", "postcode:code=postcode"),
            *("--field", "born:date=date_of_birth", "--field", "ssn:code=soc_sec_id"),
        ),
        rows=5000,
        persons=2000,
        filled={"full_name": 4994, "born": 4845, "ssn": 5000},
        problems={("born", "invalid"): 35},  # as 19372109: no such days
        merge_precision=0.999,
        bcubed=(1.0, 0.9974),
    ),
    "splink_fake_1000": Source(
        ("--map", "full_name=first_name+surname", "--field", "city:text=city", "--field", "born:date=dob"),
        rows=1000,
        persons=251,
        filled={"full_name": 964, "email": 789, "city": 813, "born": 1000},
        problems={("email", "invalid"): 30},  # as nw5n@buckley.i4fo
        merge_precision=0.99,
        bcubed=(1.0, 0.727),
    ),
    "csisk_messy_300": Source(
        ("--map", "full_name=name", "--field", "address:text=address"),
        rows=300,
        persons=100,
        filled={"full_name": 300, "email": 200, "phone": 270, "address": 270},
        problems={},
        merge_precision=0.99,
        bcubed=(1.0, 0.956),
    ),
}


@pytest.fixture(scope="module", params=SOURCES)
def imported(
    request: pytest.FixtureRequest, idlab: Idlab, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Source, Path, dict[str, Any]]:
    """A data set, imported; and what the import reported."""
    source, folder = SOURCES[request.param], shared / "data" / request.param
    dataset = tmp_path_factory.mktemp(request.param) / "dataset"
    truth = ("--truth-file", folder / "truth.csv")
    names = ("--map", "interaction_id=record_id", *source.options)
    done = idlab("import", folder / "records.csv", *names, *truth, "--out", dataset, "--json")
    return source, dataset, done.json


@pytest.fixture(scope="module")
def drafted(imported: tuple[Source, Path, dict[str, Any]], idlab: Idlab) -> Path:
    """The config drafted for the data set."""
    dataset = imported[1]
    config = dataset.with_name("draft.json")
    assert idlab("draft", dataset, "--out", config, "--overwrite").code == 0
    return config


def test_rows_and_fields(imported: tuple[Source, Path, dict[str, Any]]) -> None:
    source, _, report = imported
    assert report["rows"] == source.rows and report["persons"] == source.persons
    assert {name: report["filled"][name] for name in source.filled} == source.filled
    assert any("occurred_at" in note for note in report["notes"])


def test_reasons_of_normalisation(imported: tuple[Source, Path, dict[str, Any]], drafted: Path) -> None:
    source, dataset, _ = imported
    tape = tape_of(read_dataset(dataset), ScoringConfig.load(drafted))
    assert dict(tape.problems) == source.problems


def test_metrics_of_the_drafted_config(
    imported: tuple[Source, Path, dict[str, Any]], drafted: Path, idlab: Idlab
) -> None:
    source, dataset, _ = imported
    found = idlab("evaluate", dataset, "--config", drafted, "--json").json
    assert found["merge"]["precision"]["value"] >= source.merge_precision
    measured = found["bcubed"]["precision"]["value"], found["bcubed"]["recall"]["value"]
    assert measured == pytest.approx(source.bcubed, abs=0.01)
    for section in ("merge", "bcubed", "cluster", "ceiling"):
        for rate in found[section].values():
            assert 0 <= rate["low"] <= rate["value"] <= rate["high"] <= 1
    assert found["bcubed"]["recall"]["value"] <= found["ceiling"]["recall"]["value"]


@pytest.mark.parametrize("name", ["baseline", "default", "draft"])
def test_both_engines_agree(
    name: str,
    imported: tuple[Source, Path, dict[str, Any]],
    drafted: Path,
    idlab: Idlab,
    configs: Path,
    tmp_path: Path,
) -> None:
    dataset = imported[1]
    config = drafted if name == "draft" else configs / f"{name}.json"
    for engine in ("online", "replay"):
        options = ("--engine", engine, "--out", tmp_path / engine)
        assert idlab("resolve", dataset, "--config", config, *options).code == 0
    assert digests(tmp_path / "online") == digests(tmp_path / "replay")
