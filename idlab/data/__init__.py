"""Datasets: their format, the import of a user's own files, labels and splits."""
