"""The parts of a scenario: every rate of a synthetic world, with its range."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from synthetic.words import LOCALES

Rate = Annotated[float, Field(ge=0.0, le=1.0)]
Weight = Annotated[float, Field(ge=0.0)]
ChannelName = Literal["voice", "webchat", "email", "whatsapp", "sms", "crm"]
LocaleName = Literal["en_US", "es_MX", "en_GB", "de_DE", "hi_IN"]
RegionName = Literal["US", "GB", "DE", "MX", "IN"]


class Section(BaseModel):
    """A part of a scenario: frozen, and refusing names that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Contacts(Section):
    """How many interactions a person has: a log-normal law, rounded down, plus heavy tail by its spread."""

    median: Annotated[float, Field(ge=1.0, le=100.0)]
    spread: Annotated[float, Field(ge=0.05, le=2.0)]
    most: Annotated[int, Field(ge=1, le=500)]

    @model_validator(mode="after")
    def _the_median_is_possible(self) -> Self:
        if self.median > self.most:
            raise ValueError(f"median <= most must hold, but got median={self.median}, most={self.most}")
        return self


class Rhythm(Section):
    """When contacts happen: problems start on some day, and follow-ups come in bursts."""

    follow_up: Rate
    same_day: Rate
    gap_days: Annotated[float, Field(ge=1.0, le=60.0)]
    switch_channel: Rate
    weekday_weights: Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7)]
    hour_weights: Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)]

    @model_validator(mode="after")
    def _some_time_exists(self) -> Self:
        if sum(self.weekday_weights) <= 0 or sum(self.hour_weights) <= 0:
            raise ValueError("weekday_weights and hour_weights each need one weight above 0")
        return self


class Names(Section):
    """Where names come from."""

    by_country: Rate
    origins: dict[LocaleName, Weight]
    rare_surname: Rate
    double_surname: Rate
    maternal_surname: Rate

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
    suffix_told: Rate
    twins: Rate
    cared_for: Rate
    carer_calls: Rate
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
        if self.twins > 0 and sum(self.size_weights[3:]) <= 0:
            raise ValueError(
                f"twins={self.twins} is impossible: no household has the four people it takes; "
                "give size_weights a fourth weight above 0 or set twins to 0"
            )
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


class Telephony(Section):
    """What a call shows instead of the caller's own line."""

    spoofed: Rate
    trunk: Rate
    firms_per_trunk: Annotated[int, Field(ge=1, le=10)]

    @model_validator(mode="after")
    def _a_call_shows_one_line(self) -> Self:
        _check_sum("calls that show another line", {"spoofed": self.spoofed, "trunk": self.trunk})
        return self


class Lives(Section):
    """What changes in people's lives during the scenario."""

    phone_change: Rate
    recycled: Rate
    recycle_days: Annotated[int, Field(ge=0, le=3650)]
    email_change: Rate
    second_email: Rate
    second_email_use: Rate
    name_change: Rate
    moving_house: Rate
    moving_out: Rate
    cookie_days: Annotated[int, Field(ge=1, le=3650)]
    short_cookie: Rate
    short_cookie_days: Annotated[int, Field(ge=1, le=3650)]
    private_browsing: Rate
    lease_days: Annotated[int, Field(ge=1, le=3650)]
    mobile_network: Rate
    people_per_gateway: Annotated[int, Field(ge=1, le=100)]

    @model_validator(mode="after")
    def _cookies_are_in_order(self) -> Self:
        if self.short_cookie > 0 and self.short_cookie_days > self.cookie_days:
            raise ValueError(
                f"short_cookie_days <= cookie_days must hold, but got "
                f"short_cookie_days={self.short_cookie_days}, cookie_days={self.cookie_days}"
            )
        return self


class Channel(Section):
    """One channel: its share of interactions and how often each field is filled."""

    share: Weight
    phone: Rate = 0.0
    email: Rate = 0.0
    full_name: Rate = 0.0
    cookie_id: Rate = 0.0
    ip_address: Rate = 0.0
    learnt_later: Rate = 0.0
    region: Rate = 0.0


class Drift(Section):
    """Rates that change on one day, midway: for everything drawn anew with every contact.

    Args:
        day: The first day, from 0 at the scenario's start, on which the new rates hold.
        households, businesses, telephony, lives, channels, noise: The new rates, by name; what is left out
            stays. A channel's share changes for problems that begin from that day on.
    """

    day: Annotated[int, Field(ge=1, le=3650)]
    households: dict[
        Literal[
            "landline_use", "borrowed_phone", "tablet_use", "shared_email_use", "carer_calls", "suffix_told"
        ],
        Rate,
    ] = Field(default_factory=dict)
    businesses: dict[Literal["front_desk", "role_account"], Rate] = Field(default_factory=dict)
    telephony: dict[Literal["spoofed", "trunk"], Rate] = Field(default_factory=dict)
    lives: dict[Literal["private_browsing", "mobile_network"], Rate] = Field(default_factory=dict)
    channels: dict[
        ChannelName,
        dict[Literal["share", "phone", "email", "full_name", "cookie_id", "ip_address", "region"], Rate],
    ] = Field(default_factory=dict)
    noise: dict[str, dict[ChannelName, Rate]] = Field(default_factory=dict)


def _check_sum(what: str, rates: dict[str, float]) -> None:
    """Refuses rates of which only one can befall a contact and that sum above 1."""
    total = sum(rates.values())
    if total > 1.0:
        given = " + ".join(f"{name}={rate}" for name, rate in rates.items())
        raise ValueError(f"{what} cannot sum above 1, but got {given} = {total:g}")
