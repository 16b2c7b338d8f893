"""A request that names rows, tokens and cursors by where they will be found, so that it fits every server."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.parity.wire import Sent

__all__ = ["ABSENT", "HOST", "Known", "Node", "Ref", "Step", "Text", "sent", "shown", "text"]

ABSENT = "0198c0de-0000-7000-8000-00000000beef"
HOST = "parity.example"


@dataclass(frozen=True, slots=True)
class Ref:
    """One of what is known of a kind when the step is sent; negative picks count from the newest."""

    kind: str
    pick: int
    upper: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Text in pieces."""

    pieces: tuple[str | Ref, ...]


Node: TypeAlias = "bool | int | float | str | Ref | Text | list[Node] | dict[str, Node] | None"


@dataclass(frozen=True, slots=True)
class Step:
    """One request. A body is JSON to be, or raw text; text is sent as Latin-1 where `raw` says so, else as UTF-8."""

    operation: str
    intent: str
    method: str
    target: Text
    headers: tuple[tuple[str, Text], ...] = ()
    body: Node | Text = None
    has_body: bool = False
    raw: bool = False
    hosted: bool = True


def text(*pieces: str | Ref) -> Text:
    """Text in pieces."""
    return Text(pieces)


@dataclass(slots=True)
class Known:
    """What answers have told: for each kind the values, one for every side."""

    values: defaultdict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: str, values: tuple[str, ...]) -> None:
        """Notes a value of every side, the newest last."""
        known = self.values[kind]
        if values in known:
            known.remove(values)
        known.append(values)

    def of(self, ref: Ref, side: int) -> str:
        """What a reference stands for on a side."""
        known = self.values.get(ref.kind)
        found = known[ref.pick % len(known)][side] if known else ABSENT
        return found.upper() if ref.upper else found


def sent(step: Step, known: Known, side: int) -> Sent:
    """The step as one side gets it."""

    def flat(content: Text) -> str:
        return "".join(known.of(piece, side) if isinstance(piece, Ref) else piece for piece in content.pieces)

    def plain(value: object) -> str:
        assert isinstance(value, Ref | Text)
        return known.of(value, side) if isinstance(value, Ref) else flat(value)

    headers = tuple((name, flat(value)) for name, value in step.headers)
    if step.hosted:
        headers = (("Host", HOST), *headers)
    body = b""
    if step.has_body:
        content = (
            flat(step.body) if isinstance(step.body, Text) else json.dumps(step.body, default=plain, ensure_ascii=False)
        )
        body = content.encode("latin-1" if step.raw else "utf-8", "surrogatepass")
    return Sent(step.method, flat(step.target), headers, body)


def shown(step: Step) -> str:
    """The step for a reader."""

    def flat(content: Text) -> str:
        return "".join(f"{{{each.kind} {each.pick}}}" if isinstance(each, Ref) else each for each in content.pieces)

    def plain(value: object) -> str:
        assert isinstance(value, Ref | Text)
        return flat(Text((value,)) if isinstance(value, Ref) else value)

    lines = [f"{step.method} {flat(step.target)}   # {step.operation}, {step.intent}"]
    lines += [f"{name}: {flat(value)}" for name, value in step.headers]
    if step.has_body:
        body = (
            ascii(flat(step.body))
            if isinstance(step.body, Text)
            else json.dumps(step.body, default=plain, ensure_ascii=False)
        )
        lines.append(body if len(body) < 1000 else f"{body[:1000]}… ({len(body)} characters)")
    return "\n    ".join(lines)
