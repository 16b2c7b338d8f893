"""Jobs in Python: their statements, and what each does with a row."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import background
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.jobs import CLAIM, finish, rows
from backwright.plan.model import Plan
from backwright.plan.naming import snake
from backwright.targets.fastapi.names import function_name
from backwright.targets.fastapi.render import render

__all__ = ["job_queries", "schedule"]


def job_queries(plan: Plan) -> Iterator[tuple[str, str]]:
    """Name and text of every statement."""
    yield "CLAIM", CLAIM
    for job in plan.jobs:
        yield f"{snake(job.name).upper()}_ROWS", rows(plan, job, Conditions(plan))
        yield f"{snake(job.name).upper()}_FINISH", finish(job)


def schedule(plan: Plan) -> str:
    """The file that names them all."""
    named = ((each.job.name, function_name(plan, each)) for each in background(plan) if each.job)
    view = [(name, snake(name).upper(), function) for name, function in named]
    return render("services/jobs/schedule.py.j2", view)
