"""A small labelled world of the tests' own: families on one phone, slips, a front desk, a recycled number."""

from __future__ import annotations

from random import Random
from typing import Any

import pandas as pd
import pytest

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset, in_memory
from idlab.sweep.prepared import Prepared, prepare

FIRST = ("Ann", "Bob", "Carla", "Dev", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas")
LAST = ("Lopez", "Meyer", "Nowak", "Okafor", "Petrov", "Quinn", "Rossi", "Sato", "Tanaka", "Ueda")
ENDING = (
    "",
    "son",
    "berg",
    "ova",
    "ides",
    "ski",
    "etti",
    "aga",
    "ez",
    "wald",
    "mann",
    "ini",
    "oglu",
    "dottir",
)
CHANNELS = ("voice", "email", "webchat")


def family_world(people: int, interactions: int, seed: int, *, desks: bool = True) -> Dataset:
    """People in families of three on one phone, every tenth behind a front desk; names and mails with slips."""
    chance = Random(seed)
    rows: list[dict[str, Any]] = []
    truth: list[dict[str, str]] = []
    moments = pd.date_range("2026-01-05T08:00Z", periods=interactions, freq="37min")
    for number, moment in enumerate(moments):
        person = min(chance.randrange(people), chance.randrange(people))
        family = person // 3
        first, last = FIRST[person % 10], LAST[family % 10] + ENDING[family // 10]
        desk = desks and person % 10 == 9
        phone = "+12025550100" if desk else f"+1202556{family:04d}"
        email = f"{first}.{last}{person}@example.com".lower()
        if chance.random() < 0.15:
            email = email.replace("e", "", 1)
        name = f"{first} {last}" if chance.random() < 0.7 else first
        row: dict[str, Any] = {
            "interaction_id": f"i{number:05d}",
            "occurred_at": moment,
            "channel": CHANNELS[chance.randrange(3)],
            "phone": phone if chance.random() < 0.6 else None,
            "email": email if chance.random() < 0.5 else None,
            "full_name": name if chance.random() < 0.8 else None,
        }
        rows.append(row)
        truth.append(
            {"interaction_id": row["interaction_id"], "person_id": f"p{person}", "household_id": f"h{family}"}
        )
    return in_memory(pd.DataFrame(rows), truth=pd.DataFrame(truth))


@pytest.fixture(scope="session")
def default(handmade: ScoringConfig) -> ScoringConfig:
    """What a study happens to make of the default config is not what sweeps are about."""
    return handmade


@pytest.fixture(scope="session")
def world() -> Dataset:
    return family_world(people=60, interactions=600, seed=5)


@pytest.fixture(scope="session")
def prepared(world: Dataset, default: ScoringConfig) -> Prepared:
    return prepare(world, default)
