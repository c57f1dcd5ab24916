"""A bundle that decides otherwise is refused, at the first decision that does so, explained part by part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idlab.bundle import Bundle, BundleRefused
from idlab.errors import BadInput
from tests.bundle.changing import change, sign
from tests.parity.planted import Bug, planted

OLDER = Path(__file__).parent / "data" / "bundle-1.json"


def test_a_golden_outcome_that_does_not_come_out_is_refused_though_the_digest_holds(written):
    change(written, "golden", 3, "decision", "outcome", to="NEW")
    sign(written)
    bundle = Bundle.read(written)
    with pytest.raises(
        BundleRefused, match=r"golden decision 4, interaction day-3: outcome is 'MERGE' and must be 'NEW'"
    ):
        bundle.verify()
    with pytest.raises(BundleRefused, match="golden decision 4"):
        Bundle.load(written)


@pytest.mark.parametrize(
    ("step", "to", "said"),
    [
        ("customer_id", "nobody", "customer_id is"),
        ("weight", 1.5, r"weight is .* must be 1\.5"),
        ("reasons", ["STRONG_MATCH"], "reasons is"),
        ("targets", ["nobody"], "targets is"),
        ("runner_up", "nobody", "runner_up is"),
    ],
)
def test_whatever_differs_in_a_golden_decision_is_named(step, to, said, written):
    change(written, "golden", 3, "decision", step, to=to)
    sign(written)
    with pytest.raises(BundleRefused, match=said) as refused:
        Bundle.load(written)
    assert [one.part for one in refused.value.differences] == [step]


@pytest.mark.parametrize(("what", "to"), [("level", "another level"), ("contribution", 0.125)])
def test_evidence_that_differs_is_named_with_its_field(what, to, written):
    evidence = json.loads(written.read_text())["golden"][3]["decision"]["evidence"]
    place, one = next((place, one) for place, one in enumerate(evidence) if one["level"] is not None)
    change(written, "golden", 3, "decision", "evidence", place, what, to=to)
    sign(written)
    with pytest.raises(BundleRefused) as refused:
        Bundle.load(written)
    (difference,) = refused.value.differences
    assert difference.part == f"evidence of {one['field']}"
    assert difference.got == f"{one['level']!r} with {one['contribution']:+}"
    assert f"{to!r}" in difference.wanted or f"{to:+}" in difference.wanted


def test_all_that_differs_is_told_in_one_line(written):
    change(written, "golden", 3, "decision", "outcome", to="NEW")
    change(written, "golden", 3, "decision", "weight", to=1.5)
    change(written, "golden", 3, "decision", "evidence", 1, "level", to="another level")
    sign(written)
    with pytest.raises(BundleRefused) as refused:
        Bundle.load(written)
    parts = [one.part for one in refused.value.differences]
    assert parts == ["outcome", "weight", "evidence of phone"]
    assert all(f"{part} is " in str(refused.value) for part in parts)
    assert "\n" not in str(refused.value)


def test_evidence_in_another_order_is_a_difference(written):
    document = json.loads(written.read_text())
    document["golden"][3]["decision"]["evidence"].reverse()
    written.write_text(json.dumps(document))
    sign(written)
    with pytest.raises(
        BundleRefused, match=r"order of evidence is conversation, phone, .* and must be ip_address"
    ):
        Bundle.load(written)


def test_no_identifier_stands_in_a_message(written):
    for steps, to in (
        (("outcome",), "NEW"),
        (("evidence", 2, "level"), "near"),
        (("customer_id",), "nobody"),
    ):
        damaged = written.with_name("damaged.json")
        damaged.write_bytes(written.read_bytes())
        change(damaged, "golden", 3, "decision", *steps, to=to)
        sign(damaged)
        with pytest.raises(BundleRefused) as refused:
            Bundle.load(damaged)
        assert "555" not in str(refused.value)
        assert "doe" not in str(refused.value).lower()


@pytest.mark.parametrize(
    "bug",
    [
        Bug("the margin is ignored", "core.decide:gather_targets", "- world.rules.margin", "- 1000.0"),
        Bug(
            "a merge takes more",
            "core.decide:decide_on_top",
            "] < rules.merge_at",
            "] < 4.0 + rules.merge_at",
        ),
        Bug(
            "a level counts for less",
            "core.weigh:weigh",
            "total += contribution",
            "total += 0.9 * contribution",
        ),
    ],
    ids=lambda bug: bug.name,
)
def test_an_engine_that_decides_otherwise_is_noticed(bug):
    bundle = Bundle.read(OLDER)
    bundle.verify()
    with planted(bug), pytest.raises(BundleRefused, match="golden decision") as refused:
        bundle.verify()
    assert refused.value.differences


def test_each_way_to_be_wrong_has_its_own_message(written):
    def said() -> str:
        with pytest.raises(BadInput) as refused:
            Bundle.load(written)
        return refused.value.what

    whole = written.read_bytes()
    change(written, "forced", to=True)
    tampered = said()
    written.write_bytes(whole[:-100])
    truncated = said()
    written.write_bytes(whole)
    change(written, "schema", to="idlab.bundle/3")
    newer = said()
    written.write_bytes(whole)
    change(written, "golden", 3, "decision", "outcome", to="NEW")
    sign(written)
    otherwise = said()
    for message, words in (
        (tampered, "was changed after it was made"),
        (truncated, "is cut short"),
        (newer, "schema is 'idlab.bundle/3', this release reads"),
        (otherwise, "golden decision 4"),
    ):
        assert words in message
    assert len({tampered, truncated, newer, otherwise}) == 4


def test_a_bundle_cut_short_anywhere_says_so(written):
    whole = written.read_bytes().rstrip()
    for end in range(1, len(whole), 97):
        written.write_bytes(whole[:end])
        with pytest.raises(BadInput, match="is cut short"):
            Bundle.read(written)
