"""Rows, bodies and calls whose outcome is known: what tests of a generated project do, and what must come of it."""
