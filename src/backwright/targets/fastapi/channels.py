"""What a FastAPI backend knows of its channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from backwright.lowering.relational.channels import channel_statements, listening, ticket_statements
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.wire.channels import LIMITS, SOCKET
from backwright.lowering.wire.routes import BASE
from backwright.plan.model import Plan
from backwright.targets.fastapi.render import render
from backwright.targets.fastapi.text import literal, string

__all__ = ["channel_files"]


def channel_files(plan: Plan) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Limits of sockets, and every channel with its statements."""
    limits = [(name.upper(), value) for name, value in asdict(LIMITS).items()]
    view: dict[str, object] = {"path": literal(f"{BASE}{SOCKET}"), "limits": limits}
    yield "config/channels.py", render("config/channels.py.j2", view), ()
    statements = (*channel_statements(plan), *ticket_statements(plan))
    listed = [
        {
            "before": literal(each.before),
            "after": literal(each.after),
            "member": literal(each.member or ""),
            "events": literal(each.channel.events),
            "check": string(each.check),
            "replay": string(each.replay),
        }
        for each in listening(plan, Conditions(plan))
    ]
    view = {"channels": listed, "statements": [(name.upper(), string(text)) for name, text in statements]}
    yield "database/queries/channels.py", render("database/queries/channels.py.j2", view), ()
