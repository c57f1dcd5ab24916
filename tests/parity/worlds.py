"""Hypothesis worlds: any config, any log of contacts and actions, over few people so that everything collides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from idlab import Action, Interaction, ScoringConfig, predicate
from idlab.model import customer_id_of

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
PHONES = ("+1 202 555 0143", "+1 202 555 0144", "+1 202 555 0199", "+44 20 7946 0018", "+1 202 555 9143")
EMAILS = ("ann@example.com", "ann.lee@example.com", "anm.lee@example.com", "ann@example.org", "bob.ray@example.com")
NAMES = (
    "Ann Lee",
    "Anne Lee",
    "A Lee",
    "Ann",
    "Bob Ray",
    "Robert Ray",
    "Lee, Ann Mae",
    "Bob Raye",
    "अनिता शर्मा",
)
COOKIES = ("c1", "c2", "c3")
ADDRESSES = ("12 Main Street", "12 Main St", "9 Elm Road")
BORN = ("1980-02-01", "1980-02-02", "1991-07-30")
CARDS = ("AB-1", "AB-2")
IPS = ("203.0.113.7", "203.0.113.9", "198.51.100.4")
FIELDS = {
    "phone": PHONES,
    "email": EMAILS,
    "full_name": NAMES,
    "cookie_id": COOKIES,
    "ip_address": IPS,
    "address": ADDRESSES,
    "born": BORN,
    "card": CARDS,
}


@predicate("same last digit")
def same_last_digit(left: str, right: str) -> bool:
    """A user's own predicate."""
    return left[-1] == right[-1]


def _level(name: str, when: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "when": when}


LEVELS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "phone": (
        "phone",
        [
            _level("shared", {"shared": "e164"}),
            _level("stale", {"equal_stale": "e164", "days": 3}),
            _level("exact", {"equal": "e164"}),
            _level("slip", {"damerau_levenshtein": "e164", "at_most": 1}),
            _level("digit", {"predicate": "same last digit", "form": "national"}),
        ],
    ),
    "email": (
        "email",
        [
            _level("shared", {"shared": "address"}),
            _level("exact", {"equal": "address"}),
            _level("near", {"jaro_winkler": "address", "at_least": 0.95}),
            _level("local", {"equal": "local"}),
        ],
    ),
    "full_name": (
        "name",
        [
            _level("exact", {"equal": "full"}),
            _level("both", {"all": [{"equal": "last"}, {"jaro_winkler": "first", "at_least": 0.9}]}),
            _level("nickname", {"nickname": "first"}),
            _level("initials", {"initials": "tokens"}),
            _level("phonetic", {"phonetic": "phonetic"}),
            _level("partial", {"partial": "tokens"}),
        ],
    ),
    "cookie_id": ("cookie", [_level("shared", {"shared": "value"}), _level("exact", {"equal": "value"})]),
    "ip_address": ("ip", [_level("exact", {"equal": "address"}), _level("network", {"equal": "network"})]),
    "conversation": ("conversation", [_level("equal", {"equal": "value"})]),
    "address": ("text", [_level("exact", {"equal": "text"}), _level("part", {"partial": "tokens"})]),
    "born": ("date", [_level("exact", {"equal": "iso"}), _level("near", {"date_near": "ordinal", "days": 1})]),
    "card": ("code", [_level("exact", {"equal": "value"})]),
}
KEYS = (
    ["phone.e164"],
    ["email.address"],
    ["cookie_id.value"],
    ["conversation.value"],
    ["full_name.full", "born.iso"],
    ["card.value"],
    ["full_name.last", "email.domain"],
)


@st.composite
def configs(draw: st.DrawFn) -> ScoringConfig:
    """Any config of the fields above, of either model."""
    average = draw(st.booleans())
    fields = [_field(draw, name, average=average) for name in LEVELS]
    keys = [
        {"on": on, "max_fanout": draw(st.sampled_from((1, 2, 3, 50))), "enabled": draw(st.integers(0, 7)) > 0}
        for on in KEYS
    ]
    pending_at, merge_at = sorted(draw(st.lists(st.sampled_from((0.3, 0.5, 0.75, 0.9, 0.99)), min_size=2, max_size=2)))
    rivals = ("bridge", "pending", "oldest") if average else ("bridge", "bridge", "pending")
    document = {
        "schema": "idlab.scoring/1",
        "name": "drawn",
        "fields": fields,
        "keys": keys,
        "model": {"kind": "weighted_average"}
        if average
        else {"kind": "fellegi_sunter", "prior": draw(st.sampled_from((-9.0, -6.0, -3.0)))},
        "decide": {
            "pending_at": pending_at,
            "merge_at": merge_at,
            "margin": draw(st.sampled_from((0.0, 0.2, 4.0, 30.0))),
            "on_rivals": draw(st.sampled_from(rivals)),
            "bridge_at": draw(st.sampled_from((0.0, -4.0, -20.0))),
            "max_links": draw(st.sampled_from((1, 2, 5))),
            "link_on_merge": draw(st.booleans()),
            "flagged": draw(st.sampled_from(("set_aside", "top_wins"))) if average else "set_aside",
        },
        "guards": {
            "max_distinct_names": draw(st.sampled_from((1, 1, 2, 3, None))),
            "same_name_level": draw(st.sampled_from((None, "exact", "initials", "partial"))),
            "name_min_count": draw(st.sampled_from((1, 1, 2))),
            "guard_when": draw(st.sampled_from(("after", "before"))),
            "count_names_on": ["phone", "email"],
            "max_names_per_identifier": draw(st.sampled_from((1, 2, None))),
        },
    }
    return ScoringConfig.parse(document)


def _field(draw: st.DrawFn, name: str, *, average: bool) -> dict[str, Any]:
    kind, palette = LEVELS[name]
    levels = [dict(level) for level in palette]
    best = draw(st.sampled_from((12.0, 6.0, 3.0)))
    for place, level in enumerate(levels):
        if average:
            level["credit"] = "similarity" if "jaro_winkler" in level["when"] and draw(st.booleans()) else 1 - place / 10
        else:
            level["weight"] = best - 2.0 * place
    last: dict[str, Any] = {"name": "else"}
    if average:
        last["credit"] = draw(st.sampled_from((0.0, 0.5)))
    else:
        last["weight"] = draw(st.sampled_from((0.0, -1.0, -6.0)))
        if name == "full_name" and draw(st.booleans()):
            levels[0]["term_frequency"] = {"u": 0.01, "floor": 0.001}
    field: dict[str, Any] = {"name": name, "kind": kind, "levels": [*levels, last]}
    if average:
        field["weight"] = draw(st.sampled_from((0.05, 0.4)))
        field["keep"] = draw(st.sampled_from(("all", "latest", "first")))
    elif name == "full_name":
        field["term_frequencies"] = {"ann lee": 0.02, "bob ray": 0.005}
    if name == "phone":
        field["blocked"] = ["+1 202 555 0177"]
        if draw(st.integers(0, 5)) == 0:
            field["known_shared"] = [PHONES[0]]
    return field


@dataclass(frozen=True)
class Move:
    """One entry of a log to be; actions choose what they name when they are reached."""

    kind: str
    picks: tuple[int, ...]


KINDS = (*("contact",) * 12, "repeat", "accept", "accept", "decline", "expire", "split", "split", "close", "do_not_link", "erase")


@st.composite
def moves(draw: st.DrawFn, max_size: int = 60) -> list[Move]:
    """A log to be: long, and picked evenly (Hypothesis by itself likes short lists of small numbers)."""
    chance = draw(st.randoms(use_true_random=False))
    size = draw(st.integers(max_size // 3, max_size))
    return [Move(chance.choice(KINDS), tuple(chance.randrange(256) for _ in range(12))) for _ in range(size)]


_ODDS = {"phone": 0.7, "email": 0.4, "full_name": 0.6, "cookie_id": 0.3}


def contact(number: int, picks: tuple[int, ...]) -> Interaction:
    """A contact: each field from its pool or missing; the first values of a pool come more often."""
    raw: dict[str, str] = {}
    for (name, pool), pick in zip(FIELDS.items(), picks, strict=False):
        share = _ODDS.get(name, 0.15) * 256
        if pick < share:
            raw[name] = pool[int((pick / share) ** 2 * len(pool))]
    declared = {name: raw.pop(name) for name in ("address", "born", "card") if name in raw}
    talk = picks[8] % 20
    return Interaction(
        f"i{number}",
        START + timedelta(hours=number, days=picks[9] % 3 * (picks[10] % 5)),
        "voice",
        conversation_id=f"t{talk}" if talk < 2 else None,
        participant_id="p" if talk < 2 else None,
        fields=declared,
        **raw,
    )


class Naming:
    """Chooses what an action names from what a running engine shows."""

    def __init__(self, links: Callable[[], list[Any]], reviews: Callable[[], list[Any]], handled: list[str]) -> None:
        self.links, self.reviews, self.handled = links, reviews, handled
        self.holder: Callable[[str], str | None] = lambda one: None

    def action(self, move: Move) -> Action:
        """The action of a move."""
        first, second, third, *rest = move.picks
        customer = customer_id_of(self.handled[first % len(self.handled)]) if second % 16 else "nobody"
        if move.kind in ("accept", "decline", "expire"):
            links = self.links()
            opened = [link for link in links if link.state == "open"] if third % 4 else links
            link = opened[first % len(opened)].link_id if opened else "none+none"
            return getattr(Action, move.kind)(link)
        if move.kind == "close":
            items = self.reviews()
            opened = [item for item in items if item.state == "open"] if third % 4 else items
            if not opened:
                return Action.close("none#1", "clear")
            item = opened[first % len(opened)]
            verdict = ("keep_flag", "clear", "split")[second % 3]
            whole = self._together(item.anchor)
            return Action.close(item.review_id, verdict, self._some(whole, rest) if verdict == "split" else ())
        if move.kind == "split":
            anchor = self.handled[first % len(self.handled)]
            return Action.split(customer_id_of(anchor), self._some(self._together(anchor), rest))
        if move.kind == "do_not_link":
            return Action.do_not_link(customer)
        others = (customer_id_of(self.handled[third % len(self.handled)]),) if third % 2 else ()
        return Action.erase(customer, *others)

    def _together(self, anchor: str) -> list[str]:
        return [one for one in self.handled if self.holder(one) == self.holder(anchor)]

    def _some(self, whole: list[str], picks: list[int]) -> tuple[str, ...]:
        some = [one for k, one in enumerate(whole) if picks[k % len(picks)] % 2]
        if picks[0] % 17 == 0:
            some.append(self.handled[picks[1] % len(self.handled)])
        return tuple(some or whole[-1:])
