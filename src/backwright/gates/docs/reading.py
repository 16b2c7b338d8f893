"""What a reader works with: the project, a server with seeded rows, and what was left out."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from backwright.gates.docs.pages import Page
from backwright.gates.findings import Findings
from backwright.gates.system import Database, Finished, System

__all__ = ["Reading", "administrator", "default", "exports"]


@dataclass(slots=True)
class Reading:
    """`url` is the server's base, `metrics` what it measures, in the text format of Prometheus."""

    system: System
    findings: Findings
    database: Database
    url: str
    metrics: str
    pages: tuple[Page, ...]
    left_out: Counter[str] = field(default_factory=Counter)

    def not_run(self, reason: str) -> None:
        """An example that was read and not run."""
        self.left_out[reason] += 1

    def here(self, text: str) -> str:
        """An example with this server in the place of the one that the pages name."""
        return text.replace(f"http://127.0.0.1:{default(self.system, 'PORT')}", self.url)

    def variables(self) -> dict[str, str]:
        """What a reader has set: the settings of the run contract, and the way of the database's administrator."""
        return administrator(self.database.admin) | {
            "DATABASE_URL": self.database.application,
            "DATABASE_MIGRATION_URL": self.database.migration,
            "DEMO_PASSWORD": self.system.password,
        }

    def shell(self, script: str, timeout: float = 60.0) -> Finished:
        """Runs a script as `sh -eu` does, in the project's folder."""
        return self.system.command(("sh", "-euc", exports(self.variables()) + script), timeout)

    def reason(self) -> str:
        """What was left out, and why."""
        return "; ".join(
            f"{count} {'example was' if count == 1 else 'examples were'} not run: {reason}"
            for reason, count in sorted(self.left_out.items())
        )


def default(system: System, name: str) -> str:
    """What a variable is unless it is set."""
    listed = system.contract.get("variables")
    found = (each for each in listed if each.get("name") == name) if isinstance(listed, list) else ()
    return next((str(each.get("default", "")) for each in found), "")


def administrator(url: str) -> dict[str, str]:
    """How `psql` and its kin find the database of a URL (PostgreSQL, 34.15)."""
    parts = urlsplit(url)
    found = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": parts.username or "",
        "PGPASSWORD": parts.password or os.environ.get("PGPASSWORD", ""),
        "PGDATABASE": parts.path.lstrip("/"),
    }
    return {name: value for name, value in found.items() if value}


def exports(variables: Mapping[str, str]) -> str:
    """Lines of a script that set them."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
