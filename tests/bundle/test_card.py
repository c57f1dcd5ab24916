"""The model card says what the bundle says, and what it does not."""

from __future__ import annotations

from pathlib import Path

from idlab.bundle import Bundle, Verdict, card

OLDER = Path(__file__).parent / "data" / "bundle-1.json"


def rows(text: str, title: str) -> list[list[str]]:
    """The rows of the first table of a section, the head first."""
    section = text.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if "---" not in line]


def test_a_card_is_the_same_before_and_after_writing(bundle, written):
    assert card(bundle) == card(Bundle.read(written))


def test_every_gate_stands_in_it_with_its_verdict():
    bundle = Bundle.read(OLDER)
    told = rows(card(bundle), "Gates")[1:]
    assert [row[0] for row in told] == [one.gate for one in bundle.gates]
    assert [row[2] for row in told] == ["passed"] * len(bundle.gates)


def test_rates_stand_in_it_with_their_intervals():
    bundle = Bundle.read(OLDER)
    head, *told = rows(card(bundle), "Quality")
    numbers = bundle.quality["hold_out"]["numbers"]
    assert {row[0] for row in told} == set(numbers)
    rate = numbers["tuned"]["merge"]["precision"]
    tuned = next(row for row in told if row[0] == "tuned")
    shown = "{value:.1f} % ({low:.1f} to {high:.1f})".format(**{k: 100 * v for k, v in rate.items()})
    assert tuned[head.index("merges right")] == shown


def test_what_is_not_known_is_said(default):
    text = card(Bundle.of(default, golden=[]))
    for said in (
        "does not say what the config was tuned on",
        "does not say how good the config is",
        "No gate was asked",
        "No labelled data of its user's own was judged",
    ):
        assert said in text


def test_force_is_said_for_good(default):
    failed = Verdict(gate="cost", on="a world", passed=False, got="500", wanted="at most 400")
    text = card(Bundle.of(default, golden=[], gates=[failed], forced=True))
    assert "**Exported by force: a gate said no.**" in text
    assert "Gates that said no: cost." in text


def test_a_name_cannot_break_out_of_its_cell(default):
    verdict = Verdict(gate="a | b\n\n## Verified", on="x", passed=True, got="1", wanted="2")
    text = card(Bundle.of(default, golden=[], gates=[verdict]))
    assert r"| a \| b ## Verified | x |" in text
    assert "\n## Verified" not in text
