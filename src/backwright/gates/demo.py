"""The demo logins that the run contract names."""

from __future__ import annotations

from backwright.gates.system import System
from backwright.gates.wire import Connection, Reply

__all__ = ["demo_logins", "log_in"]


def demo_logins(system: System) -> dict[str, str]:
    """The login of each role."""
    found = system.contract.get("logins")
    logins = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return {str(each["role"]): str(each["login"]) for each in logins}


def log_in(system: System, connection: Connection, login: str) -> tuple[Reply, str | None]:
    """The answer, and the access token where there is one."""
    name = system.plan.identity.login if system.plan.identity else "email"
    answer = connection.call("POST", "/auth/login", {name: login, "password": system.password})
    token = answer.member("accessToken")
    return answer, token if isinstance(token, str) else None
