"""The gates file: what a config must have shown before production may load it, as a person writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from idlab.errors import BadInput, why_unread
from idlab.export.gate_parts import (
    BlastRadius,
    Certified,
    Fresh,
    MetricGate,
    NonInferiority,
    Part,
    SliceGate,
)


class _EachKeyOnce(yaml.SafeLoader):
    """YAML in which a key that comes twice is refused: the first would be lost, and a gate with it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for place, key in enumerate(keys) if key in keys[:place]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"key {twice!r} comes twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


class Gates(Part):
    """What a config must have shown before production may load it.

    Args:
        fresh: The hold-out worlds.
        resamples: How many worlds bootstrapped intervals draw.
        hold_out_used_once: Whether the study's own numbers must come from a world not reported on before.
        metrics: Floors and ceilings.
        non_inferiority: By how much it may be worse than production's config.
        slices: No slice worse than so much.
        certified: A promise about false merges.
        blast_radius: How far wrong merges may reach.

    Example:
        >>> Gates.load(Path("configs/gates.yaml")).metrics[0].name
        'cost'
    """

    schema_: Literal["idlab.gates/1"] = Field(alias="schema")
    fresh: Fresh = Fresh()
    resamples: int = Field(default=200, ge=1, le=100_000)
    hold_out_used_once: bool = True
    metrics: tuple[MetricGate, ...] = ()
    non_inferiority: NonInferiority = NonInferiority()
    slices: tuple[SliceGate, ...] = ()
    certified: Certified | None = None
    blast_radius: BlastRadius = BlastRadius()

    @classmethod
    def load(cls, path: Path | str) -> Gates:
        """Read and validate a gates file.

        Raises:
            BadInput: If it cannot be read, is no YAML, or a key or value is not valid; it names the key.
        """
        try:
            document = yaml.load(Path(path).read_text(encoding="utf-8"), _EachKeyOnce)  # noqa: S506 - a SafeLoader
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(why_unread(error), where=str(path), hint="check the path") from None
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            raise BadInput(f"is no YAML: {error}", where=str(path)) from None
        return cls.parse(document, where=str(path))

    @classmethod
    def parse(cls, document: object, *, where: str = "gates") -> Gates:
        """Validate gates that were read from YAML or JSON; see ``load``."""
        if not isinstance(document, dict):
            raise BadInput("is no mapping", where=where, hint="see configs/gates.yaml")
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            path = ".".join(str(part) for part in first["loc"])
            message = first["msg"].removeprefix("Value error, ")
            raise BadInput(
                f"{path}: {message}" if path else message, where=where, hint="see configs/gates.yaml"
            ) from None

    def document(self) -> dict[str, Any]:
        """The gates as JSON values, without what is not asked."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a gates file, as written to ``configs/gates.schema.json``."""
    return Gates.model_json_schema(by_alias=True)
