"""Labelled synthetic contact-centre worlds to tune and test identity resolution on."""

from __future__ import annotations

from synthetic.generate import World, generate
from synthetic.loading import load_scenario, override_names, scenario_names, variation_names
from synthetic.scenario import Scenario
from synthetic.schema import Range, scenario_schema, value_range
from synthetic.to_disk import generate_to

__all__ = [
    "Range",
    "Scenario",
    "World",
    "generate",
    "generate_to",
    "load_scenario",
    "override_names",
    "scenario_names",
    "scenario_schema",
    "value_range",
    "variation_names",
]
