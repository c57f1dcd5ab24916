"""``idlab report`` and ``idlab demo`` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idlab.cli.report_files import named
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.report.recipe import ReportRecipe
from tests.cli.running import Ran, run_idlab
from tests.report.conftest import PROJECT
from tests.report.page_parts import of_class, parsed, text_of

CONFIGS = PROJECT / "configs"


@pytest.fixture(scope="module")
def folder(world: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world as a dataset folder."""
    path = tmp_path_factory.mktemp("report") / "world"
    world.write(path)
    return path


def test_a_report_is_written(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    done = run_idlab(
        "report",
        folder,
        "--config",
        CONFIGS / "default.json",
        "--against",
        CONFIGS / "baseline.json",
        "--out",
        out,
        "--capacity",
        2,
        "--answering",
        "customers=0.25,customer_days=3",
        "--promise",
        0.2,
    )
    assert done.code == 0, done.err
    assert json.loads(out.with_suffix(".manifest.json").read_text())["capacity"] == 2
    page = text_of(parsed(out.read_text(encoding="utf-8")))
    assert "Reviewers who answer 2 questions a day" in page
    assert "answers 25 % of links after 3 days" in page and "a false-merge rate of at most 0.2" in page
    assert str(out) in done.out and "baseline and default" in done.out
    assert "default against baseline" in text_of(parsed(out.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report without sweeps, with everything that stands beside it."""
    out = tmp_path_factory.mktemp("made") / "report.html"
    figures = out.parent / "figures"
    done = run_idlab(
        "report",
        folder,
        "--config",
        CONFIGS / "default.json",
        "--no-sweeps",
        "--out",
        out,
        "--figures",
        figures,
    )
    assert done.code == 0, done.err
    return out


def test_numbers_and_figures_stand_beside_a_report(made: Path) -> None:
    numbers = json.loads(made.with_suffix(".metrics.json").read_text())
    assert list(numbers) == ["default"]
    assert numbers["default"]["merge"]["precision"]["low"] < 1
    moments = numbers["default"]["dispositions"]
    assert moments["then"]["rates"]["merge_precision"] == numbers["default"]["merge"]["precision"]
    cells = moments["in_the_end"]["matrix"]
    assert sum(cell["decisions"] for cell in cells) == numbers["default"]["counts"]["counted"]
    pictures = {path.stem for path in (made.parent / "figures").glob("*.png")}
    assert pictures == {path.stem for path in (made.parent / "figures").glob("*.csv")}
    assert {"comparison", "merges", "hindsight", "lost-recall", "blast-radius", "trivial"} <= pictures
    figures = parsed(made.read_text(encoding="utf-8")).iter("svg")
    assert len(pictures) == sum(figure.get("role") == "img" for figure in figures)


def test_a_report_is_made_again_byte_for_byte(made: Path, tmp_path: Path) -> None:
    done = run_idlab(
        "report", "--reproduce", made.with_suffix(".manifest.json"), "--out", tmp_path / "again.html"
    )
    assert done.code == 0, done.err
    assert "reproduced byte for byte" in done.out
    assert (tmp_path / "again.html").read_bytes() == made.read_bytes()


def test_a_report_that_comes_out_otherwise_is_told(made: Path, tmp_path: Path) -> None:
    manifest = json.loads(made.with_suffix(".manifest.json").read_text())
    elsewhere = made.with_name("wrong.manifest.json")
    elsewhere.write_text(json.dumps(manifest | {"sha256": "0" * 64, "versions": {"python": "3.0"}}))
    done = run_idlab("report", "--reproduce", elsewhere)
    assert done.code == 1
    assert "other versions now: " in done.err and "python" in done.err


def test_what_a_report_was_made_from_must_be_as_it_was(made: Path) -> None:
    manifest = json.loads(made.with_suffix(".manifest.json").read_text())
    manifest["configs"][0]["digest"] = "0" * 64
    changed = made.with_name("changed.manifest.json")
    changed.write_text(json.dumps(manifest))
    assert "has changed since" in run_idlab("report", "--reproduce", changed).refusal


def test_a_capacity_stands_in_the_manifest_and_needs_sweeps(made: Path, folder: Path, tmp_path: Path) -> None:
    manifest = json.loads(made.with_suffix(".manifest.json").read_text())
    assert manifest.pop("capacity") is None
    older = tmp_path / "older.manifest.json"
    older.write_text(json.dumps(manifest))
    del manifest["answering"], manifest["promise"]
    older.write_text(json.dumps(manifest))
    assert ReportRecipe.load(older).capacity is None
    asked = ("--config", CONFIGS / "default.json", "--out", tmp_path / "report.html", "--capacity", 3)
    assert "which --no-sweeps leaves out" in run_idlab("report", folder, *asked, "--no-sweeps").refusal


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "idlab.report/1"}'])
def test_what_is_no_manifest_is_refused(text: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.manifest.json"
    wrong.write_text(text)
    assert "is no manifest of a report" in run_idlab("report", "--reproduce", wrong).refusal


def test_a_report_needs_a_dataset_a_config_and_a_file(folder: Path) -> None:
    assert "--config and --out are needed" in run_idlab("report", folder).refusal


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--config", "missing.json"), "missing.json"),
        (("--config", CONFIGS / "default.json", "--against", "missing.json"), "missing.json"),
        (("--config", CONFIGS / "default.json", "--study", "nowhere"), "no finished study"),
        (("--config", CONFIGS / "default.json", "--costs", "false=-1"), "c_false"),
        (("--config", CONFIGS / "default.json", "--answering", "clients=1"), "valid are customers"),
        (("--config", CONFIGS / "default.json", "--answering", "customers=2"), "customers is 2"),
    ],
)
def test_bad_input_leaves_nothing_behind(
    options: tuple[object, ...], told: str, folder: Path, tmp_path: Path
) -> None:
    done = run_idlab("report", folder, *options, "--out", tmp_path / "report.html")
    assert told in done.refusal
    assert list(tmp_path.iterdir()) == []


def test_configs_of_one_name_are_told_apart(tmp_path: Path) -> None:
    default = ScoringConfig.load(CONFIGS / "default.json")
    files = [tmp_path / one / f"{stem}.json" for one, stem in (("a", "old"), ("a", "new"), ("b", "new"))]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_text(default.to_json(), encoding="utf-8")
    assert list(named(files)) == ["default (old)", "default (new)", "default (new) 3"]
    assert list(named([files[0], CONFIGS / "baseline.json"])) == ["default", "baseline"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A tiny demo."""
    out = tmp_path_factory.mktemp("demo") / "out"
    return out, run_idlab("demo", "--out", out, "--interactions", 1500, "--trials", 4, "--seed", 2)


def test_the_demo_ends_with_a_table_and_paths(demo: tuple[Path, Ran]) -> None:
    out, done = demo
    exported = (out / "bundle.json").exists()
    assert done.code == (0 if exported else 1), done.err
    head = next(line.split() for line in done.out.splitlines() if "baseline" in line)
    assert head == ["baseline", "default", "tuned"]
    assert "95 % intervals" in done.out
    for path in (out / "report.html", out / "study"):
        assert str(path) in done.out.replace("\n", "") and path.exists()
    assert {path.name for path in (out / "worlds").iterdir()} == {"tuning", "choice", "hold-out"}
    assert not [path for path in out.parent.iterdir() if path != out]


def test_the_demo_reports_what_the_study_measured(demo: tuple[Path, Ran]) -> None:
    out, _ = demo
    told = json.loads((out / "demo.json").read_bytes())["hold_out"]
    measured = json.loads((out / "study" / "study.json").read_bytes())["hold_out"]["numbers"]
    assert told["tuned"] == measured["tuned"]
    assert told["baseline"] == measured["baseline"]
    page = parsed((out / "report.html").read_text(encoding="utf-8"))
    assert "4 trials on the tuning world" in text_of(page)
    assert "Deploying" in text_of(next(of_class(page, "lead")))


def test_the_demo_gives_the_same_bytes_again_and_replaces_its_own(demo: tuple[Path, Ran]) -> None:
    out, _ = demo
    names = ("report.html", "demo.json", "study/best.json", "worlds/hold-out/interactions.parquet")
    before = [(out / name).read_bytes() for name in names]
    again = run_idlab("demo", "--out", out, "--interactions", 1500, "--trials", 4, "--seed", 2, "--json")
    assert again.json["hold_out"].keys() == {"baseline", "default", "tuned"}
    assert [(out / name).read_bytes() for name in names] == before


def test_the_demo_replaces_nobody_elses_folder(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    done = run_idlab("demo", "--out", tmp_path)
    assert "not replaced" in done.refusal
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]
    assert "is a file" in run_idlab("demo", "--out", tmp_path / "letters.txt").refusal
