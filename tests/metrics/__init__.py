"""Tests of idlab.metrics."""
