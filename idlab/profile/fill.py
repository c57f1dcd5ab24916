"""When contacts come, over which channels, and what they carry."""

from __future__ import annotations

import numpy as np

from idlab.core.codes import MISSING
from idlab.profile.gathering import Gathering
from idlab.profile.view import View

_DAY = 86_400_000_000
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday


def gather_fill(view: View, into: Gathering) -> None:
    """Shares of channels, weekdays and hours (UTC), fill rates per channel and field, and reasons for unusable values."""
    n_channels = len(view.channels)
    rows = np.bincount(view.channel, minlength=n_channels)
    into.shares("channel", rows, view.channels)
    day, moment = np.divmod(view.tape.time, _DAY)
    into.shares("weekday", np.bincount((day + _EPOCH_WEEKDAY) % 7, minlength=7), _DAYS)
    hours = [f"{hour:02}" for hour in range(24)]
    into.shares("hour", np.bincount(moment // (_DAY // 24), minlength=24), hours)
    for place, field in enumerate(view.ready.field_names):
        there = view.values(place) != MISSING
        filled = np.bincount(view.channel[there], minlength=n_channels)
        for number, channel in enumerate(view.channels):
            into.share(f"fill.{channel}.{field}", filled[number], rows[number])
    for (field, problem), count in sorted(view.tape.problems.items()):
        into.share(f"unusable.{field}.{problem}", count, len(view.channel))
