"""The bundle as a document: what it holds, how it is made, and when it must be refused."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeGuard

from pydantic import Field, ValidationError

from idlab.bundle.canonical import canonical, digest_of, read_json, write_whole
from idlab.bundle.coverage import Coverage
from idlab.bundle.golden import Golden, Part, decided
from idlab.bundle.migration import FAMILY, SCHEMA, migrated, version_of
from idlab.bundle.refusal import BundleRefused, refusal
from idlab.bundle.versions import VersionWarning, changed_versions, versions
from idlab.config import ScoringConfig, path_in_config
from idlab.errors import BadInput
from idlab.model import Interaction
from idlab.resolver import Resolver
from idlab.stores import Store


class Verdict(Part):
    """What one gate said.

    Args:
        gate: Its name.
        on: What it was judged on.
        passed: Whether it let the config pass.
        got: What was measured.
        wanted: What it asks for.
    """

    gate: str
    on: str
    passed: bool
    got: str
    wanted: str


class Digests(Part):
    """sha256 of the scoring config, and of everything in the bundle but itself."""

    config: str
    bundle: str = ""


class Bundle(Part):
    """An exported scoring config.

    Args:
        config: What decides.
        versions: Of the engine and of what normalisation stands on, by name.
        digests: Of the config and of the whole.
        lineage: How the config was found: study, worlds, seeds, recipe.
        quality: What it did on the hold-out world, by config beside it, each rate with its interval.
        gates: What every gate said.
        forced: Whether it was exported although a gate said no.
        golden: Synthetic interactions, in order, with the decisions that must be made about them.
        coverage: What the golden decisions show of what the config can decide.
        expected: Outcome shares per channel and level shares per field.

    Example:
        >>> config = ScoringConfig.load(Path("configs/default.json"))
        >>> bundle = Bundle.of(config, golden=[])
        >>> bundle.digest_holds(), bundle.verify()
        (True, Verification(decisions=0, warnings=()))
    """

    schema_: Literal["idlab.bundle/2"] = Field(alias="schema")
    config: ScoringConfig
    versions: dict[str, str]
    digests: Digests
    lineage: dict[str, Any]
    quality: dict[str, Any]
    gates: tuple[Verdict, ...]
    forced: bool
    golden: tuple[Golden, ...]
    coverage: Coverage
    expected: dict[str, Any]

    @classmethod
    def of(
        cls,
        config: ScoringConfig,
        *,
        golden: Sequence[Interaction],
        coverage: Coverage | None = None,
        lineage: Mapping[str, Any] | None = None,
        quality: Mapping[str, Any] | None = None,
        gates: Sequence[Verdict] = (),
        forced: bool = False,
        expected: Mapping[str, Any] | None = None,
    ) -> Bundle:
        """A new bundle of this release.

        Args:
            config: What decides.
            golden: Synthetic interactions, in order; they are decided now.
            coverage: What they show.
            lineage: How the config was found.
            quality: How good it is.
            gates: What the gates said.
            forced: Whether it is exported although one said no.
            expected: What production should look like.
        """
        made = cls(
            schema=SCHEMA,
            config=config,
            versions=versions(),
            digests=Digests(config=config.digest),
            lineage=dict(lineage or {}),
            quality=dict(quality or {}),
            gates=tuple(gates),
            forced=forced,
            golden=tuple(decided(config, golden)),
            coverage=coverage or Coverage(),
            expected=dict(expected or {}),
        )
        digest = digest_of(made.document())
        return made.model_copy(update={"digests": Digests(config=config.digest, bundle=digest)})

    @classmethod
    def read(cls, path: Path | str) -> Bundle:
        """A bundle whose digest holds; its golden decisions are not tried.

        Raises:
            BundleRefused: If it was changed after it was made.
            BadInput: If it cannot be read, is no bundle, or is one of another release.
        """
        return cls.parse(read_json(Path(path)), where=str(path))

    @classmethod
    def parse(cls, document: object, *, where: str = "bundle") -> Bundle:
        """A bundle from its parsed JSON; see ``read``."""
        if not is_bundle(document):
            raise BadInput("is no bundle", where=where, hint="make one with idlab export")
        version = version_of(document, where)
        digests = document.get("digests")
        if not isinstance(digests, dict) or digests.get("bundle") != digest_of(document):
            raise BundleRefused(
                "was changed after it was made: its digest does not hold",
                where=where,
                hint="take the exported file as it was, or export again",
            )
        bundle = cls._validated(migrated(document, version), where)
        if bundle.config.digest != bundle.digests.config:
            raise BundleRefused("holds another config than it was made for", where=where, hint="export again")
        return bundle

    @classmethod
    def _validated(cls, document: dict[str, Any], where: str) -> Bundle:
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            problem = _first_problem(error)
        raise BadInput(problem, where=where, hint="export it again")  # without pydantic's error, which quotes

    @classmethod
    def load(cls, path: Path | str) -> Bundle:
        """A bundle ready to decide: its digest holds, and its golden decisions were made again.

        Raises:
            BundleRefused: If it was changed, or a golden decision comes out otherwise.
            BadInput: If it cannot be read, is no bundle, or is one of another release.
        """
        bundle = cls.read(path)
        for warning in bundle.verify(where=str(path)).warnings:
            warnings.warn(warning, VersionWarning, stacklevel=2)
        return bundle

    def verify(self, *, where: str = "bundle") -> Verification:
        """Make every golden decision again with the online engine.

        Args:
            where: What a message calls the bundle.

        Returns:
            How many decisions were made, and which versions differ.

        Raises:
            BundleRefused: At the first decision that differs, saying in what.
        """
        changed = changed_versions(self.versions)
        again = decided(self.config, [one.interaction.interaction() for one in self.golden])
        for number, (golden, found) in enumerate(zip(self.golden, again, strict=True), start=1):
            if golden.decision != found.decision:
                raise refusal(number, golden, found, changed, where)
        return Verification(len(self.golden), changed)

    def resolver(self, store: Store) -> Resolver:
        """The online engine on this bundle's config.

        Args:
            store: Where identities are kept.
        """
        return Resolver(self.config, store)

    def document(self) -> dict[str, Any]:
        """The bundle as JSON values."""
        told = self.model_dump(mode="json", by_alias=True, exclude={"config"})
        return {**told, "config": json.loads(self.config.to_json())}

    def to_json(self) -> str:
        """The canonical JSON of the bundle: the same bytes for the same content."""
        return canonical(self.document()) + "\n"

    def digest_holds(self) -> bool:
        """Whether the digest in the bundle is the digest of the bundle."""
        return self.digests.bundle == digest_of(self.document())

    def write(self, path: Path | str) -> None:
        """Writes the bundle beside its place and moves it there."""
        write_whole(Path(path), self.to_json())


class Verification(NamedTuple):
    """What a verification that went well says.

    Args:
        decisions: How many golden decisions were made again.
        warnings: A line for everything that has another version now.
    """

    decisions: int
    warnings: tuple[str, ...]


def load_config(path: Path | str) -> ScoringConfig:
    """A scoring config from its own file, or out of a bundle, which is verified first.

    Args:
        path: A scoring config or a bundle.

    Raises:
        BundleRefused: If the bundle was changed, or decides otherwise now.
        BadInput: If the file is neither, or not valid.

    Example:
        >>> load_config("configs/default.json").name
        'default'
    """
    if is_bundle(read_json(Path(path))):
        return Bundle.load(path).config
    return ScoringConfig.load(path)


def is_bundle(document: object) -> TypeGuard[dict[str, Any]]:
    """Whether a parsed JSON document says that it is a bundle, of whatever release."""
    return isinstance(document, dict) and str(document.get("schema", "")).startswith(FAMILY)


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    path = path_in_config(first["loc"])
    return f"{path}: {first['msg'].removeprefix('Value error, ')}"
