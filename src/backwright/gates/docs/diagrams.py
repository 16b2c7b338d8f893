"""Diagrams in Mermaid: what they draw is declared in them, and entities are tables."""

from __future__ import annotations

import re

from backwright.gates.docs.known import Known
from backwright.gates.docs.pages import Block
from backwright.gates.docs.reading import Reading
from backwright.render.mermaid import WORDS

__all__ = ["read_diagram"]

# What means something to Mermaid is written as a character's number.
_LABEL = r'\"(?:[^"#;]|#\d+;)+\"'
_SAID = r"(?:[^#;]|#\d+;)+"
_RELATION = re.compile(r"  (\w+) (?:\|o|\|\||}o|}\|)--(?:o\||\|\||o\{|\|\{) (\w+) : (\w+)")
_ENTITY = re.compile(r"  (\w+)")
_PARTICIPANT = re.compile(rf"  (?:participant|actor) (\w+) as {_SAID}")
_MESSAGE = re.compile(rf"  (\w+)-{{1,2}}>>(\w+): {_SAID}")
_NODE = re.compile(rf" *(\w+)(?:\[\(?{_LABEL}\)?\]|\(\[{_LABEL}\]\))")
_EDGE = re.compile(rf" *(\w+) (?:-->|-\.->)(?:\|{_LABEL}\|)? (\w+)")
_GROUP = re.compile(rf" *(?:subgraph (\w+)\[{_LABEL}\]|end)")
_MOVE = re.compile(r"  (?:\[\*\]|(\w+)) --> (?:\[\*\]|(\w+))(?: : \w+)?")
_STATE = re.compile(rf"  state {_LABEL} as (\w+)")


def read_diagram(reading: Reading, known: Known, block: Block) -> None:
    """A line that no diagram of its kind has, or a name that it does not declare, is a failure."""
    kind, *lines = block.text.splitlines() or [""]
    lines = [line for line in lines if line.strip()]
    match kind.split():
        case ["erDiagram"]:
            wrong = [line for line in lines if not _is_relation(known, line)]
        case ["sequenceDiagram"]:
            declared = {found[1] for line in lines if (found := _PARTICIPANT.fullmatch(line))}
            wrong = [line for line in lines if not _between(line, _MESSAGE, declared, _PARTICIPANT)]
        case ["flowchart", "LR" | "TB"]:
            nodes = {found[1] for line in lines if (found := _NODE.fullmatch(line) or _GROUP.fullmatch(line))}
            wrong = [line for line in lines if not _between(line, _EDGE, nodes, _NODE, _GROUP)]
        case ["stateDiagram-v2"]:
            wrong = [line for line in lines if not _is_move(line)]
        case _:
            wrong = [kind]
    reading.findings.check(
        bool(lines) and not wrong, "gate/docs-diagram", f"{block.place}: cannot be drawn: {'; '.join(wrong[:3])}"
    )


def _is_relation(known: Known, line: str) -> bool:
    found = _RELATION.fullmatch(line)
    if found:
        holder = known.columns.get(f"app.{found[2]}", frozenset())
        return f"app.{found[1]}" in known.columns and found[3] in holder
    alone = _ENTITY.fullmatch(line)
    return alone is not None and f"app.{alone[1]}" in known.columns


def _is_move(line: str) -> bool:
    found = _MOVE.fullmatch(line) or _STATE.fullmatch(line)
    return found is not None and WORDS.isdisjoint(found.groups())


def _between(line: str, arrow: re.Pattern[str], declared: set[str], *others: re.Pattern[str]) -> bool:
    found = arrow.fullmatch(line)
    if found:
        return {found[1], found[2]} <= declared
    return any(other.fullmatch(line) for other in others)
