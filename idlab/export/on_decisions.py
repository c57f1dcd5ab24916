"""Gates on decisions: not worse than production's config, on no slice, in no promise and in how far errors reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.evaluate.columns import column_of
from idlab.evaluate.exposure import blast_radius
from idlab.evaluate.noninferiority import OnChannel, Verdict, non_inferiority
from idlab.evaluate.slices import Sliced, sliced, slices_of
from idlab.export.answers import NOTHING, Answer, Gate, bound, shown, within
from idlab.export.gate_parts import Certified, Radius, SliceGate
from idlab.export.gatefile import Gates
from idlab.export.measured import Decided, Measured
from idlab.metrics.summary import SHARES
from idlab.sweep import guaranteed_threshold, prepare

_ALWAYS = ("channel", "channels", "identity age", "region", "corruption", "household")
"""What slices are made by without being asked, where the data has it."""

Judge = Callable[[Decided], Answer | None]


def gates_on_decisions(gates: Gates) -> Iterator[Gate]:
    """The gates that need every decision, not only numbers.

    Args:
        gates: What is asked.
    """
    for name, margin in gates.non_inferiority.overall.items():
        yield _gate(f"not inferior in {name}", partial(_overall, name, margin))
    for measure, margin in gates.non_inferiority.per_channel.items():
        yield _gate(f"not inferior in {measure} on any channel", partial(_per_channel, measure, margin))
    for one in gates.slices:
        yield _gate(one.name, partial(_no_slice_worse, one))
    if gates.certified is not None:
        yield _gate("certified threshold", partial(_certified, gates.certified))
    for name, most in _limits(gates.blast_radius.worst):
        yield _gate(f"worst blast radius in {name}", partial(_worst_reach, name, most))
    for name, most in _limits(gates.blast_radius.mean):
        yield _gate(f"mean blast radius in {name}", partial(_mean_reach, name, most))


def _gate(name: str, judge: Judge) -> Gate:
    """A gate that is not asked where only numbers were kept."""

    def asked(found: Measured) -> Answer | None:
        return None if found.decided is None else judge(found.decided)

    return Gate(name, asked)


def _limits(radius: Radius) -> Iterator[tuple[str, float]]:
    for name in Radius.model_fields:
        most = getattr(radius, name)
        if most is not None:
            yield name, most


def _overall(name: str, margin: float, decided: Decided) -> Answer:
    """The paired difference lies on the good side of the margin with its whole interval."""
    section, _, key = name.partition(".")
    more_is_better = (section, key) in SHARES
    difference = decided.changes[section, key].absolute
    value, low, high = difference
    if value is None or low is None or high is None:
        return Answer(passed=False, got=NOTHING, wanted="cases under both configs")
    got = f"{name} {value:+.4g} ({low:+.4g} to {high:+.4g}) beside production's config"
    if more_is_better:
        return Answer(low > -margin, got, f"lower end above {-margin:g}")
    return Answer(high < margin, got, f"upper end below {margin:g}")


def _per_channel(measure: str, margin: float, decided: Decided) -> Answer:
    """On every channel that has cases."""
    channel = column_of(decided.dataset, "channel")
    found = non_inferiority(
        decided.production,
        decided.tuned,
        channel,
        margin=margin,
        resamples=decided.resamples,
        seed=decided.seed,
    )
    cases = [one for one in found if one.measure == measure and one.verdict is not Verdict.NO_CASE]
    wanted = f"lower end above {-margin:g} on every channel"
    if not cases:
        return Answer(passed=False, got=NOTHING, wanted=wanted)
    worse = [one for one in cases if one.verdict is not Verdict.NON_INFERIOR]
    least = min(cases, key=lambda one: (one.difference.low or 0.0, one.channel))
    return Answer(not worse, "; ".join(map(_told, worse or [least])), wanted)


def _told(one: OnChannel) -> str:
    value, low, high = (0.0 if number is None else number for number in one.difference)
    return f"{one.channel} {value:+.4g} ({low:+.4g} to {high:+.4g}), {one.verdict.value}"


def _no_slice_worse(gate: SliceGate, decided: Decided) -> Answer | None:
    """On every slice that is large enough; not asked of data that has none of the columns."""
    tables = (decided.dataset.table, decided.dataset.truth_table)
    there = {name for table in tables if table is not None for name in table.column_names}
    further = [name for name in gate.by if name not in _ALWAYS and name in there]
    _check_shows_nobody(further, decided.config)
    slices = [one for one in slices_of(decided.tuned, decided.dataset, further) if one.by in gate.by]
    if not slices:
        return None
    found = [one for one in sliced(decided.tuned, slices) if one.measure == gate.measure]
    large = [one for one in found if one.found.cases >= gate.least_cases]
    limit = gate.limit.value
    wanted = f"{bound(gate)} {shown(limit)} on every slice of {gate.least_cases} cases or more"
    if not large:
        return Answer(passed=False, got=f"{NOTHING} in slices so large", wanted=wanted)
    passing = [within(gate, limit, one.found.rate.low, one.found.rate.high) for one in large]
    counts = f"{sum(passing)} of {len(large)} slices pass, {len(found) - len(large)} are too small"
    worst = min(large, key=lambda one: _height(gate, one))
    return Answer(all(passing), f"{counts}; the worst: {_slice_told(worst)}", wanted)


def _check_shows_nobody(columns: Sequence[str], config: ScoringConfig) -> None:
    for name in columns:
        if name in {field.name for field in config.fields}:
            raise BadInput(
                f"slices by '{name}', by which the config tells people apart, would put its values into the bundle",
                where="gates",
                hint="slice by a column that says nothing of a single person",
            )


def _height(gate: SliceGate, one: Sliced) -> float:
    """How high the bad end of a slice's interval stands; the less, the worse."""
    end = one.found.rate.low if gate.is_floor else one.found.rate.high
    height = 0.0 if end is None else end
    return height if gate.is_floor else -height


def _slice_told(one: Sliced) -> str:
    rate = one.found.rate
    return f"{one.slice.by} {one.slice.name} {shown(rate.value)} ({shown(rate.low)} to {shown(rate.high)})"


def _certified(gate: Certified, decided: Decided) -> Answer:
    """The config's own ``merge_at`` is certified."""
    config = decided.config
    found = guaranteed_threshold(
        prepare(decided.dataset, config),
        config,
        alpha=gate.false_merge_rate,
        delta=gate.risk,
        merge_at=[config.decide.merge_at],
    )
    wanted = f"merge_at {config.decide.merge_at:g} certified"
    return Answer(found.threshold is not None, str(found), wanted)


def _worst_reach(name: str, most: float, decided: Decided) -> Answer:
    tail = blast_radius(decided.tuned).tail(())
    reach = float(tail[name].iloc[-1]) if len(tail) else 0.0
    return Answer(
        reach <= most, f"the farthest wrong merge reaches {shown(reach)} {name}", f"at most {most:g}"
    )


def _mean_reach(name: str, most: float, decided: Decided) -> Answer:
    value, low, high = blast_radius(decided.tuned).mean()[name]
    wanted = f"upper end at most {most:g}"
    if value is None or high is None:
        return Answer(passed=True, got="no wrong merge", wanted=wanted)
    return Answer(
        high <= most, f"{shown(value)} ({shown(low)} to {shown(high)}) {name} a wrong merge", wanted
    )
