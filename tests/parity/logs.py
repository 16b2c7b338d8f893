"""What servers write into their logs, without what differs from run to run."""

from __future__ import annotations

import json

__all__ = ["events"]

# The stack of an error is the runtime's own.
_OWN = ("request.failed",)


def events(log: str) -> set[tuple[str, str, tuple[str, ...]]]:
    """Each event with its level and its members and their types."""
    found = set()
    for line in log.splitlines():
        entry = json.loads(line)
        members = (
            () if entry["event"] in _OWN else tuple(sorted(f"{name}: {_kind(value)}" for name, value in entry.items()))
        )
        found.add((str(entry["event"]), str(entry["level"]), members))
    return found


def _kind(value: object) -> str:
    return "number" if isinstance(value, int | float) else type(value).__name__
