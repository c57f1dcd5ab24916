"""Gates: what each says about a tuned config, beside production's, on everything that it was measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from idlab.bundle import Verdict
from idlab.export.answers import NOTHING, Answer, Gate, bound, shown, within
from idlab.export.gate_parts import METRICS, Limit, MetricGate
from idlab.export.gatefile import Gates
from idlab.export.measured import HOLD_OUT, Measured
from idlab.export.on_decisions import gates_on_decisions

USED_ONCE = "hold-out used once"


def verdicts(gates: Gates, report: Mapping[str, Any], found: Sequence[Measured]) -> tuple[Verdict, ...]:
    """What every gate says.

    Args:
        gates: What is asked.
        report: The report of the study.
        found: The config and production's on all data.

    Returns:
        A verdict for each gate and each dataset that it can be asked on. A gate that can be asked on none says no:
        where there is nothing to judge by, nothing was shown.
    """
    said = []
    metrics = [Gate(gate.name, partial(_metric, gate)) for gate in gates.metrics]
    for gate in (*metrics, *gates_on_decisions(gates)):
        answers = [(one.on, answer) for one in found if (answer := gate.asked(one)) is not None]
        nowhere = Answer(
            passed=False, got=NOTHING, wanted="data that it can be asked on; give it with --data"
        )
        for on, answer in answers or [("no data", nowhere)]:
            said.append(Verdict(gate=gate.name, on=on, **answer._asdict()))
    if gates.hold_out_used_once:
        said.append(_used_once(report))
    return tuple(said)


def _metric(gate: MetricGate, found: Measured) -> Answer:
    """A floor or a ceiling; of several metrics the values and the ends are added."""
    names = gate.metric.split(" + ")
    value, low, high = (_summed(found.tuned, names, end) for end in ("value", "low", "high"))
    number, why = _limit(gate.limit, found.production, names)
    got = (
        f"{gate.metric} {NOTHING}"
        if value is None
        else f"{gate.metric} {shown(value)} ({shown(low)} to {shown(high)})"
    )
    return Answer(within(gate, number, low, high), got, f"{bound(gate)} {shown(number)}{why}")


def _limit(limit: Limit, production: Mapping[str, Any], names: Sequence[str]) -> tuple[float | None, str]:
    """A limit as a number, and where it comes from."""
    if limit.production is None:
        return limit.value, ""
    there = _summed(production, names, "value")
    if there is None:
        why = "has nothing to judge" if production else "was not measured on it"
        return limit.otherwise, f", as production's config {why}"
    distance = f" {limit.production:+.4g}" if limit.production else ""
    return there + limit.production, f", production's {shown(there)}{distance}"


def _summed(numbers: Mapping[str, Any], names: Sequence[str], end: str) -> float | None:
    """One end of the intervals of metrics, added; None where one has nothing to judge."""
    ends = []
    for name in names:
        rate: Any = numbers
        for step in METRICS[name]:
            rate = rate.get(step, {})
        ends.append(rate.get(end))
    return None if any(one is None for one in ends) else float(sum(ends))


def _used_once(report: Mapping[str, Any]) -> Verdict:
    before, fresh = report["hold_out"]["reports_before"], bool(report["hold_out"]["fresh"])
    wanted = "a hold-out world that was not reported on before"
    got = wanted if fresh else f"the same one {before} times before"
    return Verdict(gate=USED_ONCE, on=HOLD_OUT, passed=fresh, got=got, wanted=wanted)
