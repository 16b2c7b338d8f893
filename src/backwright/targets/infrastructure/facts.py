"""What is decided elsewhere about a running server, as whoever runs it needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from backwright.lowering.configuration import environments
from backwright.lowering.database import application_name
from backwright.lowering.running.connections import most_connections
from backwright.lowering.running.image import Image
from backwright.plan.model import Plan

__all__ = ["Facts"]


@dataclass(frozen=True, slots=True)
class Facts:
    """`application` is an identifier of PostgreSQL, `name` the same as a label (RFC 1123); durations in seconds."""

    application: str
    name: str
    environment: str
    port: int
    metrics_port: int
    live: str
    ready: str
    stop_seconds: int
    connections: int
    """That one server opens at most."""

    @staticmethod
    def of(plan: Plan, contract: Mapping[str, object]) -> Facts:
        """From the run contract and the tables of variables and environments."""
        listed = cast("Sequence[Mapping[str, str]]", contract["variables"])
        defaults = {each["name"]: each["default"] for each in listed}
        manual = cast("Mapping[str, str]", contract["manual"])
        [production] = [each for each in environments() if each.name == "production"]
        settings = {each.name: each.value for each in production.settings}
        application = application_name(plan)
        return Facts(
            application=application,
            name=application.replace("_", "-"),
            environment=manual["environment"],
            port=int(defaults["PORT"]),
            metrics_port=int(settings["METRICS_PORT"]),
            live=str(contract["live"]),
            ready=str(contract["health"]),
            stop_seconds=-(-int(defaults["STOP_TIMEOUT_MS"]) // 1000),
            connections=most_connections(plan, defaults),
        )

    def probe(self, image: Image) -> list[str]:
        """The command that asks a server in its own container whether work may be sent."""
        return [word.replace("{port}", str(self.port)).replace("{path}", self.ready) for word in image.probe]
