"""Measures the generated servers against hand-tuned references: `make bench`."""
