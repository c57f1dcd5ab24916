"""A time line: interactions by channel and time, whose they are told by shape and colour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from markupsafe import Markup

from idlab.explore.cluster import UNKNOWN, Member
from idlab.explore.figure import Scale
from idlab.explore.look import joined

WIDTH = 760
_ROW, _LEFT, _RIGHT, _TOP = 30, 84, 16, 16
_INKS = ("merge", "false", "pending", "review")
_SHAPES = (
    "M-6,0a6,6 0 1,0 12,0a6,6 0 1,0 -12,0z",
    "M-6,-6h12v12h-12z",
    "M0,-7l7,12h-14z",
    "M0,-8l7,8l-7,8l-7,-8z",
)
_HOLLOW = Markup('<circle r="5" fill="none" stroke="var(--plain)" stroke-width="1.6"/>')
_CROSS = Markup(
    '<path d="M-4,-4l8,8m0,-8l-8,8" stroke="var(--wrong)" stroke-width="2.2" transform="translate(0,-13)"/>'
)


def timeline(members: Sequence[Member]) -> Markup:
    """The interactions of an identity on a time line, a row for each channel.

    Args:
        members: In the order handled; a cross stands over those with which a wrong merge came in.
    """
    channels = sorted({one.channel for one in members})
    times = [one.time for one in members]
    x = Scale(float(min(times)), float(max(times)), _LEFT + 10, WIDTH - _RIGHT)
    height = _TOP + _ROW * len(channels) + 24
    rows = joined(_channel(place, name) for place, name in enumerate(channels))
    marks = joined(_mark(one, x(one.time), _TOP + _ROW * channels.index(one.channel) + 15) for one in members)
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>').format(
        WIDTH, height, _told(members), rows, marks, _dates(x, height)
    )


def legend(members: Sequence[Member]) -> Markup:
    """What the shapes stand for."""
    last = len(_SHAPES) - 1
    shown = {min(one.person, last) for one in members}
    present = sorted(shown, key=lambda person: (person == UNKNOWN, person))
    parts = [
        Markup(
            '<span><svg viewBox="-9 -9 18 18" style="display:inline-block;width:1.1em;height:1.1em;'
            'vertical-align:-.2em">{}</svg> {}</span> &nbsp; '
        ).format(_shape(person), person_name(person))
        for person in present
    ]
    if any(one.entered_wrongly for one in members):
        parts.append(Markup('<span class="wrong">\u2715 a wrong merge came in here</span>'))
    return Markup("<p>{}</p>").format(joined(parts))


def person_name(person: int) -> str:
    """What a person of an identity is called.

    Example:
        >>> person_name(0), person_name(7), person_name(UNKNOWN)
        ('person A', 'a further person', 'not known')
    """
    if person == UNKNOWN:
        return "not known"
    return f"person {'ABC'[person]}" if person < len(_SHAPES) - 1 else "a further person"


def _shape(person: int) -> Markup:
    if person == UNKNOWN:
        return _HOLLOW
    kind = min(person, len(_SHAPES) - 1)
    return Markup('<path d="{}" fill="var(--{})" stroke="var(--surface)"/>').format(
        _SHAPES[kind], _INKS[kind]
    )


def _channel(place: int, name: str) -> Markup:
    at = _TOP + _ROW * place + 15
    return Markup(
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="var(--line)"/><text x="{}" y="{}" text-anchor="end">{}</text>'
    ).format(_LEFT, WIDTH - _RIGHT, at, at, _LEFT - 10, at + 4, name)


def _mark(one: Member, x: float, y: float) -> Markup:
    cross = _CROSS if one.entered_wrongly else Markup("")
    told = f"{one.interaction_id}, {_day(one.time)}: {one.outcome}, {person_name(one.person)}"
    return Markup('<g transform="translate({},{})"><title>{}</title>{}{}</g>').format(
        x, y, told, _shape(one.person), cross
    )


def _dates(x: Scale, height: int) -> Markup:
    ends = [(x.low, "start"), (x.high, "end")] if x.high > x.low else [(x.low, "middle")]
    return joined(
        Markup('<text class="soft" x="{}" y="{}" text-anchor="{}">{}</text>').format(
            x(moment), height - 6, anchor, _day(int(moment))
        )
        for moment, anchor in ends
    )


def _day(time: int) -> str:
    return datetime.fromtimestamp(time / 1e6, UTC).date().isoformat()


def _told(members: Sequence[Member]) -> str:
    wrong = sum(one.entered_wrongly for one in members)
    return f"{len(members)} interactions on a time line by channel; wrong merges came in with {wrong} of them"
