"""SQL that does not vary with the model."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["CALLS", "CHANGES", "CHANNELS", "FUNCTIONS", "IDENTITY", "JOBS", "LIMITS", "OUTBOX", "ROLES"]

_HERE = files(__package__) / "runtime"

CALLS = (_HERE / "calls.sql").read_text(encoding="utf-8")
CHANGES = (_HERE / "changes.sql").read_text(encoding="utf-8")
CHANNELS = (_HERE / "channels.sql").read_text(encoding="utf-8")
FUNCTIONS = (_HERE / "functions.sql").read_text(encoding="utf-8")
IDENTITY = (_HERE / "identity.sql").read_text(encoding="utf-8")
JOBS = (_HERE / "jobs.sql").read_text(encoding="utf-8")
LIMITS = (_HERE / "limits.sql").read_text(encoding="utf-8")
OUTBOX = (_HERE / "outbox.sql").read_text(encoding="utf-8")
ROLES = (_HERE / "roles.sql").read_text(encoding="utf-8")
