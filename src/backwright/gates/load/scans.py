"""What PostgreSQL says that it has read from end to end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from backwright.gates.state import Store

__all__ = ["Scans"]

_REPORTED = 1.5
"""Seconds: a server process of PostgreSQL reports once a second what it has read."""


@dataclass(slots=True)
class Scans:
    """Rows that were read one after the other, by table, since `begin`."""

    store: Store
    tables: Sequence[str]
    _before: dict[str, int] = field(default_factory=dict)

    def begin(self) -> None:
        """Everything from now on counts."""
        self._before = self._read()

    def per_request(self, requests: int) -> dict[str, float]:
        """How many rows of each table a request has read so, on average."""
        return {name: (read - self._before.get(name, 0)) / requests for name, read in self._read().items()}

    def _read(self) -> dict[str, int]:
        time.sleep(_REPORTED)
        found = self.store.execute(
            "select format('%I.%I', schemaname, relname), seq_tup_read from pg_stat_user_tables where n_live_tup > 0"
        )
        return {str(name): int(str(read)) for name, read in found if str(name) in self.tables}
