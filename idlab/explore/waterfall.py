"""A waterfall: how the weight of a comparison adds up, field by field, against the thresholds."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from idlab.explore.figure import Scale
from idlab.explore.look import joined
from idlab.report.wording import MINUS
from idlab.why import Comparison

WIDTH = 440
_ROW, _LEFT, _RIGHT, _TOP = 22, 168, 56, 22


def steps(comparison: Comparison) -> Iterator[tuple[str, float]]:
    """What a weight is made of: the prior, then every compared field with its share of the weight.

    Bits are summed as they are; the shares of a weighted average are its contributions divided by the weights
    of the fields compared.

    Args:
        comparison: A record against an identity.

    Example:
        >>> from idlab.model import Evidence
        >>> evidence = (Evidence("phone", "exact", 0.45), Evidence("email", "else", 0.0))
        >>> list(steps(Comparison("call-1", "c", 1, None, evidence, 0.5, 0.5)))
        [('phone: exact', 0.5), ('email: else', 0.0)]
    """
    total = sum(one.contribution for one in comparison.evidence)
    average = comparison.prior is None
    factor = comparison.weight / total if average and total else 1.0
    if comparison.prior is not None:
        yield "prior", comparison.prior
    for one in comparison.evidence:
        if one.level is not None:
            yield f"{one.field}: {one.level}", factor * one.contribution


def waterfall(comparison: Comparison, thresholds: tuple[float, float]) -> Markup:
    """The weight of a comparison as bars that begin where the one above ends.

    Args:
        comparison: A record against an identity.
        thresholds: ``merge_at`` and ``pending_at``, as weights: lines.
    """
    found = list(steps(comparison))
    ends = _running(found)
    reach = [0.0, comparison.weight, *thresholds, *ends]
    x = Scale(min(reach), max(reach), _LEFT, WIDTH - _RIGHT)
    height = _TOP + _ROW * (len(found) + 1) + 6
    starts = [0.0, *ends[:-1]]
    rows = [_bar(row, name, value, starts[row], x) for row, (name, value) in enumerate(found)]
    rows.append(_total(len(found), comparison, x))
    lines = (
        _line(x, weight, name, height) for weight, name in zip(thresholds, ("merge", "pending"), strict=True)
    )
    told = "; ".join(f"{name} {value:+.2f}" for name, value in found)
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>').format(
        WIDTH, height, f"{told}; in all {comparison.weight:+.2f}", _HATCH, joined(lines), joined(rows)
    )


_HATCH = Markup(
    '<defs><pattern id="idlab-against" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--wrong)"/>'
    '<line x1="0" x2="0" y1="0" y2="5" stroke="var(--surface)" stroke-width="1.6"/></pattern></defs>'
)


def _running(found: list[tuple[str, float]]) -> list[float]:
    ends, at = [], 0.0
    for _, value in found:
        at += value
        ends.append(at)
    return ends


def _bar(row: int, name: str, value: float, start: float, x: Scale) -> Markup:
    left, right = sorted((x(start), x(start + value)))
    fill = "url(#idlab-against)" if value < 0 else "var(--right)"
    return _row(
        row,
        name,
        value,
        Markup('<rect x="{}" y="{}" width="{}" height="14" fill="{}"/>').format(
            left, _TOP + _ROW * row + 4, max(round(right - left, 1), 1.0), fill
        ),
    )


def _total(row: int, comparison: Comparison, x: Scale) -> Markup:
    at, middle = x(comparison.weight), _TOP + _ROW * row + 11
    mark = Markup('<path d="M{},{}l7,7l-7,7l-7,-7z" fill="var(--ink)"/>').format(at, middle - 7)
    return _row(row, f"weight, score {100 * comparison.score:.1f} %", comparison.weight, mark, strong=True)


def _row(row: int, name: str, value: float, mark: Markup, *, strong: bool = False) -> Markup:
    at, weight = _TOP + _ROW * row + 15, Markup(' font-weight="600"') if strong else Markup("")
    return Markup(
        '<text x="{}" y="{}" text-anchor="end"{}>{}</text>{}<text x="{}" y="{}" text-anchor="end"{}>{}</text>'
    ).format(
        _LEFT - 8, at, weight, name[:30], mark, WIDTH - 4, at, weight, f"{value:+.2f}".replace("-", MINUS)
    )


def _line(x: Scale, weight: float, name: str, height: int) -> Markup:
    at = x(weight)
    return Markup(
        '<line x1="{}" x2="{}" y1="16" y2="{}" stroke="var(--muted)" stroke-dasharray="{}"/>'
        '<text class="soft" x="{}" y="12" text-anchor="{}">{}</text>'
    ).format(
        at,
        at,
        height,
        "none" if name == "merge" else "4 3",
        at + (4 if name == "merge" else -4),
        "start" if name == "merge" else "end",
        f"{name} from here",
    )
