"""How a signal to end reaches whoever works."""

from __future__ import annotations

__all__ = ["Interrupted"]


class Interrupted(KeyboardInterrupt):
    """A KeyboardInterrupt itself, raised while `exec` runs, ends CPython by SIGINT in spite of whoever catches it."""
