"""What test runners say of a failed test: its assertion, and where it stands. Node's (spec and TAP) and pytest's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["FailedTest", "failed_in_node", "failed_in_pytest"]

_LINES = 12
_SPEC = re.compile(
    r"^test at (?P<file>.+?):(?P<line>\d+):\d+\n✖ (?P<name>.+?) \([\d.]+ms\)\n?(?P<body>(?:(?:  .*)?\n)*)", re.MULTILINE
)
_SPEC_NAMES = re.compile(r"^\s*✖ (.+?) \([\d.]+ms\)$", re.MULTILINE)
_TAP = re.compile(
    r"^(?P<indent> *)not ok \d+ - (?P<name>.+?)(?: # .*)?$"
    r"(?:\n(?P=indent)  ---\n(?P<body>(?:.*\n)*?)(?P=indent)  \.\.\.$)?",
    re.MULTILINE,
)
_FRAME = re.compile(r"\(?(?:file://)?(/[^():\s]+):(\d+)(?::\d+)?\)?$", re.MULTILINE)
_STACK = re.compile(r"^\s+at .+$", re.MULTILINE)
_PYTEST = re.compile(
    r"^(?:FAILED|ERROR) (?P<file>[^\s:]+)(?:::(?P<name>[^\[\n]+?(?:\[.*?\])?))?(?: - (?P<said>.*))?$", re.MULTILINE
)
_SECTION = re.compile(r"^_{3,} (?:ERROR (?:at \w+ of|collecting) )?(.+?) _{3,}$", re.MULTILINE)
_RULE = re.compile(r"^={3,} ", re.MULTILINE)
_PLACE = re.compile(r"^([^\s:]+\.py):(\d+): ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FailedTest:
    """A failed test: what was asserted, in the file and the line that the runner names."""

    name: str
    said: str = ""
    file: str = ""
    line: int = 0


def failed_in_node(text: str) -> tuple[FailedTest, ...]:
    """Every failed test of node's runner, once."""
    section = text.partition("failing tests:")[2]
    found = [*_in_tap(text), *(_of_spec(match) for match in _SPEC.finditer(section))]
    named = {each.name for each in found}
    found += [FailedTest(name) for name in _SPEC_NAMES.findall(section) if name not in named]
    return tuple(dict.fromkeys(found))


def _of_spec(match: re.Match[str]) -> FailedTest:
    body = match["body"]
    stack = _STACK.search(body)
    said = body[: stack.start()] if stack else body
    file, line = _frame(body) or (match["file"], int(match["line"]))
    return FailedTest(match["name"], _shortened(said), file, line)


def _in_tap(text: str) -> Iterator[FailedTest]:
    for match in _TAP.finditer(text):
        body = match["body"] or ""
        if "failureType: 'subtestsFailed'" in body:
            continue
        message = re.search(r"^( *)error: (?:\|-?\n((?:\1  .*\n|\s*\n)*)|'(.*)')", body, re.MULTILINE)
        said = (message[2] or message[3] or "") if message else ""
        location = re.search(r"location: '(.+):(\d+):\d+'", body)
        known = (location[1], int(location[2])) if location else ("", 0)
        file, line = _frame(body.partition("stack:")[2]) or known
        yield FailedTest(match["name"], _shortened(said), file, line)


def _frame(stack: str) -> tuple[str, int] | None:
    """The first place in a stack that is a file of somebody's own."""
    frames = (match for match in _FRAME.finditer(stack) if "/node_modules/" not in match[1])
    return next(((match[1], int(match[2])) for match in frames), None)


def failed_in_pytest(text: str) -> tuple[FailedTest, ...]:
    """Every failed test of pytest's short summary, with what its own section says."""
    sections = list(_sections(text))
    found = []
    for match in _PYTEST.finditer(text):
        file, name, said = match["file"], match["name"] or "", match["said"] or ""
        own = [body for title, body in sections if title in (name.replace("::", "."), file)]
        body = next((each for each in own if file in each), own[0] if own else "")
        asserted = "\n".join(line[1:] for line in body.splitlines() if line.startswith("E "))
        places = [place for place in _PLACE.finditer(body) if "site-packages" not in place[1]]
        where = (places[-1][1], int(places[-1][2])) if places else (file, 0)
        found.append(FailedTest(f"{file}::{name}" if name else file, _shortened(asserted or said), *where))
    return tuple(dict.fromkeys(found))


def _sections(text: str) -> Iterator[tuple[str, str]]:
    heads = list(_SECTION.finditer(text))
    for at, head in enumerate(heads):
        end = heads[at + 1].start() if at + 1 < len(heads) else len(text)
        yield head[1], _RULE.split(text[head.end() : end])[0]


def _shortened(said: str) -> str:
    """The first lines, without the margin that the runner gives them."""
    lines = [line.rstrip() for line in said.splitlines() if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return "\n".join(line[margin:] for line in lines[:_LINES])
