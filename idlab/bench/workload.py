"""The frozen workload: the same world and keys in every run, so that figures of two runs can be compared."""

from __future__ import annotations

import json

import numpy as np

from idlab.config import ScoringConfig
from idlab.core.codes import HUB
from idlab.errors import BadInput
from idlab.replay import Replay

SCENARIO = "retail"
"""The synthetic world that is resolved."""

SEED = 20_260_105
"""Which world of that kind."""

KEYS = ("phone.e164", "email.address", "cookie_id.value")
"""The keys by which candidates are looked up; Splink blocks on the same."""


def frozen(config: ScoringConfig) -> ScoringConfig:
    """A scoring config with the workload's keys instead of its own.

    Args:
        config: Any config with a phone, an e-mail and a cookie; what it says of a key of the workload stays.

    Raises:
        BadInput: If it lacks one of these fields, or has no weights that a peer's model could take over.

    Example:
        >>> from pathlib import Path
        >>> frozen(ScoringConfig.load(Path("configs/default.json"))).keys[0].on
        ('phone.e164',)
    """
    if config.model.kind != "fellegi_sunter":
        hint = "take configs/default.json or one that was fitted or tuned from it"
        raise BadInput(f"the benchmark needs a fellegi_sunter config, got {config.model.kind}", hint=hint)
    document = json.loads(config.to_json())
    known = {tuple(rule["on"]): rule for rule in document["keys"]}
    document["keys"] = [known.get((key,), {"on": [key]}) | {"enabled": True} for key in KEYS]
    return ScoringConfig.parse(document, where=f"{config.name} with the keys of the benchmark")


def check_no_hub(done: Replay) -> None:
    """Refuses a workload in which a key value leads to more identities than its rule allows.

    Such a value is no key from then on, and the peers, which have no such rule, would do other work.

    Raises:
        BadInput: With the number of interactions that met one.
    """
    met = int(np.count_nonzero(done.results.reasons & HUB))
    if met:
        hint = "give its key rules a larger max_fanout, or measure fewer interactions"
        raise BadInput(f"{met} interactions have a key that is a hub; the workload may have none", hint=hint)


def widest_key(done: Replay) -> int:
    """The largest number of records that share one value of a key."""
    keys = done.tape.key[done.tape.key >= 0]
    return int(np.bincount(keys).max()) if len(keys) else 0
