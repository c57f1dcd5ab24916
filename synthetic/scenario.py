"""What a scenario consists of, and what must hold among its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from synthetic.nearest import names_near
from synthetic.noise import CORRUPTION_NAMES
from synthetic.sections import (
    Businesses,
    Channel,
    ChannelName,
    Contacts,
    Drift,
    Households,
    Lives,
    Names,
    Rate,
    RegionName,
    Rhythm,
    Section,
    Telephony,
    Weight,
)
from synthetic.words import REGIONS


class Scenario(Section):
    """Every rate of a synthetic world.

    Args:
        regions: Where households and firms are, by weight; it decides their numbering plan.
        noise: Rate of each corruption per channel, by the names of ``synthetic.noise.CATALOGUE``; a channel
            left out has rate 0.
        drift: Rates that change midway, if any do.

    Example:
        >>> from synthetic.loading import load_scenario
        >>> load_scenario("retail").channel("voice").phone > 0.5
        True
    """

    schema_: Annotated[Literal["idlab.scenario/1"], Field(alias="schema")]
    name: str
    description: str
    start: AwareDatetime
    days: Annotated[int, Field(ge=1, le=3650)]
    favourite_channel: Rate
    regions: dict[RegionName, Weight]
    contacts: Contacts
    rhythm: Rhythm
    names: Names
    households: Households
    businesses: Businesses
    telephony: Telephony
    lives: Lives
    channels: dict[ChannelName, Channel]
    noise: dict[str, dict[ChannelName, Rate]]
    drift: Drift | None = None

    @model_validator(mode="after")
    def _channels_and_noise_are_usable(self) -> Self:
        if sum(channel.share for channel in self.channels.values()) <= 0:
            raise ValueError("channels: one share must be above 0")
        if sum(self.regions.values()) <= 0:
            raise ValueError(f"regions: one weight must be above 0 among {', '.join(REGIONS)}")
        _check_corruptions("noise", self.noise)
        return self

    @model_validator(mode="after")
    def _drift_happens_within_the_time(self) -> Self:
        if self.drift is not None:
            _check_corruptions("drift.noise", self.drift.noise)
            if self.drift.day >= self.days:
                raise ValueError(
                    f"drift.day < days must hold, but got drift.day={self.drift.day}, days={self.days}: "
                    "nothing would change before the end"
                )
            self.after_drift()
        return self

    def channel(self, name: str) -> Channel:
        """The channel of that name; one with share 0 where the scenario leaves it out."""
        return {str(key): value for key, value in self.channels.items()}.get(name, Channel(share=0.0))

    def noise_rate(self, corruption: str, channel: str) -> float:
        """How often the corruption befalls a filled field on the channel."""
        return {str(key): rate for key, rate in self.noise.get(corruption, {}).items()}.get(channel, 0.0)

    def region_weights(self) -> list[float]:
        """The weight of every region of ``REGIONS``; 0 where the scenario leaves it out."""
        weights = {str(name): weight for name, weight in self.regions.items()}
        return [weights.get(name, 0.0) for name in REGIONS]

    def periods(self) -> tuple[Scenario, Scenario]:
        """The rates that hold before ``drift.day``, and those that hold from then on."""
        return self, self if self.drift is None else self.after_drift()

    def after_drift(self) -> Scenario:
        """The rates that hold from ``drift.day`` on; the scenario itself if nothing drifts."""
        if self.drift is None:
            return self
        changes = self.drift.model_dump(mode="python", exclude={"day"})
        document = self.model_dump(mode="python", by_alias=True, exclude={"drift"})
        return Scenario.model_validate(merged(document, changes))


def merged(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A nested mapping with some values replaced; mappings are merged, everything else is taken whole.

    Example:
        >>> merged({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}})
        {'a': {'b': 1, 'c': 3}}
    """
    both = dict(document)
    for name, value in changes.items():
        old = both.get(name)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            both[name] = merged(old, value)
        else:
            both[name] = value
    return both


def _check_corruptions(where: str, noise: Mapping[str, object]) -> None:
    unknown = sorted(set(noise) - set(CORRUPTION_NAMES))
    if unknown:
        valid = ", ".join(names_near(CORRUPTION_NAMES, unknown[0]))
        raise ValueError(f"{where}: unknown {', '.join(unknown)}; valid names are {valid}")
