"""Faults: whether a store loses, doubles or half applies anything while everything around it breaks."""
