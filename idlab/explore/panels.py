"""What the explorer shows beside its figure, as HTML: the numbers, the outcomes, comparisons and flips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from idlab.explore.flipped import Flip, Flipped, told
from idlab.explore.knobs import Knob, Settings, Value
from idlab.explore.look import joined, table
from idlab.explore.readings import SHOWN, UNITS, Reading
from idlab.explore.sides import FieldValues
from idlab.metrics import Disposition, Rate
from idlab.report.wording import interval_of, shown, signed, value_of

_SIDES = {
    "MERGE": (Disposition.MERGE_RIGHT, Disposition.MERGE_WRONG),
    "PENDING": (Disposition.PENDING_RIGHT, Disposition.PENDING_WRONG),
    "REVIEW": (Disposition.REVIEW_RIGHT, Disposition.REVIEW_WRONG),
    "NEW": (Disposition.NEW_RIGHT, Disposition.NEW_MISSED),
}


def numbers(rates: Mapping[str, Rate], against: Mapping[str, Rate], serial: int) -> Markup:
    """The four numbers, each with its interval and how far it is from where the session started.

    Args:
        rates: The numbers now.
        against: Those at the start.
        serial: Which reading this is, for whoever watches the page.
    """
    tiles = joined(_tile(name, rates[name], against[name]) for name in SHOWN)
    return Markup('<div class="tiles" data-serial="{}">{}</div>').format(serial, tiles)


def _tile(name: str, rate: Rate, start: Rate) -> Markup:
    unit = UNITS[name]
    change = Markup("&nbsp;")
    if rate.value is not None and start.value is not None and rate.value != start.value:
        points = " points" if unit == "share" else ""
        change = Markup("{}{} against the start").format(signed(rate.value - start.value, unit), points)
    return Markup('<div class="tile"><span>{}</span><b>{}</b><span>{}</span><span>{}</span></div>').format(
        SHOWN[name], value_of(rate, unit), interval_of(rate, unit), change
    )


def outcomes(now: Reading, start: Reading) -> Markup:
    """Every counted decision by outcome, right or wrong, and how many more there are than at the start."""
    rows = []
    for outcome, (right, wrong) in _SIDES.items():
        cells: list[object] = [outcome]
        for how in (right, wrong):
            cells += [f"{now.counts[how]:,}", _more(now.counts[how] - start.counts[how])]
        rows.append(cells)
    head = ["outcome", "#right", "#more", "#wrong or missed", "#more"]
    unjudged = now.counts[Disposition.UNJUDGED]
    caption = "decisions; more than at the start" + (f"; {unjudged:,} cannot be judged" if unjudged else "")
    return table(head, rows, caption)


def _more(change: int) -> str:
    return signed(float(change), "count") if change else ""


def comparison(now: Reading, pinned: Mapping[str, Reading]) -> Markup:
    """The numbers now beside those of every pinned reading."""
    rows = [
        [name, *(shown(one.rates[number], UNITS[number]) for number in SHOWN)]
        for name, one in {"now": now, **pinned}.items()
    ]
    return table(["settings", *(f"#{name}" for name in SHOWN.values())], rows, "with 95 % intervals")


def moves(knobs: Sequence[Knob], settings: Settings, start: Settings) -> Markup:
    """Which knobs stand elsewhere than at the start."""
    rows = [
        [f"{knob.group}: {knob.name}", position(start[knob.key]), position(settings[knob.key])]
        for knob in knobs
        if settings[knob.key] != start[knob.key]
    ]
    if not rows:
        return Markup('<p class="muted">Every knob stands where it started.</p>')
    return table(["moved", "#from", "#to"], rows)


def position(value: Value) -> str:
    """A position of a knob as it is read.

    Example:
        >>> position(None), position(True), position(0.95)
        ('off', 'on', '0.95')
    """
    if value is None:
        return "off"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, int | float) else value


def flips(found: Flipped, examples: Iterable[Flip]) -> Markup:
    """What just flipped: how many from what to what, and examples field by field."""
    counts = found.counts()
    if counts.empty:
        return Markup('<h3>What just flipped</h3><p class="muted">No decision came out otherwise.</p>')
    rows = [
        [
            told(Disposition[row["before"]]),
            told(Disposition[row["after"]]),
            f"{row['decisions']:,}",
            Markup('<span class="{}">{}</span>').format(row["turned"], row["turned"]),
        ]
        for row in counts.head(8).to_dict("records")
    ]
    caption = f"{found.rows.size:,} decisions came out otherwise than before this move"
    return Markup("<h3>What just flipped</h3>{}{}").format(
        table(["before", "now", "#decisions", "turned"], rows, caption), joined(map(_example, examples))
    )


def _example(one: Flip) -> Markup:
    rows = [
        [value.field, value.record or Markup('<span class="muted">none</span>'), identity_side(value)]
        for value in one.values
        if value.record is not None or value.identity
    ]
    heading = Markup("<h3>{}: {} \u2192 {}</h3>").format(
        one.interaction_id, told(one.before), told(one.after)
    )
    scores = f"score {_score(one.score_before)} before, {_score(one.score_after)} now"
    return heading + table(["field", "this record", "its best candidate had"], rows, scores)


def identity_side(value: FieldValues) -> str:
    """The identity's values of a field in one line.

    Example:
        >>> identity_side(FieldValues("phone", None, ("a", "b"), 2))
        'a, b and 2 more'
    """
    more = f" and {value.more} more" if value.more else ""
    return ", ".join(value.identity) + more or "none"


def _score(score: float | None) -> str:
    return "none" if score is None else f"{100 * score:.1f} %"
