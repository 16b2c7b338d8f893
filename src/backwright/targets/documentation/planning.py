"""What the plan of the project says: requirements, technology, threats, milestones, risks, targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.lowering.configuration import chosen
from backwright.lowering.operations import routines
from backwright.plan.indexes import all_steps, called, emits
from backwright.plan.model import Plan, UpdateStep
from backwright.plan.objectives import objectives
from backwright.targets.documentation.background import Background, Score
from backwright.targets.documentation.project import Project
from backwright.targets.documentation.requirements import Asked, asked
from backwright.targets.documentation.threats import Threat, threats
from backwright.targets.documentation.words import codes

__all__ = ["PlanView", "planning"]


@dataclass(frozen=True, slots=True)
class Milestone:
    """What is reached, what has to be done for it, and how one sees that it is."""

    name: str
    work: str
    done: str


@dataclass(frozen=True, slots=True)
class Risk:
    """What may go wrong here, why, and what lessens it."""

    what: str
    why: str
    answer: str


@dataclass(frozen=True, slots=True)
class Target:
    """A quality with its figure, the gate that holds it, and that gate's word for the failure."""

    quality: str
    target: str
    gate: str
    check: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """Everything that was decided before the first line."""

    project: Project
    asked: tuple[Asked, ...]
    scores: tuple[Score, ...]
    because: str
    threats: tuple[Threat, ...]
    milestones: tuple[Milestone, ...]
    risks: tuple[Risk, ...]
    targets: tuple[Target, ...]


def planning(plan: Plan, known: Project, background: Background) -> PlanView:
    """The view."""
    return PlanView(
        project=known,
        asked=asked(plan, background.said),
        scores=background.scores,
        because=background.because,
        threats=threats(plan),
        milestones=tuple(_milestones(plan, known)),
        risks=tuple(_risks(plan)),
        targets=tuple(_targets(plan, known)),
    )


def _milestones(plan: Plan, known: Project) -> Iterator[Milestone]:
    yield Milestone("it runs", "the README, on a developer's machine", "`backwright verify .` is green")
    if called(plan):
        ports = codes(port.name for port, _ in called(plan))
        yield Milestone(
            "outside systems answer",
            f"adapters of {ports} in `services/external/ports`, accounts there",
            f"{codes(chosen(plan))} set to `real` in staging, and a call of each has ended in every outcome",
        )
    if emits(plan):
        yield Milestone("events lead somewhere", "what the application does about its events", "subscribers have tests")
    yield Milestone(
        "staging",
        "secrets, database, proxy, Prometheus; data that looks like that of production",
        "`load` and `faults` are green there, an alert has reached somebody",
    )
    yield Milestone(
        "production",
        "a backup was restored, somebody is on call, limits fit the expected callers",
        f"`GET {known.health}` is 200 on two servers, and one of them can be taken away",
    )
    retired = [entity.retirement for entity in plan.entities] + [operation.retirement for operation in plan.operations]
    for day in sorted({each.sunset for each in retired if each and each.sunset}):
        yield Milestone(f"{day}", "routes that are deprecated until then go", "nobody has called them for a month")


def _risks(plan: Plan) -> Iterator[Risk]:
    yield Risk(
        "the database is away",
        "all state is in one PostgreSQL",
        "answers of 503 with `Retry-After`; backups that were restored; a standby",
    )
    for port, calls in called(plan):
        names = ", ".join(call.name for call in calls)
        yield Risk(
            f"{port.name} is slow, away, or wrong",
            f"{names}: what follows waits for it",
            "calls after the commit, with one key, until they are given up; watch `call.dead` and `call.refused`",
        )
    contested = sorted(
        {step.entity for each in routines(plan) for step in all_steps(each.steps) if isinstance(step, UpdateStep)}
    )
    if contested:
        yield Risk(
            "many write the same row",
            f"operations change rows of {', '.join(contested)} that callers share",
            "locks in one order and short transactions; the gate `races`",
        )
    if emits(plan):
        yield Risk("events pile up", "a subscriber fails again and again", "`outbox_lag_seconds`, `event.dead`")
    if not any(each.path.startswith("load") for each in plan.requirements):
        yield Risk("it is too slow", "no load is stated, so none is measured", "state `requirements.load`")
    if any(rule.anonymous for entity in plan.entities for rule in entity.rules if rule.action == "create"):
        yield Risk("somebody fills the database", "rows can be made without an account", "limits by address")


def _targets(plan: Plan, known: Project) -> Iterator[Target]:
    stated = {each.path: each.value for each in plan.requirements}
    if "load.p95" in stated and "load.rps" in stated:
        answer = f"95 % within {stated['load.p95']} at {stated['load.rps']} requests a second"
        yield Target("speed", answer, "load", "gate/load-latency")
    if objectives(plan).budget is not None and known.is_packaged:
        yield Target("availability", stated["availability"], "infrastructure", "gate/infrastructure-rule")
    yield Target("access", "every caller, every row, every route", "policy", "gate/policy-leak")
    yield Target("contract", "no answer that it does not document", "contract", "gate/contract-answer")
    yield Target("integrity", "constraints hold what the blueprint says", "schema", "gate/schema-limit")
    yield Target("concurrency", "rows as some order of the calls leaves them", "races", "gate/races-rows")
    yield Target("resilience", "nothing acknowledged is lost", "faults", "gate/faults-ledger")
    yield Target("security", "hostile requests change and show nothing", "security", "gate/security-leak")
    if plan.channels:
        yield Target("realtime", "those hear it who may", "realtime", "gate/realtime-permission")
    yield Target("tests", "all pass", "tests", "gate/tests-failed")
    yield Target("upkeep", "types, lint, nothing unused", "build", "gate/build-check")
    yield Target("documentation", "examples run, names are there", "docs", "gate/docs-shell")
