"""A bundle with golden interactions, and the interactions themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idlab.bundle import Bundle, Coverage, Sides, Verdict
from idlab.model import Interaction


@pytest.fixture(scope="session")
def week() -> list[Interaction]:
    """A phone call, a chat, an e-mail that is near the chat's, and a row that ties phone and chat."""
    monday = datetime(2026, 1, 5, 9, 30, 0, 250_000, tzinfo=UTC)
    given = (
        {"channel": "voice", "phone": "+1 202 555 0143"},
        {
            "channel": "webchat",
            "email": "john.doe@example.com",
            "conversation_id": "c",
            "participant_id": "p",
        },
        {"channel": "email", "email": "j.doe@example.com"},
        {
            "channel": "crm",
            "phone": "+1 202 555 0143",
            "full_name": "John Doe",
            "email": "john.doe@example.com",
        },
    )
    return [
        Interaction(f"day-{day}", monday + timedelta(days=day), **values) for day, values in enumerate(given)
    ]


@pytest.fixture(scope="session")
def bundle(default, week) -> Bundle:
    return Bundle.of(
        default,
        golden=week,
        coverage=Coverage(
            unreachable=("reason OLDEST",),
            not_reached=("reason HUB",),
            thresholds={"pending_at": Sides(), "merge_at": Sides(raised=0.25, lowered=None)},
        ),
        lineage={"study": {"seed": 1}},
        quality={"cost_per_1000": {"value": 371.25, "low": 350.0, "high": 392.5}},
        gates=[Verdict(gate="cost", on="a world", passed=True, got="371", wanted="at most 471")],
        expected={"outcomes": {}},
    )


@pytest.fixture
def written(bundle, tmp_path) -> Path:
    path = tmp_path / "bundle.json"
    bundle.write(path)
    return path
