"""D9 to D11, D16, D17: bodies that are no JSON, too much JSON, or JSON in disguise."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from backwright.gates.security.attack import Attack
from backwright.gates.security.exemplars import Cast, Exemplar
from backwright.gates.security.json_corpus import legal, malformed, undefined
from backwright.gates.security.stage import Stage

__all__ = ["parsing"]

_DEPTHS = (1_000, 12_000, 100_000)
# What looks deep enough to be measured, and then a text that does not end: to begin it at each quote anew takes long.
_ENDLESS = b"[]" * 100
_ENDS: Mapping[str, bytes] = {"escaped": b'"' + b'\\"' * 25_000, "bare": b'"' * 50_001, "open": b'"[' * 25_000 + b"\\"}
_FAST = 1.0
_BOMB = 64 * 2**20
_GROWTH = 50 * 2**20
_TYPES = (
    "",
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "text/xml",
    "application/jsonp",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/vnd.api+json",
    "application/octet-stream",
    "application/json; charset=utf-7",
    "application/json; charset=utf-16",
    "application/json; charset=iso-8859-1",
    "application/json;charset=ibm037",
    "application/json, text/plain",
    "*/*",
    "json",
)
_ENCODINGS = ("gzip", "deflate", "br", "zstd", "compress", "x-gzip", "gzip, gzip", "nonsense")


def parsing(stage: Stage, cast: Cast) -> None:
    """One operation takes the whole corpus; every operation with a body is asked for its types and depth."""
    first = next(iter(cast.with_body), None)
    if first is None:
        stage.not_applicable("D5-D17", "no operation takes a body")
        return
    for content in malformed():
        stage.attack(first.as_check("D10", f"the body {content[:30]!r}", 400, body=content))
    for content in legal():
        stage.attack(first.as_check("D10", f"the body {content[:30]!r}", 200, 201, 202, 422, body=content))
    for content in undefined():
        stage.attack(first.as_check("D10", f"the body {content[:30]!r}", body=content))
    for title, end in _ENDS.items():
        _swift(stage, first.as_check("D9", f"a text without an end, its quotes {title}", 400, body=_ENDLESS + end))
    for each in cast.with_body:
        _depth(stage, each)
        _words(stage, each)
        _types(stage, each)
    _encodings(stage, first)


def _depth(stage: Stage, each: Exemplar) -> None:
    """D9: deep nesting is refused before anything recurses."""
    name = next(iter(each.members))
    for depth in _DEPTHS:
        for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
            nested = opening * depth + (b"1" if opening != b"[" else b"") + closing * depth
            for content in (nested, b'{"' + name.encode() + b'":' + nested + b"}"):
                _swift(stage, each.as_check("D9", f"{depth} levels", 400, 413, body=content))


def _swift(stage: Stage, attack: Attack) -> None:
    """D9, D19: refused without recursion and without going back."""
    reply = stage.attack(attack)
    if stage.seconds > _FAST:
        stage.exchange(attack)
    if stage.seconds > _FAST:
        stage.fail("gate/security-slow", attack, reply, f"it takes {stage.seconds:.1f} s to refuse")


def _words(stage: Stage, each: Exemplar) -> None:
    """D11: what some parsers take for numbers and texts, and what may stand around JSON."""
    own = each.as_check("", "").content or b""
    for word in (b"NaN", b"Infinity", b"-Infinity", b'"\\ud800"', b'"\\udc00x"'):
        for name in each.members:
            content = own.rstrip()[:-1] + b',"' + name.encode() + b'x":' + word + b"}"
            stage.attack(each.as_check("D11", f"a member {word.decode()}", 400, body=content))
            break
    for content in (b"\xef\xbb\xbf" + own, own + b"x", own + b"\x00", own + own, own[:-1], b"\x00" + own):
        stage.attack(each.as_check("D11", "something beside the JSON", 400, body=content))


def _types(stage: Stage, each: Exemplar) -> None:
    """D16, D18: nothing but JSON in UTF-8."""
    for kind in _TYPES:
        content = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
        body: object = content if "xml" in kind else None
        headers = (("Content-Type", kind),)
        stage.attack(each.as_check("D16", f"content type '{kind}'", 415, body=body, headers=headers))


def _encodings(stage: Stage, each: Exemplar) -> None:
    """D17: nothing is unpacked; the server's memory stays what it was."""
    packed = gzip.compress(b" " * _BOMB, 9)
    contents = (packed, gzip.compress(packed), zlib.compress(b" " * 2**20), each.as_check("", "").content or b"")
    before = _resident(stage)
    for encoding in _ENCODINGS:
        for content in contents:
            headers = (("Content-Encoding", encoding),)
            stage.attack(each.as_check("D17", f"content encoding {encoding}", 413, 415, body=content, headers=headers))
    after = _resident(stage)
    if before is None or after is None:
        stage.not_applicable("D17", "the server's memory could not be read")
        return
    reason = f"D17: the server grew by {(after - before) // 2**20} MB while it refused compressed bodies"
    stage.holds(after - before < _GROWTH, "gate/security-limit", reason)
    plain = each.as_check("D17", "the same body without an encoding", *range(200, 300), 401)
    stage.attack(replace(plain, headers=plain.headers))


def _resident(stage: Stage) -> int | None:
    """Resident memory of the server's process group, in bytes, where the system says."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()
        if len(fields) > 21 and int(fields[2]) == stage.server.pid:
            total += int(fields[21]) * 4096
    return total or None
