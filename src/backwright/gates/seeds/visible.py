"""What a visitor finds: the demo logins work, and every list shows something to somebody."""

from __future__ import annotations

from contextlib import closing

from backwright.gates.demo import demo_logins, log_in
from backwright.gates.findings import Findings
from backwright.gates.system import Database, System
from backwright.gates.wire import Connection
from backwright.plan.naming import collection_path

__all__ = ["check_visible"]


def check_visible(system: System, database: Database, findings: Findings) -> None:
    """Logs in as every role and reads every list."""
    with system.serve(database) as server, closing(Connection(server.url)) as connection:
        tokens = {"anonymous": None, **_tokens(system, connection, findings)}
        for entity in system.plan.entities:
            if entity.whole or entity.rule("read") is None:
                continue
            path = collection_path(entity)
            if not any(_items(connection, path, token) for token in tokens.values()):
                message = f"GET /v1{path} shows nothing to anybody ({', '.join(tokens)})"
                findings.fail(
                    "gate/seeds-list", message, entity.origin, "Seed rows that one of the demo logins may read."
                )


def _tokens(system: System, connection: Connection, findings: Findings) -> dict[str, str]:
    identity = system.plan.identity
    if identity is None:
        return {}
    logins = demo_logins(system)
    tokens: dict[str, str] = {}
    for role in identity.roles:
        if role not in logins:
            findings.fail("gate/seeds-login", f"the run contract names no login for the role '{role}'", identity.origin)
            continue
        answer, token = log_in(system, connection, logins[role])
        if token is None:
            message = f"{logins[role]} cannot log in: {answer.status} {answer.body[:200]}"
            findings.fail("gate/seeds-login", message, identity.origin)
            continue
        tokens[role] = token
        own = connection.call("GET", "/me", token=token).member("role")
        if own != role:
            message = f"{logins[role]} should have the role '{role}' and has '{own}'"
            findings.fail("gate/seeds-login", message, identity.origin)
    return tokens


def _items(connection: Connection, path: str, token: str | None) -> int:
    items = connection.call("GET", path, token=token).member("items")
    return len(items) if isinstance(items, list) else 0
