"""idlab: tune probabilistic customer identity resolution on labelled worlds, deploy exactly what was tuned."""

from idlab.config import ScoringConfig
from idlab.core.predicates import predicate
from idlab.errors import BadInput, IdlabError, MissingExtra, UnknownReference
from idlab.model import Action, CustomerRecord, Decision, Evidence, Interaction, Link, Outcome, ReviewItem
from idlab.resolver import Resolver
from idlab.stores import MemoryStore, Store, open_store
from idlab.version import __version__

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
    "__version__",
    "open_store",
    "predicate",
]
