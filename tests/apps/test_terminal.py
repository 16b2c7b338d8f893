"""Diagnostics as a person sees them."""

from __future__ import annotations

from backwright.diagnostics import Diagnostic, render_terminal
from backwright.diagnostics.model import Origin


def test_a_message_of_several_lines_keeps_them_and_cannot_steer_the_terminal() -> None:
    problem = Diagnostic("project/build-failed", "it failed:\na.ts(1,2): no\x1b[31m\n\nb.ts", Origin(), "Mend it.")
    assert render_terminal([problem], {}) == (
        "error[project/build-failed]: it failed:\n  a.ts(1,2): no [31m\n\n  b.ts\n  help: Mend it.\n"
    )


def test_there_is_no_excerpt_of_a_text_that_is_not_known() -> None:
    problem = Diagnostic("brief/language", "the brief is not in English", Origin(line=1, column=1), "Write English.")
    assert "|" not in render_terminal([problem], {"": ""})
