"""What the security engineer has decided."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import counted
from backwright.experts.model import Alternative, Case, Decision
from backwright.lowering.database import database
from backwright.lowering.limits import limits
from backwright.lowering.wire.routes import routes
from backwright.plan.model import Plan

__all__ = ["decisions"]


def decisions(case: Case) -> Iterator[Decision]:
    """What this plan rests on."""
    yield _second_layer(case.plan)
    if case.plan.identity:
        yield _sessions(case.plan)
    yield _limits(case.plan)


def _second_layer(plan: Plan) -> Decision:
    made = database(plan)
    guarded = f" and {counted(len(made.guards), 'guard')} of columns" if made.guards else ""
    return Decision(
        seat="security",
        slug="row-policies",
        title="The database decides again",
        decided="Every rule is enforced twice: by the handler, and by row-level security for a role that owns nothing.",
        reason=f"{counted(len(routes(plan)), 'route')} on {counted(len(made.tables), 'table')}, kept by "
        f"{counted(len(made.policies), 'row policy', 'row policies')}{guarded}: a check that one handler forgets then "
        "shows and changes nothing.",
        alternatives=(
            Alternative(
                "checks in handlers alone", "one mistake is a leak (OWASP API1:2023, broken object level authorization)"
            ),
            Alternative("a policy engine beside the server", "another system to ask for every row of every list"),
        ),
        consequences="Migrations and reports use roles of their own. Rules that follow references cost a function "
        "call a row.",
    )


def _sessions(plan: Plan) -> Decision:
    roles = plan.identity.roles if plan.identity else ()
    return Decision(
        seat="security",
        slug="sessions-as-rows",
        title="Sessions are rows, access tokens are short",
        decided="A session is a row that can be ended; its access token holds for 15 minutes, and every server looks "
        "the session up again at most every four seconds.",
        reason=f"{counted(len(roles), 'role')} can be taken away from an account, and that must hold within five "
        "seconds everywhere.",
        alternatives=(
            Alternative("tokens alone", "what was taken away would hold until they expire"),
            Alternative("a session looked up for every request", "one more question to the database each time"),
        ),
        consequences="People can list and end their sessions. Signing in costs an argon2id hash, so attempts are "
        "limited.",
    )


def _limits(plan: Plan) -> Decision:
    held = dict(limits(plan))
    stated = [limit.name for limit in plan.limits]
    return Decision(
        seat="security",
        slug="limits",
        title="Every caller has a limit",
        decided="Callers are counted over all servers: "
        f"{', '.join(f'{name} {quota}' for name, quota in held.items())}.",
        reason=f"{len(stated)} of {counted(len(held), 'limit')} stated in the blueprint; without a word people get "
        "what they stay below.",
        alternatives=(
            Alternative("limits at the edge alone", "a proxy knows addresses, but neither accounts nor operations"),
        ),
        consequences="Who exceeds one is answered with 429 and told when to come again.",
    )
