"""idlab: tune probabilistic customer identity resolution on labelled worlds, deploy exactly what was tuned."""

from idlab.config import ScoringConfig
from idlab.core.predicates import predicate
from idlab.errors import BadInput, IdlabError, MissingExtra, UnknownReference
from idlab.model import Action, CustomerRecord, Decision, Evidence, Interaction, Link, Outcome, ReviewItem
from idlab.resolver import Resolver
from idlab.stores import MemoryStore, Store, open_store

__version__ = "0.1.0"

__all__ = [
    "Action",
    "BadInput",
    "CustomerRecord",
    "Decision",
    "Evidence",
    "IdlabError",
    "Interaction",
    "Link",
    "MemoryStore",
    "MissingExtra",
    "Outcome",
    "Resolver",
    "ReviewItem",
    "ScoringConfig",
    "Store",
    "UnknownReference",
    "open_store",
    "predicate",
]
