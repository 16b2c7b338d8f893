"""What an author who runs into YAML's grammar most likely meant, and how to write it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ruamel.yaml.error import MarkedYAMLError

from backwright.blueprint.flow_values import requoted
from backwright.diagnostics import Diagnostic, Origin

__all__ = ["Mistake", "explain"]

_PAIR = re.compile(r"""^(?P<head>[ ]*(?:- +)*[^\s'"{\[#&*!|>@%`][^:\n]*:[ ]+)(?P<rest>\S.*?)[ ]*$""")
_BRACKET_IN_FLOW = re.compile(r"expected ',' or '[}\]]'")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A diagnostic, and the line with its value quoted, where quoting it lets the reading go on.

    `inserted` are the columns of characters that the author did not write, `others` what is wrong with the same line.
    """

    diagnostic: Diagnostic
    line: int
    repaired: str | None
    inserted: tuple[int, ...] = ()
    others: tuple[Diagnostic, ...] = ()


def explain(error: MarkedYAMLError, lines: list[str], file: str) -> Mistake:
    """Say what is wrong in the author's terms."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Mistake(Diagnostic("blueprint/syntax", str(error.problem or error), Origin(file, 1, 1)), 0, None)
    line = min(mark.line, max(len(lines) - 1, 0))
    text = lines[line] if lines else ""
    origin = Origin(file, line + 1, mark.column + 1)
    indent = len(text) - len(text.lstrip(" \t"))
    if "\t" in text[:indent]:
        column = text.index("\t") + 1
        fixed = text[:indent].replace("\t", "  ") + text[indent:]
        return Mistake(
            Diagnostic(
                "blueprint/tab", "a tab is used for indentation", Origin(file, line + 1, column), "Indent with spaces."
            ),
            line,
            fixed,
        )
    code, message, advice = _reason(error, text)
    if message == _UNCLOSED and error.context_mark is not None:
        line = error.context_mark.line
        origin = Origin(file, line + 1, error.context_mark.column + 1)
    diagnostic = Diagnostic(code, message, origin, advice)
    if code != "blueprint/quote":
        return Mistake(diagnostic, line, None)
    match = _PAIR.match(text)
    flow = requoted(text, match.start("rest")) if match and match["rest"].startswith(("{", "[")) else None
    if flow is None:
        return Mistake(diagnostic, line, _quoted(text))
    others = tuple(
        replace(diagnostic, origin=Origin(file, line + 1, start + 1))
        for start, end in flow.values
        if not start < origin.column <= end + 1
    )
    return Mistake(diagnostic, line, flow.text, flow.inserted, others)


def _quoted(text: str) -> str | None:
    match = _PAIR.match(text)
    if match is None or match["rest"].startswith(("{", "[")):
        return None
    return match["head"] + "'" + match["rest"].replace("'", "''") + "'"


def _reason(error: MarkedYAMLError, text: str) -> tuple[str, str, str]:
    problem = error.problem or "this is not YAML"
    match = _PAIR.match(text)
    rest = match["rest"] if match else ""
    if "mapping values are not allowed" in problem:
        if rest:
            return (
                "blueprint/quote",
                "YAML reads a ': ' inside a value as the start of another value",
                'Quote the whole value: "…".',
            )
        return "blueprint/indentation", "this line does not fit the indentation of the lines around it", _ALIGN
    if "stream end" in problem or "end of stream" in problem:
        return "blueprint/syntax", _UNCLOSED, "Close it."
    if _BRACKET_IN_FLOW.search(problem) and _outlasts(error, match):
        return "blueprint/syntax", _UNCLOSED, "Close it."
    if _BRACKET_IN_FLOW.search(problem):
        return (
            "blueprint/quote",
            "inside a one-line { … } or [ … ], YAML ends a value at , [ ] { }",
            "Quote the value, or write each entry on a line of its own.",
        )
    if rest[:1] in ("'", '"') and "block end" in problem:
        return (
            "blueprint/quote",
            "YAML ends the value at the closing quote",
            'Quote the whole value: "…", with single quotes inside it.',
        )
    if rest[:1] in tuple("!@`%&*|>") and rest[:1]:
        return (
            "blueprint/quote",
            f"a value that begins with {rest[0]} means something else in YAML",
            'Quote the whole value: "…".',
        )
    if "block end" in problem or "block mapping start" in problem or "could not find expected ':'" in problem:
        if "expected ':'" in problem:
            return "blueprint/syntax", "this line is not of the form 'key: value'", "Write 'key: value'."
        return "blueprint/indentation", "this line does not fit the indentation of the lines around it", _ALIGN
    return (
        "blueprint/syntax",
        f"this is not YAML: {problem}",
        "Check brackets, quotes and indentation here and on the line above.",
    )


def _outlasts(error: MarkedYAMLError, entry: re.Match[str] | None) -> bool:
    """Whether a collection that began on a line above goes on into an entry that stands no deeper."""
    start = error.context_mark
    if start is None or error.problem_mark is None or entry is None or start.line == error.problem_mark.line:
        return False
    above = str(start.buffer or "").split("\n")[start.line] if start.buffer else ""
    return _indent(entry["head"]) <= _indent(above)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


_UNCLOSED = "a bracket or quote that is opened here is never closed"
_ALIGN = "Entries of one mapping begin in the same column."
