"""The commands about one person, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idlab import Action, Resolver, ScoringConfig
from idlab.cli import app
from tests.checking.filled import quick
from tests.cli.running import run_idlab
from tests.queues.families import customer, email_of, move_in, phone_of


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three families, of which the last is one customer and an erased one."""
    path = tmp_path_factory.mktemp("subject") / "id.db"
    store = quick(path)
    resolver = Resolver(ScoringConfig.load(Path("tests/handmade.json")), store)
    *_, last = move_in(resolver, [0, 1, 2])
    resolver.act(Action.decline(last), by="ann")
    resolver.act(Action.erase(customer("bob", 2)), by="bob")
    store.close()
    return path


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


def test_a_page_is_written(url: str, tmp_path: Path) -> None:
    out = tmp_path / "subject.html"
    told = run_idlab("subject-report", customer("ann", 0), "--store", url, "--out", out)
    assert told.code == 0
    assert customer("ann", 0) in told.out
    assert email_of(0) not in told.out
    assert email_of(0) in out.read_text()
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_document_is_written(url: str, tmp_path: Path) -> None:
    out = tmp_path / "subject.json"
    told = run_idlab("subject-report", customer("ann", 2), "--store", url, "--out", out, "--json").json
    assert told == {
        "customer_id": customer("ann", 2),
        "erased": False,
        "records": 1,
        "links": 1,
        "review_items": 0,
        "log": 1,
        "file": str(out),
    }
    assert json.loads(out.read_text())["customer_id"] == customer("ann", 2)


def test_mistakes_are_told_in_a_line(url: str, tmp_path: Path) -> None:
    out = tmp_path / "subject.html"
    command = ["subject-report", "nobody", "--store", url, "--out", out]
    assert "never handed out" in run_idlab(*command).refusal
    assert "no such file" in run_idlab("log", "--store", f"sqlite:///{tmp_path / 'absent.db'}").refusal
    assert not out.exists()


def test_the_log_is_listed(url: str) -> None:
    told = run_idlab("log", "--store", url, "--json").json
    assert [one["kind"] for one in told["entries"]] == ["decline", "erase"]
    assert [one["by"] for one in told["entries"]] == ["ann", "bob"]
    assert told["chain"] == {"entries": 2, "broken": 0, "is_whole": True, "ok": True}
    page = run_idlab("log", "--store", url, "--limit", 1, "--json").json
    assert len(page["entries"]) == 1
    rest = run_idlab("log", "--store", url, "--after", page["after"], "--json").json
    assert page["entries"] + rest["entries"] == told["entries"]
    of_ann = run_idlab("log", "--store", url, "--customer", customer("ann", 2), "--json").json
    assert [one["kind"] for one in of_ann["entries"]] == ["decline"]
    shown = run_idlab("log", "--store", url)
    assert "unbroken" in shown.out
    assert phone_of(2) not in shown.out


@pytest.mark.parametrize(
    ("field", "typed", "found"),
    [
        ("phone", phone_of(0), [customer("ann", 0), customer("bob", 0)]),
        ("phone", "(202) 555-0001", [customer("ann", 1), customer("bob", 1)]),
        ("email", email_of(1).upper(), [customer("ann", 1)]),
        ("full_name", "Novak, Ann", [customer("ann", 1)]),
        ("phone", phone_of(2), [customer("ann", 2)]),
        ("phone", "+1 202 555 0199", []),
    ],
)
def test_customers_are_found_by_an_identifier(
    field: str, typed: str, found: list[str], url: str, tmp_path: Path
) -> None:
    (tmp_path / "value.txt").write_text(typed + "\n")
    command = ["find", "--field", field, "--value-file", tmp_path / "value.txt", "--store", url, "--json"]
    told = run_idlab(*command)
    assert told.json == {"customers": found}
    assert told.code == (0 if found else 1)
    assert typed not in told.out + told.err
    standard = CliRunner().invoke(
        app, ["find", "--field", field, "--value-file", "-", "--store", url], input=typed
    )
    assert standard.exit_code == told.code
    assert standard.stdout.split() == (found or ["Nobody", "has", "it."])


def test_what_cannot_be_looked_for_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    file = tmp_path / "value.txt"
    command = ["find", "--value-file", file, "--store", url, "--field"]
    file.write_text("no phone at all")
    assert "no phone at all" not in run_idlab(*command, "phone").refusal
    assert "valid are" in run_idlab(*command, "shoe_size").refusal
    file.write_text("+1 202 555 0001\n+1 202 555 0002\n")
    assert run_idlab(*command, "phone").refusal.startswith("--value-file: holds 2 lines")
    file.unlink()
    assert "cannot be read" in run_idlab(*command, "phone").refusal
