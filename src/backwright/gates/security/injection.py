"""D1 to D4, D14, D19, D21, D24: texts that mean something to a database, a shell, a template, a parser or a log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from backwright.gates.security.attack import Attack
from backwright.gates.security.exemplars import Cast, Exemplar
from backwright.gates.security.stage import Stage
from backwright.gates.wire import Reply

__all__ = ["injection"]

_NO_NUL = r"^[^\u0000]*$"

_SLEEP, _CREATED = 2, 201
_SQL = (
    "' OR '1'='1",
    "x' OR 1=1--",
    '" OR ""="',
    "'; select pg_sleep(2); --",
    "x'||pg_sleep(2)||'",
    "1; select pg_sleep(2)",
    "(select pg_sleep(2))",
    "') union select null,null,null--",
    "$1",
    "\\'; drop table x; --",
    "%27%20OR%201=1",
)
_CODE = (
    "{{7*7}}",
    "${7*7}",
    "<%= 7*7 %>",
    "#{7*7}",
    "__import__('os').system('touch {marker}')",
    "; touch {marker} #",
    "$(touch {marker})",
    "`touch {marker}`",
    "<script>alert(1)</script>",
    "../../../../etc/passwd",
    "x\r\nSet-Cookie: evil=1",
    "%0d%0aSet-Cookie:%20evil=1",
    "=cmd|'/c calc'!A0",
)
_MARKER = "backwright-was-here"
_KEYS = ("__proto__", "constructor", "prototype", "toString", "x'; drop table y; --", "$where", "a.b", "")
_OPERATORS: tuple[object, ...] = ({"$gt": ""}, {"$ne": None}, ["x"], [], {"toString": "x"})
_LONG, _SOME = 50_000, 5
_EVIL = (
    "a" * _LONG + "!",
    "a@" + "a." * (_LONG // 2) + "!",
    "a-" * (_LONG // 2) + "!",
    "+1" + "1" * _LONG,
    "http://" + "a" * _LONG + " ",
    " " * _LONG + "x",
    "0" * _LONG,
    "\t" * _LONG + "\u00e9",
)
_PATIENCE, _TRIES = 0.25, 4


def injection(stage: Stage, cast: Cast) -> None:
    """Bodies, queries, paths and headers; then whether anything came of it."""
    seen: set[tuple[object, str]] = set()
    for each in cast.with_body:
        _bodies(stage, each, seen)
        _operators(stage, each)
        _backtracking(stage, each)
    for each in cast.lists:
        _queries(stage, each)
    for each in cast.writes:
        if each.success == _CREATED:
            _second_order(stage, cast, each)
    for each in cast.all:
        if "{id}" in each.attack.template:
            _paths(stage, each)
        if each.idempotent:
            _headers(stage, each)
    marks = [path for path in stage.system.folder.rglob(_MARKER) if "node_modules" not in path.parts]
    stage.holds(not marks, "gate/security-injection", f"D3: a text was run as a command: {_MARKER} was made")
    for each in cast.reads[:3]:
        stage.attack(each.as_check("D14", "a read after all of this", each.success))


def _payloads(stage: Stage) -> Iterator[str]:
    yield from _SQL
    marker = str(stage.system.folder / _MARKER)
    yield from (each.replace("{marker}", marker) for each in _CODE)


def texts_of(stage: Stage, each: Exemplar) -> dict[str, Any]:
    """The schemas of the members of a body that are text of any kind."""
    operation = stage.surface.operation(each.attack.method, each.attack.template)
    properties = dict((operation.body or {}).get("properties", {})) if operation else {}
    return {name: schema for name, schema in properties.items() if "string" in _types(schema)}


def _types(schema: Any) -> list[str]:
    found = schema.get("type", [])
    return [found] if isinstance(found, str) else list(found)


def _bodies(stage: Stage, each: Exemplar, seen: set[tuple[object, str]]) -> None:
    """D1, D3, D4: a text is refused or kept as it is; some are enough where another operation has taken them all."""
    for name in texts_of(stage, each):
        place = (each.entity.name if each.entity else each.attack.template, name)
        payloads = list(_payloads(stage))[:: _SOME if place in seen else 1]
        seen.add(place)
        for payload in payloads:
            attack = each.as_check("D1", f"'{name}' is {payload[:40]!r}", body={**each.members, name: payload})
            reply = _timed(stage, attack)
            if reply.status < 300 and reply.member(name) not in (None, payload):
                stage.fail(
                    "gate/security-injection", attack, reply, f"'{name}' came back as {reply.member(name)!r}"[:200]
                )
    for key in _KEYS:
        for value in ({"isAdmin": True}, 1):
            body = {**each.members, key: value}
            stage.attack(each.as_check("D14", f"a member '{key}'", 422, 400, body=body))


def _second_order(stage: Stage, cast: Cast, each: Exemplar) -> None:
    """D24: a text that was kept is listed in every order, and does nothing then either."""
    plain = [name for name, schema in texts_of(stage, each).items() if schema.get("pattern") == _NO_NUL]
    for payload in _SQL[3:5] if plain else ():
        body = {**each.members, **dict.fromkeys(plain, payload)}
        stage.exchange(each.as_check("D24", "kept", body=body))
        stage.keep()
        for other in cast.lists:
            if other.entity is each.entity:
                operation = stage.surface.operation("GET", other.attack.template)
                sorts = operation.query.get("sort", {}).get("enum", ()) if operation else ()
                for order in sorts:
                    attack = other.as_check("D24", f"a list with {payload!r} in it", other.success)
                    _timed(stage, replace(attack, path=f"{attack.path}?sort={order}"))
        stage.restore()


def _operators(stage: Stage, each: Exemplar) -> None:
    """D2: an object or a list is no text and no number."""
    for name, value in each.members.items():
        if not isinstance(value, list | dict):
            for operator in _OPERATORS:
                body = {**each.members, name: operator}
                stage.attack(each.as_check("D2", f"'{name}' is {operator}", 422, body=body))


def _timed(stage: Stage, attack: Attack) -> Reply:
    """Sends it; a delay as long as the one that a text asks for counts when it comes again."""
    reply = stage.attack(attack)
    if "sleep" in attack.title and stage.seconds > _SLEEP * 0.9:
        stage.exchange(attack)
        stage.restore()
        if stage.seconds > _SLEEP * 0.9:
            stage.fail("gate/security-injection", attack, reply, f"it took {stage.seconds:.1f} s: the text was run")
    return reply


def _queries(stage: Stage, each: Exemplar) -> None:
    """D1, D2: values of filters, sorts and cursors; a text that no row has shows no row."""
    operation = stage.surface.operation("GET", each.attack.template)
    for name, schema in (operation.query if operation else {}).items():
        for payload in _SQL:
            attack = each.as_check("D1", f"{name}={payload[:30]}", 200, 422)
            attack = replace(attack, path=f"{attack.path}?{name}={quote(payload, safe='')}")
            reply = _timed(stage, attack)
            if reply.status == 200 and (reply.member("items") or "string" not in _types(schema)):
                stage.fail("gate/security-injection", attack, reply, "rows are shown that do not have this value")
        for query in (f"{name}[$ne]=1", f"{name}[]=1", f"{name}=1&{name}=2", f"{name}[__proto__]=1"):
            attack = each.as_check("D2", f"?{query}", 422)
            stage.attack(replace(attack, path=f"{attack.path}?{query}"))
    for query in ("__proto__=1", "__proto__[isAdmin]=1", "constructor[prototype][isAdmin]=true", "toString=1"):
        attack = each.as_check("D14", f"?{query}", 422)
        stage.attack(replace(attack, path=f"{attack.path}?{query}"))


def _paths(stage: Stage, each: Exemplar) -> None:
    """D1, D21: an id is one or the row is not there."""
    template = each.attack.template
    for payload in (
        *_SQL,
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e%2f",
        "\r\nSet-Cookie: evil=1",
        "\u0000",
        "%",
        "%ff",
        "null",
        "0",
    ):
        value = payload if payload.startswith("%") else quote(payload, safe="%")
        suffix = template.partition("{id}")[2]
        prefix = template.partition("{id}")[0]
        attack = each.as_check("D1", f"the id {payload[:30]!r}", 422, 404, 400)
        reply = stage.attack(replace(attack, path=f"{prefix}{value}{suffix}"))
        if reply.header("set-cookie"):
            stage.fail("gate/security-injection", attack, reply, "a header came out of the path")


def _headers(stage: Stage, each: Exemplar) -> None:
    """D1, D21: the key of a repeated request is a text like any other."""
    for payload in ("' OR '1'='1", "x'--", "a" * 256, "a" * 10_000, "\u00e9", "%0d%0aSet-Cookie:x=1", "../../x", "a b"):
        attack = replace(each.attack, check="D1", title=f"the key {payload[:20]!r}")
        stage.attack(replace(attack, headers=(("Idempotency-Key", payload),)))


def _backtracking(stage: Stage, each: Exemplar) -> None:
    """D19: no text takes longer to refuse than to send."""
    for name in texts_of(stage, each):
        for payload in _EVIL:
            attack = each.as_check(
                "D19", f"'{name}' is {payload[:4]!r} many times", body={**each.members, name: payload}
            )
            reply = stage.attack(attack)
            seconds = [stage.seconds]
            while seconds[-1] >= _PATIENCE and len(seconds) < _TRIES:
                stage.exchange(attack)
                seconds.append(stage.seconds)
                stage.restore()
            if min(seconds) >= _PATIENCE:
                stage.fail("gate/security-slow", attack, reply, f"it takes {min(seconds):.2f} s")
