"""F1: a body is read as far as it may be, and no further."""

from __future__ import annotations

import json

from backwright.gates.security.attack import Attack
from backwright.gates.security.exemplars import Cast
from backwright.gates.security.sockets import Heard, head, say
from backwright.gates.security.stage import Stage

__all__ = ["sizes"]

_VARIABLE = "BODY_LIMIT_BYTES"
_FLOOD = 64 * 2**20
_PIECE = 65_536
_TOO_LARGE = 413


def sizes(stage: Stage, cast: Cast) -> None:
    """With a length, and in chunks whose end nobody knows."""
    each = cast.first("POST", "/auth/login") or next(iter(cast.with_body), None)
    listed = stage.system.contract.get("variables")
    known = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    limit = next((int(str(item["default"])) for item in known if item.get("name") == _VARIABLE), 0)
    if each is None or not limit:
        stage.not_applicable("F1", "the contract names no limit of bodies")
        return
    own = json.dumps(each.members).encode()
    for size, wanted in ((limit - 1, each.success), (limit, each.success), (limit + 1, _TOO_LARGE)):
        content = own + b" " * (size - len(own))
        stage.attack(each.as_check("F1", f"a body of {size} bytes, the limit is {limit}", wanted, body=content))
        _chunked(stage, each.attack, content, wanted)
    token = [("Authorization", f"Bearer {each.attack.who.token}")] if each.attack.who.token else []
    for title, headers in (
        ("an endless body in chunks", [("Transfer-Encoding", "chunked")]),
        ("an endless body with its length", [("Content-Length", str(_FLOOD))]),
    ):
        start = head(
            "POST", stage.surface.base + each.attack.path, [*token, ("Content-Type", "application/json"), *headers]
        )
        piece = b" " * _PIECE
        framed = b"%x\r\n%b\r\n" % (_PIECE, piece) if "Transfer-Encoding" in headers[0] else piece
        heard = say(stage.server.url, start, *[framed] * (_FLOOD // _PIECE))
        _cut_short(stage, each.attack, title, heard)


def _chunked(stage: Stage, attack: Attack, content: bytes, wanted: int) -> None:
    stage.findings.done()
    token = [("Authorization", f"Bearer {attack.who.token}")] if attack.who.token else []
    headers = [*token, ("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
    start = head(attack.method, stage.surface.base + attack.path, headers)
    heard = say(stage.server.url, start, b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content))
    if heard.first.status != wanted and not (wanted == _TOO_LARGE and heard.closed and not heard.replies):
        sent = Attack("F1", attack.method, attack.template, attack.path, f"{len(content)} bytes in one chunk")
        stage.fail("gate/security-limit", sent, heard.first, f"answered {heard.first.status}, not {wanted}")
    stage.restore()


def _cut_short(stage: Stage, attack: Attack, title: str, heard: Heard) -> None:
    """The server answers 413, or has closed before the answer could be read; it does not take everything first."""
    stage.findings.done()
    refused = heard.first.status == _TOO_LARGE or (heard.closed and not heard.replies)
    if not refused:
        sent = Attack("F1", attack.method, attack.template, attack.path, title)
        said = f"answered {heard.first.status or 'nothing'} after {heard.taken // 2**20} MB, not 413"
        stage.fail("gate/security-limit", sent, heard.first, said)
