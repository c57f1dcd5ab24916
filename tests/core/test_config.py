"""A scoring config says what is wrong with it, and is the same document however it is laid out."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from idlab import ScoringConfig
from idlab.compiled import compiled
from idlab.config import json_schema
from idlab.errors import BadInput
from tests.parity.directed import average_config, bits_config

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
SHIPPED = ("baseline", "default")
Document = dict[str, Any]


def document(*, average: bool = False) -> Document:
    config = average_config("all", "oldest") if average else bits_config(max_distinct_names=2)
    return json.loads(config.to_json())  # type: ignore[no-any-return]


def at(path: str, value: Any) -> Callable[[Document], None]:
    """A change: put a value at a path; ``...`` removes what stands there."""

    def change(part: Any) -> None:
        *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
        for step in steps:
            part = part[step]
        if value is ...:
            del part[last]
        else:
            part[last] = value

    return change


WRONG: dict[str, tuple[Callable[[Document], None], list[str]]] = {
    "another schema": (
        at("schema", "idlab.scoring/2"),
        ["schema is 'idlab.scoring/2'", "reads 'idlab.scoring/1'"],
    ),
    "no schema": (at("schema", ...), ["schema is None"]),
    "an unknown key": (at("decide.merge", 0.9), ["decide.merge", "no key"]),
    "an unknown key at the top": (at("weights", {}), ["weights", "no key"]),
    "a missing part": (at("model", ...), ["model", "required"]),
    "a probability of 1": (at("decide.merge_at", 1.0), ["decide.merge_at", "less than 1"]),
    "a band upside down": (
        at("decide.pending_at", 0.99),
        ["decide", "pending_at 0.99 is above merge_at 0.95"],
    ),
    "no number": (at("decide.margin", "wide"), ["decide.margin", "number"]),
    "a negative margin": (at("decide.margin", -1), ["decide.margin", "greater than or equal to 0"]),
    "NaN": (at("model.prior", float("nan")), ["model.prior", "finite number"]),
    "oldest": (
        at("decide.on_rivals", "oldest"),
        ["decide.on_rivals", "baseline only", "'bridge', 'pending'"],
    ),
    "top_wins": (at("decide.flagged", "top_wins"), ["decide.flagged", "baseline only", "'set_aside'"]),
    "keep latest": (at("fields.0.keep", "latest"), ["fields.phone.keep", "baseline only", "'all'"]),
    "a strict cut-off": (
        at("fields.0.levels.0.when", {"jaro_winkler": "e164", "above": 0.9}),
        ["fields.phone.levels.exact", "baseline only", "at_least"],
    ),
    "no such option": (
        at("decide.on_rivals", "newest"),
        ["decide.on_rivals", "'bridge', 'pending' or 'oldest'"],
    ),
    "no such kind": (at("fields.0.kind", "fax"), ["fields.0.kind", "'phone'"]),
    "no such form": (
        at("fields.0.levels.0.when", {"equal": "digits"}),
        ["fields.0", "digits", "valid: e164, national"],
    ),
    "two predicates": (
        at("fields.0.levels.0.when", {"equal": "e164", "shared": "e164"}),
        ["fields.0.levels.0.when", "names 2 predicates"],
    ),
    "no predicate": (at("fields.0.levels.0.when", {}), ["fields.0.levels.0.when", "exactly one of equal"]),
    "no cut-off": (
        at("fields.0.levels.0.when", {"jaro_winkler": "e164"}),
        ["fields.0.levels.0.when", "needs at_least or above"],
    ),
    "a number too many": (
        at("fields.0.levels.0.when", {"equal": "e164", "days": 3}),
        ["fields.0.levels.0.when", "equal does not take days"],
    ),
    "a predicate that does not apply": (
        at("fields.0.levels.0.when", {"nickname": "first"}),
        ["fields.0", "does not apply to this kind"],
    ),
    "a predicate without a form": (
        at("fields.0.levels.0.when", {"predicate": "mine"}),
        ["fields.0.levels.0.when", "needs the form"],
    ),
    "a last level with a condition": (
        at("fields.0.levels.1.when", {"equal": "national"}),
        ["fields.0", "the last level, and no other"],
    ),
    "a level name twice": (
        at("fields.0.levels.1.name", "exact"),
        ["fields.0", "level names repeat: exact, exact"],
    ),
    "a credit": (at("fields.0.levels.0.credit", 1.0), ["fields.phone.levels.exact", "no credit"]),
    "no weight": (at("fields.0.levels.0.weight", ...), ["fields.phone.levels.exact", "weight"]),
    "a share of the average": (at("fields.0.weight", 0.4), ["fields.phone.weight", "does not take it"]),
    "no prior": (at("model.prior", None), ["model.prior", "needs it"]),
    "term frequencies of a phone": (
        at("fields.0.levels.0.term_frequency", {"u": 0.01, "floor": 0.001}),
        ["fields.0", "never stand on a phone"],
    ),
    "a field twice": (at("fields.1.name", "phone"), ["field names repeat"]),
    "a key on nothing": (at("keys.0.on", []), ["keys.0.on", "at least 1"]),
    "a key on no field": (at("keys.0.on", ["fax.e164"]), ["keys.0.on", "'fax.e164'", "valid: phone, email"]),
    "a key on no form": (at("keys.0.on", ["phone.digits"]), ["keys.0.on", "valid: e164, national"]),
    "a key twice": (at("keys.1.on", ["phone.e164"]), ["keys", "repeats"]),
    "a fan-out of 0": (at("keys.0.max_fanout", 0), ["keys.0.max_fanout", "greater than or equal to 1"]),
    "names in no field": (at("guards.name_field", "nick"), ["guards.name_field", "'nick'", "valid: phone"]),
    "no such level of a name": (
        at("guards.same_name_level", "near"),
        ["guards.same_name_level", "valid: exact, initials, partial"],
    ),
    "names that identify names": (
        at("guards.count_names_on", ["full_name"]),
        ["guards.count_names_on", "'full_name'"],
    ),
    "no names allowed": (at("guards.max_distinct_names", 0), ["guards.max_distinct_names", "1"]),
    "an unknown option of normalisation": (
        at("normalize.phone.country", "US"),
        ["normalize.phone.country", "no key"],
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_config_is_refused_with_the_path_and_what_is_allowed(what: str) -> None:
    change, told = WRONG[what]
    wrong = document()
    change(wrong)
    with pytest.raises(BadInput) as caught:
        ScoringConfig.parse(wrong, where="tuned.json")
    message = str(caught.value)
    assert message.startswith("tuned.json: ")
    assert "\n" not in message
    assert not [part for part in told if part not in message], message


AVERAGE_WRONG = {
    "a weight in bits": (at("fields.0.levels.0.weight", 3.0), ["fields.phone.levels.exact", "have a credit"]),
    "a prior": (at("model.prior", -3.0), ["model.prior", "does not take it"]),
    "no share": (at("fields.0.weight", ...), ["fields.phone.weight", "weighted_average needs it"]),
    "a similarity of what is equal": (
        at("fields.0.levels.0.credit", "similarity"),
        ["fields.phone.levels.exact", "only a jaro_winkler level"],
    ),
}


@pytest.mark.parametrize("what", AVERAGE_WRONG)
def test_a_wrong_average_is_refused(what: str) -> None:
    change, told = AVERAGE_WRONG[what]
    wrong = document(average=True)
    change(wrong)
    with pytest.raises(BadInput) as caught:
        ScoringConfig.parse(wrong)
    assert not [part for part in told if part not in str(caught.value)], str(caught.value)


def test_a_listed_value_that_cannot_be_read_is_not_repeated() -> None:
    unreadable = "ann at example"
    wrong = document()
    wrong["fields"][1]["blocked"] = ["ann@example.com", unreadable]
    with pytest.raises(BadInput, match=r"fields.email.blocked: entry 2 cannot be read as email") as caught:
        compiled(ScoringConfig.parse(wrong))
    assert unreadable not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[", "[1]", "null", '"text"'])
def test_a_file_that_is_no_config_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        ScoringConfig.load(path)
    assert str(caught.value).startswith(str(path))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        ScoringConfig.load(tmp_path / "absent.json")
    (tmp_path / "latin.json").write_bytes(b'{"name": "\xe9"}')
    with pytest.raises(BadInput, match="cannot be read"):
        ScoringConfig.load(tmp_path / "latin.json")


def turned(part: Any) -> Any:
    """A document with the keys of every object in the opposite order."""
    if isinstance(part, dict):
        return {key: turned(part[key]) for key in reversed(part)}
    return [turned(one) for one in part] if isinstance(part, list) else part


@pytest.mark.parametrize("name", SHIPPED)
class TestShippedConfigs:
    def test_load_and_compile(self, name: str) -> None:
        config = ScoringConfig.load(CONFIGS / f"{name}.json")
        assert config.name == name
        assert compiled(config).digest == config.digest

    def test_the_digest_depends_on_the_meaning_alone(self, name: str, tmp_path: Path) -> None:
        path = CONFIGS / f"{name}.json"
        config = ScoringConfig.load(path)
        raw = json.loads(path.read_text(encoding="utf-8"))
        assert ScoringConfig.parse(turned(raw)).digest == config.digest
        (tmp_path / "same.json").write_text(config.to_json(), encoding="utf-8")
        again = ScoringConfig.load(tmp_path / "same.json")
        assert again == config
        assert again.digest == config.digest
        assert again.to_json() == config.to_json()

    def test_the_digest_depends_on_every_number(self, name: str) -> None:
        raw = json.loads((CONFIGS / f"{name}.json").read_text(encoding="utf-8"))
        digests = {ScoringConfig.parse(raw).digest}
        changes = [
            at("decide.merge_at", 0.96),
            at("keys.0.max_fanout", 7),
            at("guards.max_distinct_names", 2),
        ]
        for change in (*changes, at("normalize.phone.region", "GB"), at("name", "other")):
            other = copy.deepcopy(raw)
            change(other)
            digests.add(ScoringConfig.parse(other).digest)
        assert len(digests) == 6

    def test_is_frozen(self, name: str) -> None:
        config = ScoringConfig.load(CONFIGS / f"{name}.json")
        with pytest.raises(ValidationError, match="frozen"):
            config.name = "other"
        with pytest.raises(ValidationError, match="frozen"):
            config.decide.merge_at = 0.5
        with pytest.raises(ValidationError, match="frozen"):
            config.fields[0].levels[0].name = "other"


def test_a_default_written_out_is_the_same_config() -> None:
    short, long = document(), document()
    del (
        short["decide"]["max_links"],
        short["fields"][0]["keep"],
        short["normalize"],
        short["keys"][0]["enabled"],
    )
    assert ScoringConfig.parse(short).digest == ScoringConfig.parse(long).digest


def test_the_order_of_fields_and_levels_is_part_of_the_meaning() -> None:
    turned_around = document()
    turned_around["fields"].reverse()
    assert ScoringConfig.parse(turned_around).digest != ScoringConfig.parse(document()).digest


def test_the_json_schema_in_configs_is_the_one_of_this_release() -> None:
    """Written by ``json.dumps(idlab.config.json_schema(), indent=1)``."""
    written = json.loads((CONFIGS / "scoring.schema.json").read_text(encoding="utf-8"))
    assert written == json_schema()
