"""Driving resolvers over drawn worlds of unmistakable people, and looking through all that was let out."""

from __future__ import annotations

from random import Random
from typing import Any

from idlab import Action, Interaction, Resolver, ScoringConfig, Store
from idlab.observe import Observed
from idlab.testing.logs import START, Move, Namer
from idlab.testing.worlds import DrawnWorld, draw_world
from tests.observe.hearing import Heard
from tests.observe.people import found_in, traces

BROKEN = (
    "\x00",
    "\ud800 Quexworth",
    "Quexworth " * 1100,
    "Quexworth\u202e",
    "zoltan.quexworth@",
    "+1 415 736 2817 415 736 2818",
)
"""What no field can use, or only in part; each with something in it of one of the people."""


def world_of(seed: int, size: int = 60) -> DrawnWorld:
    return draw_world(Random(seed), size)


def watched(config: ScoringConfig, store: Store, heard: Heard) -> Observed:
    return Observed(Resolver(config, store), heard.logs, heard.metrics)


def drive(resolver: Observed, moves: list[Move], heard: Heard) -> None:
    """Let the resolver handle a log, with whatever goes wrong in it: unknown ids, bad splits, items closed before."""
    store = resolver.store
    namer = Namer(store.links, store.reviews, store.identity_of)
    for number, move in enumerate(moves):
        entry = namer.entry(number, move)
        with heard.failing():
            if isinstance(entry, Action):
                resolver.act(entry, by="agent-7")
            else:
                resolver.resolve(entry)
    for number, raw in enumerate(BROKEN):
        with heard.failing():
            resolver.resolve(_everywhere(f"broken-{number}", raw))


def _everywhere(name: str, raw: Any) -> Interaction:
    """A contact that has the same raw value in every field."""
    fields = {"address": raw, "born": raw, "card": raw}
    return Interaction(name, START, "voice", raw, raw, raw, raw, raw, None, None, None, fields)


def silence(config: ScoringConfig, heard: Heard) -> None:
    """Nothing of anybody was let out, and there was something to look through."""
    assert len(heard.text) > 1000
    assert found_in(heard.text, traces(config)) == []
