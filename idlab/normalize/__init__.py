"""Normalisation: raw identifiers become comparable values, or missing with a reason."""
