"""What an Express backend knows of its channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from backwright.lowering.relational.channels import channel_statements, listening, ticket_statements
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.wire.channels import LIMITS, SOCKET
from backwright.lowering.wire.routes import BASE
from backwright.plan.model import Plan
from backwright.targets.express import text
from backwright.targets.express.names import word
from backwright.targets.express.render import render

__all__ = ["channel_files"]


def channel_files(plan: Plan) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Limits of sockets, and every channel with its statements."""
    limits = [(word(name), value) for name, value in asdict(LIMITS).items()]
    yield "config/channels.ts", render("config/channels.ts.j2", {"path": f"{BASE}{SOCKET}", "limits": limits}), ()
    statements = (*channel_statements(plan), *ticket_statements(plan))
    queries = [(word(name), text.template(each)) for name, each in statements]
    listed = [
        {
            "before": text.string(each.before),
            "after": text.string(each.after),
            "member": text.string(each.member) if each.member else None,
            "events": each.channel.events,
            "check": text.template(each.check),
            "replay": text.template(each.replay),
        }
        for each in listening(plan, Conditions(plan))
    ]
    view = {"channels": listed, "statements": queries}
    yield "database/queries/channels.ts", render("database/queries/channels.ts.j2", view), ()
