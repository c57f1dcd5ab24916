"""Logs drawn at random: contacts of a few people whose identifiers collide, and every action on what came of them.

What an action names depends on what was decided before it, so a log is drawn as moves, and a move becomes an entry when it is
reached.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from idlab.model import Action, Interaction, Link, ReviewItem, customer_id_of
from idlab.testing.configs import BLOCKED_PHONE, KNOWN_SHARED_PHONE, NEAR_EMAILS

Waiting = TypeVar("Waiting", Link, ReviewItem)
START = datetime(2026, 1, 5, 9, tzinfo=UTC)

POOLS = {
    "phone": (
        KNOWN_SHARED_PHONE,
        "+1 202 555 0144",
        "+1 202 555 0199",
        "+44 20 7946 0014",
        "+1 202 555 9143",
        BLOCKED_PHONE,
    ),
    "email": (
        "ann@example.com",
        *NEAR_EMAILS,
        "ann@example.org",
        "bob.ray@example.com",
    ),
    "full_name": (
        "Ann Lee",
        "Anne Lee",
        "Bob Ray",
        "A Lee",
        "Bob Rae",
        "Ann",
        "Robert Ray",
        "Lee, Ann Mae",
        "Lee Ann",
        "अनिता शर्मा",
    ),
    "cookie_id": ("c1", "c2", "c3"),
    "ip_address": ("203.0.113.7", "203.0.113.9", "198.51.100.4"),
    "address": ("12 Main Street", "12 Main", "Main Street 12", "9 Elm Road"),
    "born": ("1980-02-01", "1980-02-02", "1991-07-30"),
    "card": ("AB-1", "AB-2"),
}
"""The raw values of every field; the first come most often."""

DECLARED = ("address", "born", "card")
_SHARES = {"phone": 0.7, "email": 0.4, "full_name": 0.6, "cookie_id": 0.3}
_RARE = 0.15

KINDS = (
    *("contact",) * 20,
    *("repeat", "repeat"),
    *("accept", "accept", "decline", "decline", "expire"),
    *("split", "split", "close", "close", "close", "do_not_link", "erase"),
)
"""What the entries of a log are, each as often as it stands here."""

BENTS = ((), ("accept",) * 20, ("decline",) * 5, ("split",) * 5, ("close",) * 8, ("erase",) * 3)
"""What one log or another has more of."""


@dataclass(frozen=True)
class Move:
    """One entry of a log to be."""

    kind: str
    picks: tuple[int, ...]


def draw_moves(chance: Random, most: int = 60) -> list[Move]:
    """Draw a log to be, of a third of ``most`` to ``most`` moves.

    Example:
        >>> 20 <= len(draw_moves(Random(1))) <= 60
        True
    """
    size = chance.randrange(most // 3, most + 1)
    kinds = (*KINDS, *chance.choice(BENTS))
    return [
        Move(chance.choice(kinds), tuple(chance.randrange(256) for _ in range(len(POOLS) + 4)))
        for _ in range(size)
    ]


def contact(number: int, picks: Sequence[int]) -> Interaction:
    """The contact of a move: each field from its pool or missing."""
    raw: dict[str, str] = {}
    for (name, pool), pick in zip(POOLS.items(), picks, strict=False):
        share = _SHARES.get(name, _RARE) * 256
        if pick < share:
            raw[name] = pool[int((pick / share) ** 2 * len(pool))]
    talk, wait, days, _ = picks[len(POOLS) :]
    in_talk = talk % 20 < 2
    return Interaction(
        f"i{number}",
        START + timedelta(hours=number, days=wait % 3 * (days % 5)),
        "voice",
        phone=raw.get("phone"),
        email=raw.get("email"),
        full_name=raw.get("full_name"),
        cookie_id=raw.get("cookie_id"),
        ip_address=raw.get("ip_address"),
        conversation_id=f"t{talk % 20}" if in_talk else None,
        participant_id="p" if in_talk else None,
        fields={name: raw[name] for name in DECLARED if name in raw},
    )


class Namer:
    """Makes entries of moves: chooses what an action names from what a running engine shows.

    Args:
        links: Every link opened so far.
        reviews: Every review item opened so far.
        holder: The customer_id that holds an interaction now.
    """

    def __init__(
        self,
        links: Callable[[], Sequence[Link]],
        reviews: Callable[[], Sequence[ReviewItem]],
        holder: Callable[[str], str | None],
    ) -> None:
        self._links, self._reviews, self._holder = links, reviews, holder
        self._handled: dict[str, Interaction] = {}

    def entry(self, number: int, move: Move) -> Interaction | Action:
        """The entry of a move; a contact where there is nothing yet for its action to name."""
        entry = self._entry(move) if self._handled else None
        if entry is None:
            entry = contact(number, move.picks)
        if isinstance(entry, Interaction):
            self._handled.setdefault(entry.interaction_id, entry)
        return entry

    def _entry(self, move: Move) -> Interaction | Action | None:
        first, second, *_ = move.picks
        if move.kind == "contact":
            return None
        if move.kind == "repeat":
            return self._handled[self._pick(first)]
        if move.kind == "close":
            return self._close(move)
        if move.kind == "split":
            anchor = self._pick(first, self._in_company())
            return Action.split(customer_id_of(anchor), self._some(anchor, move))
        if move.kind in ("accept", "decline", "expire"):
            return self._answer(move)
        customer = customer_id_of(self._pick(first)) if second % 16 else "nobody"
        if move.kind == "do_not_link":
            return Action.do_not_link(customer)
        others = (customer_id_of(self._pick(second)),) if second % 2 else ()
        return Action.erase(customer, *others)

    def _answer(self, move: Move) -> Action | None:
        first, second, *_ = move.picks
        if second % 32 == 0:
            return Action.accept("none+none")
        links = _mostly_open(self._links(), second)
        if not links:
            return None
        link = links[first % len(links)].link_id
        return {"accept": Action.accept, "decline": Action.decline, "expire": Action.expire}[move.kind](link)

    def _close(self, move: Move) -> Action | None:
        first, second, third, *_ = move.picks
        if second % 32 == 0:
            return Action.close("none#1", "clear")
        items = _mostly_open(self._reviews(), second)
        if not items:
            return None
        item = items[first % len(items)]
        verdict = ("keep_flag", "clear", "split")[third % 3]
        return Action.close(
            item.review_id, verdict, self._some(item.anchor, move) if verdict == "split" else ()
        )

    def _pick(self, pick: int, among: Sequence[str] = ()) -> str:
        names = among or list(self._handled)
        return names[pick % len(names)]

    def _together(self, anchor: str) -> list[str]:
        holder = self._holder(anchor)
        return [one for one in self._handled if self._holder(one) == holder]

    def _in_company(self) -> list[str]:
        """Interactions that are not alone in their identity."""
        holders = [self._holder(one) for one in self._handled]
        return [one for one, holder in zip(self._handled, holders, strict=True) if holders.count(holder) > 1]

    def _some(self, anchor: str, move: Move) -> tuple[str, ...]:
        """Some interactions of an identity; now and then all of them, or one of somebody else's."""
        whole, picks = self._together(anchor), move.picks[3:]
        some = [one for k, one in enumerate(whole) if picks[k % len(picks)] % 2]
        if len(some) == len(whole) > 1 and picks[0] % 4:
            some.pop()
        if picks[0] % 17 == 0:
            some.append(self._pick(picks[1]))
        return tuple(some or whole[-1:])


def _mostly_open(things: Sequence[Waiting], pick: int) -> list[Waiting]:
    opened = [thing for thing in things if thing.state == "open"]
    return opened if opened and pick % 4 else list(things)
