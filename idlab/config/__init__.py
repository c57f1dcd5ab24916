"""The scoring config: the one document that tuning writes and production reads."""

from idlab.config.decide import Decide
from idlab.config.fields import FieldConfig
from idlab.config.guards import Guards
from idlab.config.keys import KeyRule
from idlab.config.levels import Fitted, Level, TermFrequency
from idlab.config.model import Calibration, Model
from idlab.config.part import Name, Number, Probability
from idlab.config.scoring import SCHEMA, ScoringConfig, json_schema
from idlab.config.telling import path_in_config
from idlab.config.when import When

__all__ = [
    "SCHEMA",
    "Calibration",
    "Decide",
    "FieldConfig",
    "Fitted",
    "Guards",
    "KeyRule",
    "Level",
    "Model",
    "Name",
    "Number",
    "Probability",
    "ScoringConfig",
    "TermFrequency",
    "When",
    "json_schema",
    "path_in_config",
]
