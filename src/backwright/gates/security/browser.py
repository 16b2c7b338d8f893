"""E: what a browser on another site may see, and what a server shows that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backwright.gates.security.attack import Attack
from backwright.gates.security.exemplars import Cast, Exemplar
from backwright.gates.security.stage import FRIEND, Stage
from backwright.gates.wire import Reply
from backwright.plan.naming import collection_path

__all__ = ["browser"]

_ORIGINS = (
    "https://evil.example",
    "null",
    f"{FRIEND}.evil.example",
    FRIEND.replace("https", "http"),
    FRIEND.replace("app.", "x.app."),
    f"{FRIEND}:8443",
    "https://appxexample.com",
    "file://",
)
_INVENTORY = (
    *("/docs", "/redoc", "/openapi.json", "/openapi.yaml", "/swagger", "/swagger-ui.html", "/api-docs", "/graphql"),
    *(
        "/metrics",
        "/debug",
        "/debug/vars",
        "/actuator",
        "/actuator/env",
        "/health/details",
        "/status",
        "/server-status",
    ),
    *(
        "/.git/HEAD",
        "/.env",
        "/.env.production",
        "/package.json",
        "/pyproject.toml",
        "/config.json",
        "/backup.sql",
        "/dump",
    ),
    *(
        "/admin",
        "/console",
        "/phpinfo.php",
        "/trace",
        "/env",
        "/static/",
        "/public/",
        "/test",
        "/sandbox/mails",
        "/v0",
        "/v2",
    ),
    *(
        "/node_modules/",
        "/dist/",
        "/api/documentation/openapi.json",
        "/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/%2e%2e/",
    ),
)
_TABLES = (
    "credentials",
    "sessions",
    "refresh_tokens",
    "refreshTokens",
    "idempotency_keys",
    "users/me/password",
    "roles",
)
_HIDDEN = (401, 404)


def browser(stage: Stage, cast: Cast) -> None:
    """Origins, preflights, forms, what is served beside the document."""
    for each in cast.reads[:2] + cast.identity[:1]:
        for origin in _ORIGINS:
            _origin(stage, each, origin)
    if "CORS_ORIGINS" not in stage.variables:
        stage.not_applicable("E1", "no allow-list of origins: none is let in")
    _inventory(stage)
    _allowed(stage)
    for each in cast.reads[:2]:
        for kind in ("text/html", "application/xml", "image/*"):
            stage.attack(each.as_check("E6", f"Accept: {kind}", each.success, 406, headers=(("Accept", kind),)))
    for path in ("%", "/%ff", "/a%00b", "/" + "x" * 4000, "/" * 500):
        stage.attack(Attack("E6", "GET", "", f"/{path.lstrip('/')}", f"the path {path[:12]}", (400, 401, 404, 414)))


def _origin(stage: Stage, each: Exemplar, origin: str) -> None:
    """E1: no page of another origin reads an answer, with or without a preflight."""
    attack = each.as_check("E1", f"Origin: {origin}", headers=(("Origin", origin),))
    _closed(stage, attack, stage.attack(attack), origin)
    asked = (("Origin", origin), ("Access-Control-Request-Method", "PATCH"))
    headers = (*asked, ("Access-Control-Request-Headers", "authorization"))
    preflight = Attack("E1", "OPTIONS", "", each.attack.path, f"a preflight of {origin}", (200, 204, 401, 403, 405))
    preflight = replace(preflight, headers=headers)
    _closed(stage, preflight, stage.attack(preflight), origin)


def _closed(stage: Stage, attack: Attack, reply: Reply, origin: str) -> None:
    allowed = reply.header("access-control-allow-origin")
    if allowed in (origin, "*"):
        stage.fail("gate/security-headers", attack, reply, f"Access-Control-Allow-Origin: {allowed}")
    elif allowed and "origin" not in reply.header("vary").lower():
        stage.fail("gate/security-headers", attack, reply, "no Vary: Origin")


def _inventory(stage: Stage) -> None:
    """E10, E11: nothing is served that the document does not name."""
    plan = stage.arena.plan
    who = stage.arena.caller(plan.identity.roles[-1]) if plan.identity else None
    served = {each.template for each in stage.surface.operations}
    for path in _paths(stage):
        if path.removeprefix(stage.surface.base) in served:
            continue
        for caller in (None, who) if who else (None,):
            attack = Attack("E10", "GET", "", path, "a path that no document names", _HIDDEN)
            _outside(stage, replace(attack, who=caller) if caller else attack)


def _paths(stage: Stage) -> Iterator[str]:
    yield from _INVENTORY
    for prefix in ("", "/api", "/v0", "/v2", "/internal", "/admin"):
        yield from (f"{prefix}{collection_path(entity)}" for entity in stage.arena.plan.entities)
    base = stage.surface.base
    yield from (f"{base}/{name}" for name in _TABLES)
    for entity in stage.arena.plan.entities:
        path = collection_path(entity)
        yield from (f"{base}{path.upper()}", f"{base}{path}/", f"{base}/{path}", f"/{base}{path}", f"{base}/.{path}")
        yield from (
            f"{base}{path};x=1",
            f"{base}{path}%2f",
            f"{base}{path}.json",
            f"{base}{path}%00",
            f"{base}/x/..{path}",
        )
    yield from (f"{base}{collection_path(entity)}" for entity in stage.arena.plan.entities if entity.whole)
    for entity in stage.arena.plan.entities:
        for word in ("export", "search", "count", "all", "bulk"):
            yield f"{base}{collection_path(entity)}/../{word}"


def _outside(stage: Stage, attack: Attack) -> None:
    """As `attack`, for a path that stands outside the base."""
    base, stage.surface.base = stage.surface.base, ""
    try:
        stage.attack(attack)
    finally:
        stage.surface.base = base


def _allowed(stage: Stage) -> None:
    """E7: 405 names the methods of the document, and OPTIONS no others."""
    templates = {each.template for each in stage.surface.operations}
    for template in sorted(templates):
        own = {each.method for each in stage.surface.operations if each.template == template}
        path = template.replace("{id}", "0190aaaa-0000-7000-8000-00000000dead")
        reaching = own | {
            each.method for each in stage.surface.operations if "{" in each.template and _fits(each.template, template)
        }
        attack = Attack("E7", "TRACE", "", path, "TRACE", (405, 501))
        reply = stage.attack(attack)
        named = {word.strip() for word in reply.header("allow").split(",")} - {"HEAD", "OPTIONS", ""}
        if reply.status == 405 and named != reaching:
            stage.fail("gate/security-refusal", attack, reply, f"Allow says {sorted(named)}, not {sorted(reaching)}")


def _fits(template: str, path: str) -> bool:
    one, other = template.split("/"), path.split("/")
    return len(one) == len(other) and all(a == b or a.startswith("{") for a, b in zip(one, other, strict=True))
