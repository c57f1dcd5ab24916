"""Gates: what a tuned config must have shown on the hold-out world before production may load it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from idlab.bundle import Verdict
from idlab.tune.study import BEST_NAME

MERGE_PRECISION_TOLERANCE = 0.03
"""How far below the reference's merge precision the lower end of the tuned one's interval may lie."""

MERGE_PRECISION_FLOOR = 0.85
"""What is asked for where the reference merges nothing: from there on a merge pays at the default prices."""

MOST_QUESTIONS = 250.0
"""How many of 1,000 interactions may wait for a person's answer, at the upper end of the intervals."""

Rates = Mapping[str, Any]


class Gate(NamedTuple):
    """A question to a study's hold-out numbers.

    Args:
        name: What verdicts call it.
        judge: Given the report of the study, the tuned and the reference's numbers, the verdict.
    """

    name: str
    judge: Callable[[Mapping[str, Any], Rates, Rates], tuple[bool, str, str]]


def verdicts(report: Mapping[str, Any]) -> tuple[Verdict, ...]:
    """What every gate says about a study; the reference is the baseline, or the base where there is none.

    Args:
        report: What ``study.json`` holds.

    Returns:
        A verdict for each gate, in the order of ``GATES``.
    """
    numbers = report["hold_out"]["numbers"]
    reference = numbers.get("baseline", numbers["base"])
    found = []
    for gate in GATES:
        passed, got, wanted = gate.judge(report, numbers[BEST_NAME], reference)
        found.append(Verdict(gate=gate.name, passed=passed, got=got, wanted=wanted))
    return tuple(found)


def _cost(_report: Mapping[str, Any], tuned: Rates, reference: Rates) -> tuple[bool, str, str]:
    high, most = tuned["cost_per_1000"]["high"], reference["cost_per_1000"]["value"]
    return (
        _at_most(high, most),
        f"cost per 1,000 at most {_shown(high)}",
        f"at most the reference's {_shown(most)}",
    )


def _merge_precision(_report: Mapping[str, Any], tuned: Rates, reference: Rates) -> tuple[bool, str, str]:
    low, value = tuned["merge"]["precision"]["low"], reference["merge"]["precision"]["value"]
    got = f"merge precision at least {_shown(low)}"
    if value is None:
        floor = MERGE_PRECISION_FLOOR
        return _at_most(floor, low), got, f"at least {_shown(floor)}, as the reference merges nothing"
    least = value - MERGE_PRECISION_TOLERANCE
    wanted = f"at least {_shown(least)}, the reference's less {MERGE_PRECISION_TOLERANCE}"
    return _at_most(least, low), got, wanted


def _questions(_report: Mapping[str, Any], tuned: Rates, _reference: Rates) -> tuple[bool, str, str]:
    pending, review = tuned["pending"]["per_1000"]["high"], tuned["review"]["per_1000"]["high"]
    asked = None if pending is None or review is None else pending + review
    return (
        _at_most(asked, MOST_QUESTIONS),
        f"at most {_shown(asked)} of 1,000 interactions wait for an answer",
        f"at most {_shown(MOST_QUESTIONS)}",
    )


def _hold_out(report: Mapping[str, Any], _tuned: Rates, _reference: Rates) -> tuple[bool, str, str]:
    before, fresh = report["hold_out"]["reports_before"], bool(report["hold_out"]["fresh"])
    return (
        fresh,
        "a hold-out world that was not reported on before"
        if fresh
        else f"the same one {before} times before",
        "a hold-out world that was not reported on before",
    )


def _at_most(number: float | None, most: float | None) -> bool:
    """Whether one number is at most another; where there was nothing to judge, nothing was shown."""
    return number is not None and most is not None and number <= most


def _shown(number: float | None) -> str:
    return "nothing to judge" if number is None else f"{number:.4g}"


GATES = (
    Gate("cost", _cost),
    Gate("merge precision", _merge_precision),
    Gate("questions", _questions),
    Gate("hold-out used once", _hold_out),
)
"""The built-in gates.

- cost: the upper end of the tuned config's interval is at most what the reference costs;
- merge precision: the lower end of its interval is at least the reference's less the tolerance above, or
  ``MERGE_PRECISION_FLOOR`` where the reference merges nothing;
- questions: not more than ``MOST_QUESTIONS`` of 1,000 interactions wait for an answer;
- hold-out used once: the numbers come from a world that no earlier report of the study was about.
"""
