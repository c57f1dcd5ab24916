"""The scoring config: the one document that tuning writes and production reads."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from idlab.config.consistency import problems
from idlab.config.decide import Decide
from idlab.config.fields import FieldConfig
from idlab.config.guards import Guards
from idlab.config.keys import KeyRule
from idlab.config.model import Model
from idlab.config.part import Name, Part
from idlab.config.telling import first_problem
from idlab.errors import BadInput, why_unread
from idlab.normalize.options import NormalizeOptions

SCHEMA = "idlab.scoring/1"
"""The version of the document that this release writes and reads."""


class ScoringConfig(Part):
    """Everything that a decision depends on, in one frozen document.

    Example:
        >>> config = ScoringConfig.load(Path("configs/default.json"))
        >>> config.model.kind
        'fellegi_sunter'
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, ignored_types=(cached_property,)
    )

    schema_: Literal["idlab.scoring/1"] = Field(alias="schema")
    name: Name
    normalize: NormalizeOptions = Field(default_factory=NormalizeOptions)
    fields: tuple[FieldConfig, ...] = Field(min_length=1, max_length=64)
    keys: tuple[KeyRule, ...] = Field(min_length=1, max_length=32)
    model: Model
    decide: Decide
    guards: Guards = Field(default_factory=Guards)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problem = next(problems(self.fields, self.keys, self.model, self.decide, self.guards), None)
        if problem is not None:
            raise ValueError(problem)
        return self

    @classmethod
    def parse(cls, document: object, *, where: str = "scoring config") -> ScoringConfig:
        """Validate a document that was read from JSON.

        Args:
            document: The parsed JSON.
            where: What an error message calls the document.

        Raises:
            BadInput: With the path of the first field that is wrong and what is allowed.
        """
        if isinstance(document, dict) and document.get("schema") != SCHEMA:
            raise BadInput(
                f"schema is {document.get('schema')!r}, this release reads {SCHEMA!r}", where=where
            )
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            problem = first_problem(error)
        raise BadInput(problem, where=where)  # without pydantic's error, which quotes the document

    @classmethod
    def load(cls, path: str | Path) -> ScoringConfig:
        """Read and validate a scoring config.

        Raises:
            BadInput: When the file cannot be read, is no JSON or no valid config.
        """
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            problem = why_unread(error)
        except json.JSONDecodeError as error:
            problem = f"is no JSON: {error.msg} in line {error.lineno}"
        else:
            return cls.parse(document, where=str(path))
        raise BadInput(problem, where=str(path))

    def to_json(self) -> str:
        """The document as indented JSON; what is null or left at its default stays out of levels."""
        return json.dumps(self._document(), indent=1, ensure_ascii=False) + "\n"

    def _document(self) -> dict[str, Any]:
        document = self.model_dump(mode="json", by_alias=True, exclude_none=False, exclude_unset=False) | {
            "fields": [field.model_dump(mode="json", exclude_none=True) for field in self.fields]
        }
        if self.model.calibration is None:
            del document["model"]["calibration"]
        return document

    @cached_property
    def digest(self) -> str:
        """sha256 of the canonical JSON: the same for the same meaning, whatever the file's layout."""
        canonical = json.dumps(self._document(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scoring config, as written to ``configs/scoring.schema.json``."""
    return ScoringConfig.model_json_schema(by_alias=True)
