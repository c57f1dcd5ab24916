"""Numbers as people read them: a rate never without its interval."""

from __future__ import annotations

from idlab.metrics import Rate

NOTHING = "nothing to judge"
"""Stands where a rate has an empty denominator."""

MINUS = "\u2212"
"""The minus sign of print."""


def shown(rate: Rate, unit: str) -> str:
    """A rate in one line: value, then its interval in brackets.

    Args:
        rate: The rate.
        unit: ``share`` for 0 to 1, shown in percent; ``per_1000`` for numbers per 1,000 interactions; ``mean``
            for those per person or interaction.

    Example:
        >>> shown(Rate(0.5, 0.41, 0.59), "share"), shown(Rate(1204.0, 1100.2, 1311.7), "per_1000")
        ('50.0 % (41.0 to 59.0 %)', '1,204 (1,100 to 1,312)')
    """
    return NOTHING if rate.value is None else f"{value_of(rate, unit)} ({interval_of(rate, unit)})"


def value_of(rate: Rate, unit: str) -> str:
    """The value of a rate, without its interval, which must stand beside it.

    Example:
        >>> value_of(Rate(0.5, 0.41, 0.59), "share")
        '50.0 %'
    """
    if rate.value is None:
        return NOTHING
    return f"{number(rate.value, unit)} %" if unit == "share" else number(rate.value, unit)


def interval_of(rate: Rate, unit: str) -> str:
    """The interval of a rate; empty where there was nothing to judge.

    Example:
        >>> interval_of(Rate(0.5, 0.41, 0.59), "share")
        '41.0 to 59.0 %'
    """
    if rate.low is None or rate.high is None:
        return ""
    ends = f"{number(rate.low, unit)} to {number(rate.high, unit)}"
    return f"{ends} %" if unit == "share" else ends


def change_of(rate: Rate, unit: str) -> str:
    """A difference of two rates in one line, with its sign; shares in percentage points.

    Example:
        >>> change_of(Rate(0.021, 0.012, 0.03), "share")
        '+2.1 points (+1.2 to +3.0)'
    """
    if rate.value is None or rate.low is None or rate.high is None:
        return NOTHING
    value, low, high = (signed(one, unit) for one in rate)
    return f"{value}{' points' if unit == 'share' else ''} ({low} to {high})"


def signed(value: float | None, unit: str) -> str:
    """A number with its sign.

    Example:
        >>> signed(0.021, "share"), signed(-3.0, "per_1000") == MINUS + "3.0"
        ('+2.1', True)
    """
    if value is None:
        return ""
    text = number(value, unit)
    return text if text.startswith(MINUS) else f"+{text}"


def number(value: float, unit: str) -> str:
    """A number as it stands in tables; shares times 100, without their sign.

    Example:
        >>> number(0.1234, "share"), number(12.34, "per_1000"), number(1234.5, "count"), number(0.1234, "mean")
        ('12.3', '12.3', '1,234', '0.123')
    """
    if unit == "share":
        text = f"{100 * value:.1f}"
    elif unit == "mean":
        text = f"{value:.3f}"
    elif unit == "count" or (unit == "per_1000" and abs(value) >= 1000):
        text = f"{value:,.0f}"
    else:
        text = f"{value:.1f}"
    text = text.lstrip("-") if float(text.replace(",", "")) == 0 else text
    return text.replace("-", MINUS)
