"""The files below `infrastructure/monitoring/`, and what to do about an alert."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.plan.model import Plan
from backwright.render import File
from backwright.targets.infrastructure.facts import Facts
from backwright.targets.infrastructure.monitoring.alerts import RUNBOOK, Alert, Group
from backwright.targets.infrastructure.monitoring.dashboards import SOURCE, dashboards
from backwright.targets.infrastructure.monitoring.queries import Queries
from backwright.targets.infrastructure.monitoring.rules import groups
from backwright.targets.infrastructure.pages import page

__all__ = ["monitoring_files"]

_FOLDER = "infrastructure/monitoring"


@dataclass(frozen=True, slots=True)
class _View:
    """What the settings of Prometheus and Grafana say."""

    name: str
    metrics_port: int
    source: str


@dataclass(frozen=True, slots=True)
class _Tests:
    """Alerts whose rules are worked out so often while they are tested."""

    interval: str
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class _Runbook:
    """What to do about each alert."""

    application: str
    ready: str
    groups: tuple[Group, ...]

    def has(self, name: str) -> bool:
        """Whether there is such an alert."""
        return any(alert.name == name for group in self.groups for alert in group.alerts)


def _tests(groups: tuple[Group, ...]) -> Iterator[tuple[str, _Tests]]:
    """Those about days apart, which would take minutes at the pace of the others."""
    for name, interval, chosen in (
        ("rules", "1m", [each for each in groups if not each.recordings]),
        ("objective", "30m", [each for each in groups if each.recordings]),
    ):
        if chosen:
            yield name, _Tests(interval, tuple(alert for group in chosen for alert in group.alerts))


def monitoring_files(plan: Plan, facts: Facts) -> Iterator[File]:
    """Rules with their tests and their runbook, dashboards, and the settings of who reads them."""
    queries = Queries.of(plan, facts.name)
    found = groups(plan, queries)
    view = _View(facts.name, facts.metrics_port, SOURCE)
    yield File(f"{_FOLDER}/rules.yaml", page("monitoring/rules.yaml", found))
    for name, tests in _tests(found):
        yield File(f"{_FOLDER}/{name}.test.yaml", page("monitoring/rules.test.yaml", tests))
    yield File(f"{_FOLDER}/prometheus.yaml", page("monitoring/prometheus.yaml", view))
    provisioning = f"{_FOLDER}/grafana/provisioning"
    yield File(f"{provisioning}/datasources/prometheus.yaml", page("monitoring/datasource.yaml", view))
    yield File(f"{provisioning}/dashboards/files.yaml", page("monitoring/provider.yaml", view))
    runbook = page("runbooks/alerts.md", _Runbook(facts.application, facts.ready, found))
    yield File(RUNBOOK, runbook.rstrip("\n") + "\n")
    for name, model in dashboards(plan, queries):
        yield File(f"{_FOLDER}/grafana/dashboards/{name}.json", model)
