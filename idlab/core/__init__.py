"""The decision core: plain functions that say what a decision is, once, for both engines.

Everything here reads and writes only the sequences it is handed: no I/O, no clock, no randomness, no dictionary. The functions
keep to a subset of Python that numba compiles unchanged, so the online engine runs them as they are over lists and the replay
runs them compiled over arrays. ``TRUTH_TABLE.md`` beside this file is their specification.
"""
