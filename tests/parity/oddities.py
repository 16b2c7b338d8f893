"""Odd requests: what parsers, proxies and frameworks are known to read in more than one way."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import replace

from tests.parity.steps import ABSENT, HOST, Ref, Step, Text, text

__all__ = ["ambiguous", "header", "json_text", "media", "method", "path", "query"]

_TYPES = (
    "application/json; charset=UTF-8", "application/json;charset=utf-8", "APPLICATION/JSON",
    'application/json; charset="utf-8"', "application/json ;charset=utf-8", "application/json;",
    "application/json; charset=latin1", "application/json; foo=bar", "application/problem+json", "text/plain",
    "text/json", "", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "application/json, application/json", "application/json; charset=utf-8; a=b", "application/json\u00a0",
)  # fmt: skip
_ENCODINGS = ("gzip", "identity", "IDENTITY", "", "identity, identity", "br")
_METHODS = (
    "HEAD",
    "OPTIONS",
    "PUT",
    "PATCH",
    "DELETE",
    "POST",
    "GET",
    "TRACE",
    "FOO",
    "get",
    "QUERY",
    "PROPFIND",
    "LOCK",
    "CONNECT",
)
_HEADERS = (
    ("Accept", "text/html"), ("Accept", "application/xml;q=1"), ("Accept-Encoding", "gzip, br"),
    ("Accept-Language", "de"), ("X-Request-Id", "mine"), ("If-None-Match", "*"), ("If-Match", '"1"'),
    ("Range", "bytes=0-1"), ("X-HTTP-Method-Override", "DELETE"), ("X-Forwarded-For", "1.2.3.4"),
    ("X-Forwarded-Proto", "https"), ("Forwarded", "for=x"), ("X_Underscore", "1"), ("Expect", "100-continue"),
    ("Expect", "nonsense"), ("Connection", "close"), ("Connection", "Upgrade"), ("Upgrade", "websocket"),
    ("Upgrade", "h2c"), ("Cookie", "a=b; a=c"), ("Origin", "https://evil.example"),
    ("Access-Control-Request-Method", "PATCH"), ("Idempotency-Key", "a b"), ("Idempotency-Key", "a"),
    ("Idempotency-Key", ""),
    ("Idempotency-Key", "k" * 255), ("Idempotency-Key", "k" * 256), ("Idempotency-Key", "\u00e9"),
    ("X-Long", "v" * 8000), ("X-Long", "v" * 17000), ("X-Bad", "a\x01b"), ("X-Tab", "a\tb"), ("Bad Name", "x"),
    ("", "x"), ("X-Folded", "a\r\n b"), ("Content-Length", "-1"), ("Content-Length", "x"), ("Content-Length", "+2"),
    ("Transfer-Encoding", "gzip"), ("Transfer-Encoding", "identity"), ("Transfer-Encoding", "chunked, chunked"),
    ("Trailer", "X-A"), ("Date", "yesterday"), ("Via", "1.1 x"), ("Authorization", "Basic YTpi"),
    ("Authorization", "Bearer"), ("Authorization", "Bearer "), ("Authorization", "Bearer x.y.z"),
    ("Authorization", ""), ("Authorization", "Bearer \u00e9"), ("Host", HOST), ("Host", "other.example"),
    ("Content-Type", "application/json"), ("Content-Encoding", "identity"), ("Content-Encoding", "gzip"),
)  # fmt: skip
_HALF = base64.urlsafe_b64encode(rf'["-createdAt","\ud800","{ABSENT}"]'.encode()).decode().rstrip("=")
_QUERIES = (
    "", "limit=", "limit=0", "limit=1", "limit=2", "limit=100", "limit=101", "limit=999", "limit=1000", "limit=1e1",
    "limit=+5", "limit=%35", "limit=5.0", "limit=-1", "limit=05", "limit= 5", "limit=%205", "limit=٥", "limit=%D9%A5",
    "limit=2&limit=3", "limit[]=5", "limit[a]=5", "limit", "&", "&&limit=2&", "=", "=1", "sort", "sort=",
    "sort=createdAt", "sort=-createdAt", "sort=+createdAt", "sort=%2DcreatedAt", "sort=updatedAt", "sort=id",
    "sort=createdAt,id", "sort=--createdAt", "sort=createdAt&sort=-createdAt", "unknown=1", "__proto__=1",
    "constructor=1", "toString=1", "hasOwnProperty=1", "cursor=", "cursor=x", "cursor=%00", "cursor=WyJhIl0",
    # A cursor of half of a surrogate pair.
    f"cursor={_HALF}",
    "cursor=" + "A" * 1001, "cursor=" + "A" * 1000, "cursor=bnVsbA", "cursor=W10=", "%6Cimit=2", "limit=2#x",
    "limit=2;sort=createdAt", "limit=%zz", "limit=%", "limit=%ff", "a=%ff", "%ff=1", "a=%00", "limit=2?", "?limit=2",
    "lim%69t=2&limit=2", "LIMIT=2", "a+b=1", "a%20b=1", "a=b=c", "a.b=1", "a%5B0%5D=1",
)  # fmt: skip


def media(step: Step, numbers: random.Random) -> Step:
    """The step with another media type, or a content encoding."""
    headers = tuple((name, value) for name, value in step.headers if name != "Content-Type")
    if numbers.random() < 0.2:
        return replace(step, headers=(*step.headers, ("Content-Encoding", text(numbers.choice(_ENCODINGS)))))
    kind = numbers.choice((None, "text/plain", *_TYPES))
    return replace(step, headers=headers if kind is None else (*headers, ("Content-Type", text(kind))))


def header(step: Step, numbers: random.Random) -> Step:
    """The step with one more header, without Host, or with its body in chunks."""
    drawn = numbers.random()
    if drawn < 0.05:
        return replace(step, hosted=False)
    if drawn < 0.25 and step.has_body:
        return _chunked(step, numbers)
    if drawn < 0.45:
        return replace(step, headers=tuple(_token(name, value, numbers) for name, value in step.headers))
    if drawn < 0.55 and step.headers:
        return replace(step, headers=(*step.headers, numbers.choice(step.headers)))
    name, value = numbers.choice(_HEADERS)
    return replace(step, headers=(*step.headers, (name, text(value))))


def ambiguous(step: Step, numbers: random.Random) -> Step:
    """The step without Host, or with a header twice that may come once."""
    if numbers.random() < 0.3:
        return replace(step, hosted=False)
    name, value = numbers.choice((("Host", HOST), ("Content-Type", "application/json"), ("Authorization", "Bearer x")))
    once = tuple(header for header in step.headers if header[0] != name)
    return replace(step, headers=(*once, (name, text(value)), (name, text(value))))


def _token(name: str, value: Text, numbers: random.Random) -> tuple[str, Text]:
    if name != "Authorization":
        return name, value
    rest = value.pieces[1:]
    odd = (
        text("bearer ", *rest), text("Bearer  ", *rest), text("Bearer ", *rest, " x"), text("Bearer ", *rest, "="),
        text("Bearer ", *rest, "A"), text("Bearer ", *rest, "."), text("Token ", *rest), text(*rest),
        text("Bearer ", *rest, ", Bearer ", *rest), text("Bearer\t", *rest), text("Bearer eyJhbGciOiJub25lIn0.e30."),
        text("BEARER ", *rest),
    )  # fmt: skip
    return numbers.choice((name, name, name.upper(), name.lower())), numbers.choice(odd)


def _chunked(step: Step, numbers: random.Random) -> Step:
    """A body of two chunks, whose framing may be wrong; ids in it stand for themselves, so it holds none."""
    body = '{"a":1}'
    first, second = body[:3], body[3:]
    framings = (
        f"3\r\n{first}\r\n{len(second)}\r\n{second}\r\n0\r\n\r\n",
        f"3;x=y\r\n{first}\r\n{len(second)}\r\n{second}\r\n0\r\nX-A: b\r\n\r\n", f"3\n{first}\n0\n\n",
        f"g\r\n{first}\r\n0\r\n\r\n", f"-3\r\n{first}\r\n0\r\n\r\n", f"0x3\r\n{first}\r\n0\r\n\r\n", "0\r\n\r\n",
        f"3 \r\n{first}\r\n0\r\n\r\n",
    )  # fmt: skip
    headers = (*step.headers, ("Transfer-Encoding", text(numbers.choice(("chunked", "chunked", "Chunked")))))
    if numbers.random() < 0.1:
        headers = (*headers, ("Content-Length", text("7")))
    return replace(step, headers=headers, body=text(numbers.choice(framings)))


def method(step: Step, numbers: random.Random) -> Step:
    """The step by another method."""
    return replace(step, method=numbers.choice(_METHODS))


def path(step: Step, numbers: random.Random) -> Step:
    """The step on a path that is written otherwise."""
    pieces = step.target.pieces
    first, last = pieces[0], pieces[-1]
    assert isinstance(first, str)
    changed: list[tuple[str | Ref, ...]] = [
        (*pieces, "/"), (*pieces, "//"), ("/", *pieces), (*pieces, "%2F"), (*pieces, "/x"), (*pieces, "%00"),
        (*pieces, "%zz"), (*pieces, "%ff"), (*pieces, "%"), (*pieces, "#x"), (*pieces, ";x=1"), (*pieces, "?"),
        (*pieces, "/."), (*pieces, "/.."), (*pieces, "%20"), (*pieces, "+"), (*pieces, "%E2%82%AC"),
        (*pieces, "%252F"), (*pieces, "\u00e9"), (*pieces, "%C3%A9"), (*pieces, "%25"),
        ("http://other.example", *pieces), (first.upper(), *pieces[1:]), (first.replace("/v1", "/v2"), *pieces[1:]),
        (first.replace("/v1", "/v1/"), *pieces[1:]), (first.replace("/v1", ""), *pieces[1:]),
        (first.replace("/v1/", "/v1/./"), *pieces[1:]), (first.replace("/v1/", "/v1/x/../"), *pieces[1:]),
        (first.replace("/v1/", "/%76%31/"), *pieces[1:]), (first.replace("/v1/", "/v1%2F"), *pieces[1:]),
        (first.replace("e", "%65"), *pieces[1:]), ("*",), ("/",), ("",), ("/v1",), ("/v1/",), ("/docs",),
        ("/openapi.json",), ("/redoc",), ("/livez",), ("/livez/",), ("/readyz",), ("/metrics",), ("/favicon.ico",),
        (first, "constructor"), (first, "__proto__"), (first, "null"), (first, "\\"), (f"{first} x",), ("x",),
        ("//",), (f"{first}?{'a' * 9000}=1",), (f"{first}?{'a' * 17000}=1",),
    ]  # fmt: skip
    if isinstance(last, Ref):
        changed += [(*pieces[:-1], replace(last, upper=True)), (*pieces[:-1], "%30", last), (*pieces[:-1], last, "\n")]
    return replace(step, target=Text(numbers.choice(changed)), raw=False)


def query(step: Step, numbers: random.Random) -> Step:
    """The step with a query string that somebody made up."""
    drawn = "&".join(numbers.choice(_QUERIES) for _ in range(numbers.choice((1, 1, 1, 2))))
    kept = drawn.encode("utf-8").decode("latin-1")
    pieces = step.target.pieces
    mark = "&" if any(isinstance(each, str) and "?" in each for each in pieces) else "?"
    return replace(step, target=Text((*pieces, mark + kept)))


_NUMBERS = (
    "01", "1.", ".5", "+1", "0x1", "1e", "NaN", "Infinity", "-Infinity", "1e400", "-0", "1E2", "1.0", "9" * 400,
    "1" + "0" * 25, "-", "1e-400", "1e21", "1e16", "-1e21", "1e22", "5e-324", "9007199254740993", "0.1e1",
)  # fmt: skip
_BYTES = (
    "\xff", '{"a":"\xe9"}', '{"a":"\xc3\x28"}', '{"a":"\xed\xa0\x80"}', "\xfe\xff\x00{", '{"a":"\xc0\x80"}',
)  # fmt: skip
_MEMBERS = ('"\\ud800"', '"\\u0000"', "[]]", '{"a":1,"a":2}', "[" * 40 + "]" * 40)
_BODIES = (
    "", " ", "{", "}", "[]", "null", "true", "0", '"x"', "{}", "{} {}", "{}x", "\ufeff{}", "{'a':1}", "{a:1}",
    '{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"a":{"b":1,"b":2}}', '{"__proto__":1,"__proto__":2}', '{"a":"\\ud800"}',
    '{"a":"\\udc00\\ud800"}', '{"a":"\\ud83d\\ude00"}', '{"\\ud800":1}', '{"a":"\\u0000"}', '{"a":"\x01"}',
    '{"a":"\t"}',
    '{"a":"\x7f"}', '{"a":"\\x41"}', '{"a":"\\u12"}', '{"a":"\\U0041"}', '{"a":"\\/"}', '{"a":"\n"}',
    "[" * 32 + "]" * 32, "[" * 33 + "]" * 33, "[" * 5000, '{"a":' * 31 + "1" + "}" * 31, '{"a":' * 33 + "1" + "}" * 33,
    f'{{"a":"{"[" * 40}"}}', f'{{"a":"\\"{"[" * 40}"}}', "]" * 40 + "[" * 40, '{"a":1]', '["a":1]', '{"a" 1}', '{"a":}',
    "{:1}", "{1:1}", "[1,]", "[,1]", "tru", "nul", "undefined", '{"a":1}\x00', "\x00", '{"a":"\\ud83d"}',
)  # fmt: skip


def json_text(step: Step, numbers: random.Random) -> Step:
    """The step with a body that is odd as text; where it is JSON, it is odd JSON."""
    drawn, number = numbers.random(), numbers.choice(_NUMBERS)
    if drawn < 0.1:
        return replace(step, body=text(numbers.choice(_BYTES)), has_body=True, raw=True)
    if drawn < 0.5:
        odd = numbers.choice((*_BODIES, f'{{"a":{number}}}', f"[{number}]", number))
    elif drawn < 0.75 and isinstance(step.body, dict) and step.body:
        # A member that is known, with what is no ordinary JSON.
        known = json.dumps({**step.body, numbers.choice(sorted(step.body)): "@"}, default=lambda _: "x")
        odd = known.replace('"@"', numbers.choice((number, number, *_MEMBERS)))
    else:
        valid = json.dumps(step.body, default=lambda _: "x") if isinstance(step.body, dict) else '{"a": 1}'
        inner = valid[1:-1] or '"a": 1'
        odd = numbers.choice((
            f"{{{inner},}}", f"{{{inner}}}//x", f"/**/{{{inner}}}", f"\u00a0{{{inner}}}", f"\v{{{inner}}}",
            f" \t\r\n{{{inner}}}\r\n", f"{{{inner},{inner}}}", f"{{{inner}", f'{{{inner},"\\u0000":1}}',
        ))  # fmt: skip
    return replace(step, body=text(odd), has_body=True)
