"""Diagnostics for a person at a terminal: place, code, the line with a caret, reason, help."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from backwright.diagnostics.model import Diagnostic, Origin, Severity

__all__ = ["render_terminal", "summary_line"]

_COLOURS: Mapping[Severity, str] = MappingProxyType({"error": "31", "warning": "33", "note": "36"})
_WIDEST = 160


def render_terminal(found: Iterable[Diagnostic], sources: Mapping[str, str], colour: bool = False) -> str:
    """All diagnostics as text; `sources` are the texts of the files they point into, `colour` is for a terminal."""
    blocks = [_block(problem, sources, colour) for problem in found]
    return "\n\n".join(blocks) + ("\n" if blocks else "")


def summary_line(found: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or `no problems`."""
    counts: dict[Severity, int] = {"error": 0, "warning": 0, "note": 0}
    for problem in found:
        counts[problem.severity] += 1
    parts = [f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts.items() if count]
    return ", ".join(parts) or "no problems"


def _block(problem: Diagnostic, sources: Mapping[str, str], colour: bool) -> str:
    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colour else text

    head = paint(f"{problem.severity}[{problem.code}]", f"1;{_COLOURS[problem.severity]}")
    place = _place(problem.origin)
    first, *more = problem.message.split("\n")
    lines = [f"{place}: {head}: {_safe(first)}" if place else f"{head}: {_safe(first)}"]
    lines += [f"  {_safe(line)}".rstrip() for line in more]
    lines += _excerpt(problem.origin, sources, lambda text: paint(text, _COLOURS[problem.severity]))
    if problem.help:
        lines.append(f"  {paint('help:', '1')} {_safe(problem.help)}")
    return "\n".join(lines)


def _place(origin: Origin) -> str:
    if not origin.file:
        return origin.source
    if not origin.line:
        return origin.file
    return f"{origin.file}:{origin.line}:{max(origin.column, 1)}"


def _excerpt(origin: Origin, sources: Mapping[str, str], paint: Callable[[str], str]) -> list[str]:
    if not sources.get(origin.file):
        return []
    lines = sources[origin.file].removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not 0 < origin.line <= len(lines):
        return []
    column = max(origin.column, 1) - 1
    start = max(0, column - _WIDEST // 2) if len(lines[origin.line - 1]) > _WIDEST else 0
    shown = lines[origin.line - 1][start : start + _WIDEST]
    number = str(origin.line)
    gap = "".join(_blank(character) for character in shown[: column - start])
    gap += " " * max(0, column - start - len(shown))
    return [f"  {number} | {_safe(shown)}", f"  {' ' * len(number)} | {gap}{paint('^')}"]


def _blank(character: str) -> str:
    """As many columns as the character takes on a terminal."""
    if unicodedata.combining(character):
        return ""
    return "  " if unicodedata.east_asian_width(character) in "WF" else " "


def _safe(text: str) -> str:
    """Text without control characters: a file must not steer the reader's terminal."""
    return "".join(" " if unicodedata.category(character) in ("Cc", "Cf") else character for character in text)
