"""Labelled synthetic contact-centre worlds to tune and test identity resolution on."""

from __future__ import annotations

from synthetic.generate import World, generate
from synthetic.loading import load_scenario, override_names, scenario_names
from synthetic.scenario import Scenario

__all__ = ["Scenario", "World", "generate", "load_scenario", "override_names", "scenario_names"]
