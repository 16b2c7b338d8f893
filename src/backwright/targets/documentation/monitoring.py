"""What the page about monitoring says."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.caching import announced, cached
from backwright.lowering.running.events import Event, events, fields
from backwright.lowering.running.metrics import METHODS, Metric, metrics
from backwright.lowering.wire.routes import BASE
from backwright.plan.model import Plan
from backwright.plan.naming import collection_path
from backwright.plan.objectives import Objectives, objectives
from backwright.targets.documentation.project import Project

__all__ = ["MonitoringView", "monitoring"]


@dataclass(frozen=True, slots=True)
class MonitoringView:
    """`kept` are paths whose answers stay in memory for so many seconds, `announced` the tables that drop them."""

    project: Project
    metrics: tuple[Metric, ...]
    methods: tuple[str, ...]
    events: tuple[Event, ...]
    fields: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, int], ...]
    announced: tuple[str, ...]
    objectives: Objectives

    def has(self, key: str) -> bool:
        """Whether that is measured."""
        return any(each.key == key for each in self.metrics)

    @property
    def urgent(self) -> tuple[Event, ...]:
        """What somebody should look at."""
        return tuple(each for each in self.events if each.level in ("fatal", "error"))


def monitoring(plan: Plan, known: Project) -> MonitoringView:
    """The view."""
    return MonitoringView(
        project=known,
        metrics=metrics(plan),
        methods=METHODS,
        events=events(plan),
        fields=tuple(fields(plan).items()),
        kept=tuple((f"{BASE}{collection_path(entity)}", entity.cached or 0) for entity in cached(plan)),
        announced=tuple(f"app.{name}" for name, _ in announced(plan)),
        objectives=objectives(plan),
    )
