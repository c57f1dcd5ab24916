"""Golden interactions: synthetic ones, with the decisions that must be made about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from idlab.config import ScoringConfig
from idlab.model import Decision, Interaction
from idlab.resolver import Resolver
from idlab.stores import MemoryStore

Number = Annotated[float, Field(allow_inf_nan=False)]


class Part(BaseModel):
    """A part of a bundle: frozen, and refusing keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class GoldenInteraction(Part):
    """A synthetic interaction as it comes in, see ``idlab.model.Interaction``."""

    interaction_id: str = Field(min_length=1)
    occurred_at: AwareDatetime
    channel: str
    phone: str | None = None
    email: str | None = None
    full_name: str | None = None
    cookie_id: str | None = None
    ip_address: str | None = None
    conversation_id: str | None = None
    participant_id: str | None = None
    region: str | None = None
    fields: dict[str, str | None] = Field(default_factory=dict)

    @classmethod
    def of(cls, interaction: Interaction) -> GoldenInteraction:
        """The same interaction as part of a bundle."""
        names = [name for name in cls.model_fields if name != "fields"]
        told = {name: getattr(interaction, name) for name in names}
        return cls(**told, fields=dict(interaction.fields))

    def interaction(self) -> Interaction:
        """The same interaction as it is resolved."""
        return Interaction(**{name: getattr(self, name) for name in type(self).model_fields})


class GoldenEvidence(Part):
    """The level that a field reached and what it contributed, see ``idlab.model.Evidence``."""

    field: str
    level: str | None
    contribution: Number


class GoldenDecision(Part):
    """What must be decided; the score is left out, which is another way to write the weight."""

    outcome: str
    customer_id: str
    weight: Number | None
    runner_up: str | None
    reasons: tuple[str, ...]
    targets: tuple[str, ...]
    evidence: tuple[GoldenEvidence, ...]

    @classmethod
    def of(cls, decision: Decision) -> GoldenDecision:
        """A decision as part of a bundle."""
        return cls(
            outcome=decision.outcome.value,
            customer_id=decision.customer_id,
            weight=decision.weight,
            runner_up=decision.runner_up,
            reasons=decision.reasons,
            targets=decision.targets,
            evidence=tuple(
                GoldenEvidence(field=one.field, level=one.level, contribution=one.contribution)
                for one in decision.evidence
            ),
        )


class Golden(Part):
    """An interaction and the decision that must be made about it."""

    interaction: GoldenInteraction
    decision: GoldenDecision


def decided(config: ScoringConfig, interactions: Sequence[Interaction]) -> list[Golden]:
    """Interactions with the decisions that the online engine makes about them, from an empty store.

    Args:
        config: What decides.
        interactions: In the order handled.
    """
    resolver = Resolver(config, MemoryStore())
    return [
        Golden(interaction=GoldenInteraction.of(one), decision=GoldenDecision.of(resolver.resolve(one)))
        for one in interactions
    ]
