"""The bundle: a scoring config with its provenance, its measured quality and decisions it must make again."""

from idlab.bundle.canonical import write_whole
from idlab.bundle.card import card
from idlab.bundle.coverage import Coverage, Sides
from idlab.bundle.document import Bundle, Digests, Verdict, Verification, load_config
from idlab.bundle.golden import Golden, GoldenDecision, GoldenEvidence, GoldenInteraction, decided
from idlab.bundle.refusal import BundleRefused, Difference
from idlab.bundle.versions import VersionWarning, changed_versions, versions

__all__ = [
    "Bundle",
    "BundleRefused",
    "Coverage",
    "Difference",
    "Digests",
    "Golden",
    "GoldenDecision",
    "GoldenEvidence",
    "GoldenInteraction",
    "Sides",
    "Verdict",
    "Verification",
    "VersionWarning",
    "card",
    "changed_versions",
    "decided",
    "load_config",
    "versions",
    "write_whole",
]
