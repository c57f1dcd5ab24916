"""What a scenario consists of: every rate of a synthetic world, with its range."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from synthetic.noise import CORRUPTION_NAMES
from synthetic.words import LOCALES

Rate = Annotated[float, Field(ge=0.0, le=1.0)]
Weight = Annotated[float, Field(ge=0.0)]
ChannelName = Literal["voice", "webchat", "email", "whatsapp", "sms", "crm"]
LocaleName = Literal["en_US", "es_MX", "en_GB"]


class Section(BaseModel):
    """A part of a scenario: frozen, and refusing names that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Contacts(Section):
    """How many interactions a person has: a log-normal law, rounded down, plus heavy tail by its spread."""

    median: Annotated[float, Field(ge=1.0, le=100.0)]
    spread: Annotated[float, Field(ge=0.05, le=2.0)]
    most: Annotated[int, Field(ge=1, le=500)]


class Rhythm(Section):
    """When contacts happen: problems start on some day, and follow-ups come in bursts."""

    follow_up: Rate
    same_day: Rate
    gap_days: Annotated[float, Field(ge=1.0, le=60.0)]
    weekday_weights: Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7)]
    hour_weights: Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)]

    @model_validator(mode="after")
    def _some_time_exists(self) -> Self:
        if sum(self.weekday_weights) <= 0 or sum(self.hour_weights) <= 0:
            raise ValueError("weekday_weights and hour_weights each need one weight above 0")
        return self


class Names(Section):
    """Where names come from."""

    origins: dict[LocaleName, Weight]
    rare_surname: Rate
    double_surname: Rate

    @model_validator(mode="after")
    def _some_origin_exists(self) -> Self:
        if sum(self.origins.values()) <= 0:
            raise ValueError(f"origins needs one weight above 0 among {', '.join(LOCALES)}")
        return self

    def weight(self, locale: str) -> float:
        """The weight of that origin; 0 where the scenario leaves it out."""
        return {str(name): weight for name, weight in self.origins.items()}.get(locale, 0.0)


class Households(Section):
    """Who lives together and what they share."""

    size_weights: Annotated[tuple[Weight, ...], Field(min_length=1, max_length=12)]
    same_surname: Rate
    namesake: Rate
    landline: Rate
    landline_use: Rate
    landline_only: Rate
    borrowed_phone: Rate
    tablet: Rate
    tablet_use: Rate
    shared_email: Rate
    shared_email_use: Rate
    ipv6: Rate

    @model_validator(mode="after")
    def _some_size_exists(self) -> Self:
        if sum(self.size_weights) <= 0:
            raise ValueError("size_weights needs one weight above 0 (the first is for one person)")
        return self


class Businesses(Section):
    """Employees who write and call for their employer."""

    employees: Rate
    smallest: Annotated[int, Field(ge=2, le=100)]
    mean_size: Annotated[float, Field(ge=2.0, le=100.0)]
    largest: Annotated[int, Field(ge=2, le=100)]
    on_business: Rate
    front_desk: Rate
    role_account: Rate

    @model_validator(mode="after")
    def _sizes_are_in_order(self) -> Self:
        if not self.smallest <= self.mean_size <= self.largest:
            raise ValueError(
                f"smallest <= mean_size <= largest must hold, but got "
                f"smallest={self.smallest}, mean_size={self.mean_size}, largest={self.largest}"
            )
        return self


class Lives(Section):
    """What changes in people's lives during the scenario."""

    phone_change: Rate
    recycled: Rate
    recycle_days: Annotated[int, Field(ge=0, le=3650)]
    email_change: Rate
    second_email: Rate
    second_email_use: Rate
    cookie_days: Annotated[int, Field(ge=1, le=3650)]
    private_browsing: Rate
    lease_days: Annotated[int, Field(ge=1, le=3650)]
    mobile_network: Rate
    people_per_gateway: Annotated[int, Field(ge=1, le=100)]


class Channel(Section):
    """One channel: its share of interactions and how often each field is filled."""

    share: Weight
    phone: Rate = 0.0
    email: Rate = 0.0
    full_name: Rate = 0.0
    cookie_id: Rate = 0.0
    ip_address: Rate = 0.0
    learnt_later: Rate = 0.0


class Scenario(Section):
    """Every rate of a synthetic world.

    Args:
        noise: Rate of each corruption per channel, by the names of ``synthetic.noise.CATALOGUE``; a channel
            left out has rate 0.

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
    contacts: Contacts
    rhythm: Rhythm
    names: Names
    households: Households
    businesses: Businesses
    lives: Lives
    channels: dict[ChannelName, Channel]
    noise: dict[str, dict[ChannelName, Rate]]

    @model_validator(mode="after")
    def _channels_and_noise_are_usable(self) -> Self:
        if sum(channel.share for channel in self.channels.values()) <= 0:
            raise ValueError("channels: one share must be above 0")
        unknown = sorted(set(self.noise) - set(CORRUPTION_NAMES))
        if unknown:
            valid = ", ".join(CORRUPTION_NAMES)
            raise ValueError(f"noise: unknown {', '.join(unknown)}; valid names are {valid}")
        return self

    def channel(self, name: str) -> Channel:
        """The channel of that name; one with share 0 where the scenario leaves it out."""
        return {str(key): value for key, value in self.channels.items()}.get(name, Channel(share=0.0))

    def noise_rate(self, corruption: str, channel: str) -> float:
        """How often the corruption befalls a filled field on the channel."""
        return {str(key): rate for key, rate in self.noise.get(corruption, {}).items()}.get(channel, 0.0)
