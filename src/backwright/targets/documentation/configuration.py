"""What the page about configuration says, and the files below `config/`."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.configuration import Environment, chosen, environments
from backwright.plan.model import Plan
from backwright.targets.documentation.project import Project

__all__ = ["ConfigurationView", "EnvironmentView", "configuration", "environment_views"]


@dataclass(frozen=True, slots=True)
class EnvironmentView:
    """What the files of one environment know."""

    project: Project
    environment: Environment
    adapters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConfigurationView:
    """`required` are variables without which production does not start."""

    project: Project
    environments: tuple[Environment, ...]
    required: tuple[str, ...]


def configuration(plan: Plan, known: Project) -> ConfigurationView:
    """The view."""
    accounts = ("TOKEN_SECRET", "MAIL_URL", "MAIL_FROM", "APP_URL") if plan.identity else ()
    return ConfigurationView(known, environments(), ("DATABASE_URL", *accounts, *chosen(plan)))


def environment_views(plan: Plan, known: Project) -> tuple[EnvironmentView, ...]:
    """Every environment."""
    return tuple(EnvironmentView(known, each, tuple(chosen(plan))) for each in environments())
