"""How far a candidate config agreed with the one that serves, from the lines of a shadow log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

from idlab.errors import BadInput

_Z = 1.959964  # two-sided 95 %


class Share(NamedTuple):
    """A share of decisions, with Wilson's interval at 95 %.

    Args:
        cases: How many.
        of: Of how many.
        value: The share; None of nothing.
        low, high: The interval, as if decisions were independent; those about one person are not, so it is rather too narrow.
    """

    cases: int
    of: int
    value: float | None
    low: float | None
    high: float | None


def share(cases: int, of: int) -> Share:
    """A share with its interval.

    Source: E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.

    Example:
        >>> found = share(9, 10)
        >>> round(found.low, 3), found.value, round(found.high, 3)
        (0.596, 0.9, 0.982)
    """
    if of == 0:
        return Share(cases, of, None, None, None)
    rate, z2 = cases / of, _Z * _Z
    middle = (rate + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z * sqrt(rate * (1 - rate) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Share(cases, of, rate, min(low, rate), max(high, rate))


class Agreement(NamedTuple):
    """What a shadow log says.

    Args:
        compared: Decisions that both made.
        agreed: Those without any difference.
        differences: By kind, how many decisions differed so.
        outcomes: By the outcomes of the one that serves and of the candidate, how many decisions.
        dropped: Entries that the candidate was not asked about, since it had fallen behind.
        failed: By class of failure, entries that the candidate failed at.
        actions: Actions of people that the candidate carried out.
        digests: The digests of the configs that were compared.
    """

    compared: int
    agreed: Share
    differences: dict[str, Share]
    outcomes: dict[str, int]
    dropped: int
    failed: dict[str, int]
    actions: int
    digests: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """This as plain JSON."""
        differences = {kind: one._asdict() for kind, one in self.differences.items()}
        return {**self._asdict(), "agreed": self.agreed._asdict(), "differences": differences}


def agreement(log: Path) -> Agreement:
    """What a shadow log says.

    Args:
        log: The file.

    Raises:
        BadInput: If a line is none of a shadow log; the last may be broken off.
    """
    lines = log.read_text(encoding="utf-8").split("\n")
    return agreement_of(_read(lines, str(log)))


def _read(lines: list[str], where: str) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(line) if line else {"event": ""}
            known = event["event"] in {"", "opened", "decided", "acted", "failed", "closed"}
        except (ValueError, TypeError, KeyError):
            if number == len(lines):
                return  # whoever wrote it was broken off
            known = False
        if not known:
            raise BadInput(
                "this is no line of a shadow log", where=f"{where}: line {number}", hint="name one"
            )
        yield event


def agreement_of(events: Iterable[dict[str, Any]]) -> Agreement:
    """The same, of the events that its lines hold."""
    compared = agreed = dropped = dropped_before = actions = 0
    differences, outcomes, failed = Counter[str](), Counter[str](), Counter[str]()
    digests: dict[str, None] = {}
    for event in events:
        kind = event["event"]
        if kind == "opened":
            dropped_before = dropped
            digests |= dict.fromkeys((event["live_config"], event["candidate_config"]))
        elif kind == "decided":
            compared += 1
            agreed += not event["differences"]
            differences.update(event["differences"])
            outcomes[f"{event['live']['outcome']} / {event['candidate']['outcome']}"] += 1
        elif kind == "acted":
            actions += 1
        elif kind == "failed":
            failed[event["failure"]] += 1
        dropped = max(dropped, dropped_before + event.get("dropped", 0))
    return Agreement(
        compared,
        share(agreed, compared),
        {kind: share(count, compared) for kind, count in sorted(differences.items())},
        dict(sorted(outcomes.items())),
        dropped,
        dict(sorted(failed.items())),
        actions,
        tuple(digests),
    )
