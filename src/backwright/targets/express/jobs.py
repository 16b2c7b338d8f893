"""Jobs in TypeScript: their statements, and what each does with a row."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import background
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.jobs import CLAIM, finish, rows
from backwright.plan.model import Plan
from backwright.targets.express.names import function_name, kebab, word
from backwright.targets.express.render import render

__all__ = ["job_queries", "schedule"]


def job_queries(plan: Plan) -> Iterator[tuple[str, str]]:
    """Name and text of every statement."""
    yield "claim", CLAIM
    for job in plan.jobs:
        yield f"{word(job.name)}Rows", rows(plan, job, Conditions(plan))
        yield f"{word(job.name)}Finish", finish(job)


def schedule(plan: Plan) -> str:
    """The file that names them all."""
    view = []
    for routine in background(plan):
        if routine.job:
            name, function = routine.job.name, function_name(plan, routine)
            view.append({"name": name, "query": word(name), "function": function, "file": kebab(function)})
    return render("services/jobs/schedule.ts.j2", view)
