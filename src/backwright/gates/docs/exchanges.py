"""Examples of HTTP: a request in one block, and in the next one the answer to it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

from backwright.gates.docs.pages import Block
from backwright.gates.docs.reading import Reading
from backwright.gates.wire import Connection, Reply

__all__ = ["Exchanges"]

_NAME = re.compile(r"\$([A-Za-z_][\w-]*(?:\.\w+)*)")
_STATUS = re.compile(r"HTTP/1\.1 (\d{3})\b")
_ANYTHING = "…"


@dataclass(frozen=True, slots=True)
class _Message:
    """A message as it is printed: the first line, its headers, its body."""

    first: str
    headers: Mapping[str, str]
    body: str


@dataclass(slots=True)
class Exchanges:
    """Those of one page; `_answers` are the newest last."""

    reading: Reading
    _request: Block | None = None
    _answers: list[Reply] = field(default_factory=list)

    def take(self, block: Block) -> None:
        """The next block: a request, or the answer to the one before."""
        if not block.text.startswith("HTTP/"):
            self.end()
            self._request = block
        elif self._request is None:
            self._fail(block, "is an answer to nothing")
        else:
            request, self._request = self._request, None
            self._exchange(request, block)

    def end(self) -> None:
        """Nothing follows: a request that is left over has no answer."""
        if self._request is not None:
            self._fail(self._request, "is a request without its answer")
        self._request = None

    def _exchange(self, request: Block, answer: Block) -> None:
        try:
            sent = _message(self._filled(request.text))
            reply = self._send(sent)
        except (KeyError, ValueError) as error:
            self._fail(request, f"cannot be sent: {error}")
            return
        self._answers.append(reply)
        wrong = _differences(_message(answer.text), reply)
        self.reading.findings.check(
            not wrong, "gate/docs-http", f"{answer.place}: {'; '.join(wrong)}\n{sent.first}\n{reply.body[:400]}"
        )

    def _send(self, sent: _Message) -> Reply:
        method, _, target = sent.first.partition(" ")
        with closing(Connection(self.reading.url, base="")) as connection:
            body = json.loads(sent.body) if sent.body else None
            return connection.call(method, target.removesuffix(" HTTP/1.1"), body, headers=sent.headers)

    def _filled(self, text: str) -> str:
        return _NAME.sub(lambda found: self._value(found[1]), text)

    def _value(self, name: str) -> str:
        variables = self.reading.variables()
        if name in variables:
            return variables[name]
        for reply in reversed(self._answers):
            value = _inside(reply.json, name.split("."))
            if isinstance(value, str | int):
                return str(value)
            if reply.header(name.lower()):
                return reply.header(name.lower())
        raise KeyError(f"no variable and no answer before has ${name}")

    def _fail(self, block: Block, what: str) -> None:
        self.reading.findings.fail("gate/docs-http", f"{block.place} {what}")


def _message(text: str) -> _Message:
    head, _, body = text.strip("\n").partition("\n\n")
    first, *lines = head.splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    return _Message(first, headers, body.strip())


def _inside(value: object, path: list[str]) -> object:
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _differences(expected: _Message, reply: Reply) -> list[str]:
    status = _STATUS.match(expected.first)
    wrong = [] if status and int(status[1]) == reply.status else [f"the answer is {reply.status}"]
    for name, value in expected.headers.items():
        found = reply.header(name.lower())
        if not found or not _matches(value, found.partition(";")[0] if ";" not in value else found):
            wrong.append(f"{name} is {found or 'missing'}")
    if expected.body and not _alike(json.loads(expected.body), reply.json):
        wrong.append("the body is another")
    return wrong


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(_ANYTHING, ".*"), text) is not None


def _alike(expected: object, found: object) -> bool:
    """`…` as a value stands for any, as a member or an element for any more of them."""
    match expected, found:
        case str(), _ if expected == _ANYTHING:
            return True
        case dict(), dict():
            wanted = {name: value for name, value in expected.items() if name != _ANYTHING}
            more = _ANYTHING in expected or wanted.keys() >= found.keys()
            return more and all(name in found and _alike(value, found[name]) for name, value in wanted.items())
        case list(), list():
            more = bool(expected) and expected[-1] == _ANYTHING
            wanted_items = expected[:-1] if more else expected
            long = len(found) > len(wanted_items) if more else len(found) == len(wanted_items)
            return long and all(map(_alike, wanted_items, found))
        case str(), str():
            return _matches(expected, found)
        case _:
            return bool(expected == found)
