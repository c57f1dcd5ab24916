"""The version of idlab."""

__version__ = "0.1.0"
