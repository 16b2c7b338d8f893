"""B1 to B11, A3: credentials that nobody may be believed."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from backwright.gates.oracle import Principal
from backwright.gates.security.attack import Attack
from backwright.gates.security.exemplars import Cast, Exemplar
from backwright.gates.security.sockets import head, say
from backwright.gates.security.stage import KEY, Stage

__all__ = ["tokens"]

_REFUSED = 401
_LEEWAY = 60
_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
_NOBODY = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Forge:
    """An access token of the server's, taken apart, and others like it."""

    header: Mapping[str, object]
    claims: Mapping[str, object]

    def token(self, claims: Mapping[str, object], header: Mapping[str, object] | None = None, key: str = KEY) -> str:
        """Signed as the header says, with HMAC-SHA256 where that says nothing known."""
        given = {**self.header, **(header or {})}
        content = f"{_encoded(json.dumps(given, separators=(',', ':')))}.{_encoded(self.text(claims))}"
        kind = _HASHES.get(str(given.get("alg")), hashlib.sha256)
        return f"{content}.{_bare(hmac.new(key.encode(), content.encode(), kind).digest())}"

    @staticmethod
    def text(claims: Mapping[str, object]) -> str:
        """The claims as JSON; a number too large for any parser stays as it is."""
        return json.dumps(claims, separators=(",", ":")).replace('"9e99"', "9e99")


def tokens(stage: Stage, cast: Cast) -> None:
    """Every operation without a credential that holds, then one operation with every kind of wrong one."""
    probe = cast.probe
    if stage.arena.plan.identity is None or probe is None:
        stage.not_applicable("B", "nothing needs an account")
        return
    _sweep(stage, cast)
    own = str(probe.attack.who.token)
    for name, value in _broken(own):
        _refused(stage, probe, "B3", name, value)
    forge = _opened(own)
    if forge is None:
        stage.not_applicable("B1-B8", "access tokens are no signed JSON")
    else:
        _forged(stage, probe, forge)
    _elsewhere(stage, probe, own)
    _confused(stage, probe)


def _sweep(stage: Stage, cast: Cast) -> None:
    """A3: nothing that needs an account works without one, whatever stands in Authorization."""
    words = ("Bearer", "Bearer ", "Basic YWRtaW46YWRtaW4=", "Bearer null", "Token x", "bearer undefined")
    for each in cast.all:
        operation = stage.surface.operation(each.attack.method, each.attack.template)
        if operation is None:
            continue
        plain = replace(each.as_check("A3", "without a credential", _REFUSED), who=Principal("anonymous"))
        if not operation.public:
            stage.attack(plain)
        for word in words:
            stage.attack(
                replace(
                    plain, title="with a credential that is none", headers=(*plain.headers, ("Authorization", word))
                )
            )


def _refused(stage: Stage, probe: Exemplar, check: str, title: str, token: str) -> None:
    who = Principal("nobody", None, None, token, valid=False)
    attack = replace(probe.as_check(check, title, _REFUSED), who=who)
    reply = stage.attack(attack)
    if reply.status == _REFUSED and not reply.header("www-authenticate"):
        stage.fail("gate/security-refusal", attack, reply, "no WWW-Authenticate")


def _broken(token: str) -> Iterator[tuple[str, str]]:
    for at in range(0, len(token), max(len(token) // 24, 1)):
        other = "A" if token[at] != "A" else "B"
        yield "one character changed", token[:at] + other + token[at + 1 :]
    yield "a part too many", f"{token}.{token.rpartition('.')[2]}"
    yield "no signature", token.rpartition(".")[0]
    yield "an empty signature", token.rpartition(".")[0] + "."
    yield "truncated", token[:-1]
    yield "padded", f"{token}="
    yield "with a byte behind", f"{token}%00"
    yield "twice", f"{token}{token}"
    yield "12 kB long", "A" * 12_000


def _opened(token: str) -> Forge | None:
    try:
        header, claims, _ = (json.loads(_decoded(part)) if at < 2 else {} for at, part in enumerate(token.split(".")))
    except ValueError:
        return None
    forge = Forge(header, claims)
    return forge if isinstance(header, dict) and isinstance(claims, dict) else None


def _forged(stage: Stage, probe: Exemplar, forge: Forge) -> None:
    _algorithms(stage, probe, forge)
    _refused(stage, probe, "B4", "signed with another key", forge.token(forge.claims, key=KEY[::-1]))
    good = forge.token(forge.claims)
    control = stage.exchange(replace(probe.attack, who=Principal("the gate", None, None, good)))
    if control.status != probe.success:
        stage.not_applicable("B5-B8", "the gate cannot sign as the server does")
        return
    with _Listener() as listener:
        for name, value in _headers(listener.url):
            check = "B5" if name == "kid" else "B6" if name in ("jku", "x5u", "jwk") else "B9"
            _refused(stage, probe, check, f"'{name}' in the header", forge.token(forge.claims, {name: value}))
        stage.holds(
            not listener.asked(), "gate/security-refusal", "B6: the server fetched a key from an address in a token"
        )
    for check, name, claims in _claims(forge.claims):
        _refused(stage, probe, check, name, forge.token(claims))


def _algorithms(stage: Stage, probe: Exemplar, forge: Forge) -> None:
    content = _encoded(forge.text(forge.claims))
    for word in ("none", "None", "NONE", "nOnE", ""):
        header = _encoded(json.dumps({**forge.header, "alg": word}, separators=(",", ":")))
        for signature in ("", "AA"):
            _refused(stage, probe, "B1", f"alg '{word}'", f"{header}.{content}.{signature}")
    for word in ("HS384", "HS512", "RS256", "ES256", "EdDSA", "hs256"):
        _refused(stage, probe, "B2", f"alg {word}, signed with the right key", forge.token(forge.claims, {"alg": word}))
    for key in ("", "secret", "none"):
        _refused(
            stage, probe, "B2", "signed with an empty or well-known key", forge.token(forge.claims, key=key or "\0")
        )


def _headers(url: str) -> Iterator[tuple[str, object]]:
    for word in ("../../../../dev/null", "' OR '1'='1", "x" * 1000, "; sleep 5", ["x"], {"k": 1}):
        yield "kid", word
    yield from (("jku", f"{url}/jwks"), ("x5u", f"{url}/x5u"), ("jwk", {"kty": "oct", "k": _encoded("0" * 32)}))
    yield from (("typ", "JWT"), ("typ", "rt+jwt"), ("crit", ["exp"]), ("b64", False))


def _claims(claims: Mapping[str, object]) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    now = int(time.time())
    without = {name: {key: value for key, value in claims.items() if key != name} for name in claims}
    for name in ("exp", "aud", "iss", "sub"):
        if name in claims:
            yield "B7" if name == "exp" else "B8", f"without {name}", without[name]
            yield "B7" if name == "exp" else "B8", f"{name} null", {**claims, name: None}
    if "exp" in claims:
        for value in (now - _LEEWAY - 1, 0, -1, str(now + 600), "9e99", True, [now + 600]):
            yield "B7", f"exp {value}", {**claims, "exp": value}
    for name in ("nbf", "iat"):
        for value in (now + _LEEWAY + 60, str(now)):
            yield "B7", f"{name} {'in the future' if isinstance(value, int) else 'as text'}", {**claims, name: value}
    for name in ("aud", "iss"):
        if name in claims:
            for wrong in ("another", "", [claims[name], "another"], {"a": 1}, f"{claims[name]} "):
                yield "B8", f"{name} {wrong!r}", {**claims, name: wrong}
    if "sub" in claims:
        yield "B8", "sub of somebody else", {**claims, "sub": _NOBODY}


def _elsewhere(stage: Stage, probe: Exemplar, own: str) -> None:
    """B11: a token in the query is none, and two are one too many."""
    for name in ("access_token", "token", "authorization", "bearer"):
        plain = replace(probe.as_check("B11", "the token in the query", _REFUSED), who=Principal("anonymous"))
        stage.attack(replace(plain, path=f"{plain.path}?{name}={own}"))
    cookie = replace(probe.as_check("B11", "the token in a cookie", _REFUSED), who=Principal("anonymous"))
    stage.attack(replace(cookie, headers=(("Cookie", f"access_token={own}; token={own}"),)))
    pair = [("Authorization", f"Bearer {own}"), ("Authorization", "Bearer garbage")]
    for headers in (pair, pair[::-1], pair[:1] * 2):
        stage.findings.done()
        heard = say(stage.server.url, head("GET", stage.surface.base + probe.attack.path, headers))
        if heard.first.status not in (400, 401):
            attack = replace(probe.attack, check="B11", title="two Authorization headers", headers=tuple(headers))
            stage.fail("gate/security-refusal", attack, heard.first, f"answered {heard.first.status}, not 400 or 401")


def _confused(stage: Stage, probe: Exemplar) -> None:
    """B9: a token serves for what it was given, and for nothing else."""
    role = stage.arena.plan.identity.roles[0] if stage.arena.plan.identity else ""
    account = stage.account(role)
    _refused(stage, probe, "B9", "a refresh token as an access token", account.refresh_token)
    for operation in stage.surface.operations:
        properties = dict((operation.body or {}).get("properties", {}))
        names = [name for name in properties if name.lower().endswith("token")]
        if len(properties) == 1 and names and operation.public:
            given = {"accessToken": account.token} | (
                {} if names == ["refreshToken"] else {"refreshToken": account.refresh_token}
            )
            for kind, value in given.items():
                title = f"{kind} as {names[0]}"
                wanted = tuple(each for each in operation.statuses if each in (401, 403, 422))
                template = operation.template
                stage.attack(Attack("B9", "POST", template, template, title, wanted, body={names[0]: value}))


class _Listener:
    """A port where a server that follows addresses in tokens would come by."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def asked(self) -> bool:
        self._socket.settimeout(0.3)
        with contextlib.suppress(TimeoutError):
            self._socket.accept()[0].close()
            return True
        return False


def _bare(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _encoded(text: str) -> str:
    return _bare(text.encode())


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
