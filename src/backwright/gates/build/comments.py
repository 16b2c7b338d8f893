"""Few comments, and none that leaves work open."""

from __future__ import annotations

import re
from types import MappingProxyType

from backwright.diagnostics.model import Origin
from backwright.gates.build.sources import Source
from backwright.gates.findings import Findings

__all__ = ["check_comments", "comment_lines"]

_MOST = 0.10
_OPEN = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
_LINE = MappingProxyType({"typescript": "//", "python": "#", "sql": "--", "shell": "#"})
_BLOCK = MappingProxyType({"typescript": ("/*", "*/"), "sql": ("/*", "*/"), "python": ('"""', '"""')})


def check_comments(files: tuple[Source, ...], findings: Findings) -> None:
    """The share counts lines that hold nothing but a comment among all lines that are not blank."""
    lines = comments = 0
    for source in files:
        lines += sum(1 for line in source.text.splitlines() if line.strip())
        comments += comment_lines(source)
        for number, line in enumerate(source.text.splitlines(), start=1):
            found = _OPEN.search(line)
            if found:
                findings.fail(
                    "gate/build-left-open",
                    f"{source.path}:{number}: {found[0]}: {line.strip()[:100]}",
                    Origin(file=source.path, line=number),
                    "Do it, or drop the remark.",
                )
    if lines and comments > _MOST * lines:
        message = f"{comments} of {lines} lines are comments, more than {_MOST:.0%}"
        findings.fail("gate/build-comments", message, help="Say it in names; keep comments for reasons.")


def comment_lines(source: Source) -> int:
    """Lines with nothing but a comment."""
    mark = _LINE[source.language]
    opening, closing = _BLOCK.get(source.language, ("", ""))
    inside = False
    count = 0
    for line in (line.strip() for line in source.text.splitlines()):
        if inside:
            count += bool(line)
            inside = closing not in line
        elif line.startswith(mark):
            count += 1
        elif opening and line.startswith(opening):
            count += 1
            inside = closing not in line[len(opening) :]
    return count
