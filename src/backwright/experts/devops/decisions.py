"""What the DevOps architect has decided."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import listed
from backwright.experts.model import Alternative, Case, Decision
from backwright.experts.requirements import stated
from backwright.lowering.configuration import adapter_variable
from backwright.plan.indexes import called
from backwright.plan.model import Plan

__all__ = ["decisions"]


def decisions(case: Case) -> Iterator[Decision]:
    """What this plan rests on."""
    yield _settings(case.plan)
    if case.plan.jobs:
        yield _jobs(case.plan)
    because = stated(case.plan, "stack.because")
    name = stated(case.plan, "stack.name") or stated(case.plan, "stack")
    if because and name:
        yield _stack(name.value, because.value)


def _settings(plan: Plan) -> Decision:
    adapters = [adapter_variable(port) for port, _ in called(plan)]
    needed = [*(["TOKEN_SECRET", "MAIL_URL", "MAIL_FROM", "APP_URL"] if plan.identity else []), *adapters]
    return Decision(
        seat="devops",
        slug="configured-by-environment",
        title="Configured by the environment, and strict in production",
        decided="One build runs everywhere; what differs are variables, and no secret stands in a file.",
        reason=f"Production does not start without {listed(['DATABASE_URL', *needed])}, so a forgotten one is seen at "
        "the release and not at night.",
        alternatives=(
            Alternative(
                "a configuration file for each place", "secrets in files are copied, and files differ silently"
            ),
        ),
        consequences="`documentation/configuration.md` lists every variable with its default.",
    )


def _jobs(plan: Plan) -> Decision:
    said = [f"{job.name} ({f'every {job.seconds} s' if job.seconds else ' and '.join(job.times)})" for job in plan.jobs]
    return Decision(
        seat="devops",
        slug="jobs-in-the-servers",
        title="Jobs run inside the servers",
        decided="Every server may run a job; one at a time does, under a lease of a minute, and each row is a "
        "transaction of its own.",
        reason=f"{listed(said)} need{'s' if len(said) == 1 else ''} nothing that a server does not have.",
        alternatives=(
            Alternative("a scheduler outside", "another thing to run, to watch and to keep at one copy"),
            Alternative("jobs of the database", "steps would be written a second time, in another language"),
        ),
        consequences="`JOBS=off` takes a server out. After a sudden end a run goes on when its lease has ended.",
    )


def _stack(name: str, because: str) -> Decision:
    return Decision(
        seat="devops",
        slug="stack",
        title=f"Written for {name}",
        decided=f"The server is a {name} project.",
        reason=because,
        alternatives=(
            Alternative("another stack", "it would behave alike, request by request; only the reason above decides"),
        ),
        consequences="The blueprint does not depend on it: another stack is generated from the same file.",
    )
