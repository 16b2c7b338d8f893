"""What every answer of an API carries, and what none may say (ASVS 5.0, 3.4, 4.1.1, 13.4.6)."""

from __future__ import annotations

import re

from backwright.gates.wire import Reply

__all__ = ["misplaced"]

_YEAR = 31_536_000
_NO_BODY = (204, 304)


def misplaced(method: str, reply: Reply, *, signed: bool = False) -> str:
    """E3, E4, E5: the first thing that is wrong with the headers, or nothing; `signed` is the answer to a token."""
    policy = reply.header("content-security-policy")
    age = re.search(r"max-age=(\d+)", reply.header("strict-transport-security"))
    checks = {
        "no X-Content-Type-Options: nosniff": reply.header("x-content-type-options") == "nosniff",
        "no Content-Security-Policy that allows nothing": "default-src 'none'" in policy
        and "frame-ancestors 'none'" in policy,
        "no Referrer-Policy": bool(reply.header("referrer-policy")),
        "no Strict-Transport-Security of a year with its subdomains": age is not None
        and int(age[1]) >= _YEAR
        and "includeSubDomains" in reply.header("strict-transport-security"),
        "it names its software": not reply.header("server") and not reply.header("x-powered-by"),
        "the type of the body is not said, or the wrong one": _typed(method, reply),
        "E4: a cache may show it to somebody else": _kept_apart(reply, signed),
    }
    return next((words for words, holds in checks.items() if not holds), "")


def _kept_apart(reply: Reply, signed: bool) -> bool:
    """Nothing is kept; or by the caller alone; or by anybody what nobody's token has a part in (RFC 9111, 3.5)."""
    control, varies = (
        ",".join(value.lower() for name, value in reply.headers if name.lower() == wanted)
        for wanted in ("cache-control", "vary")
    )
    if "no-store" in control:
        return True
    return "authorization" in varies and ("private" in control or ("public" in control and not signed))


def _typed(method: str, reply: Reply) -> bool:
    kind = reply.header("content-type").lower()
    if reply.status in _NO_BODY or (not reply.body and method in ("HEAD", "OPTIONS")):
        return True
    if method == "OPTIONS":
        return "html" not in kind
    if reply.status >= 400:
        return kind.startswith("application/problem+json")
    return kind.replace(" ", "") == "application/json;charset=utf-8" or not reply.body
