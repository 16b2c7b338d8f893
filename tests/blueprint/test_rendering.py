from __future__ import annotations

import json

from backwright.diagnostics import Diagnostic, Origin, render_json, render_terminal, summary_line

PROBLEM = Diagnostic("type/unknown", "there is no type 'strng'", Origin("b.yaml", 2, 4), "Did you mean 'string'?")
SOURCES = {"b.yaml": "a:\n  x: strng\n日本: x\n"}


def test_a_person_sees_place_line_caret_reason_and_help() -> None:
    assert render_terminal([PROBLEM], SOURCES) == (
        "b.yaml:2:4: error[type/unknown]: there is no type 'strng'\n"
        "  2 |   x: strng\n"
        "    |    ^\n"
        "  help: Did you mean 'string'?\n"
    )


def test_colour_is_only_where_it_is_asked_for() -> None:
    assert "\x1b[" not in render_terminal([PROBLEM], SOURCES)
    assert "\x1b[1;31merror[type/unknown]\x1b[0m" in render_terminal([PROBLEM], SOURCES, colour=True)


def test_wide_characters_move_the_caret() -> None:
    shown = render_terminal([Diagnostic("a/b", "m", Origin("b.yaml", 3, 3))], SOURCES)
    assert shown.split("\n")[2] == "    | " + "    " + "^"


def test_a_file_cannot_steer_the_terminal() -> None:
    shown = render_terminal([Diagnostic("a/b", "bad \x1b[2J", Origin("c", 1, 1))], {"c": "x\x1b]0;t\x07\u202e"})
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_places_that_are_not_in_a_file() -> None:
    assert render_terminal([Diagnostic("a/b", "m", Origin(source="S3"))], {}) == "S3: error[a/b]: m\n"
    assert render_terminal([Diagnostic("a/b", "m", Origin("x", 9, 9))], {"x": "one"}) == "x:9:9: error[a/b]: m\n"
    assert render_terminal([], {}) == ""


def test_programs_get_json() -> None:
    read = json.loads(render_json([PROBLEM]))
    assert read[0]["code"] == "type/unknown"
    assert (read[0]["file"], read[0]["line"], read[0]["column"]) == ("b.yaml", 2, 4)
    assert read[0]["page"] == "docs/problems/type/unknown.md"


def test_a_summary_counts_by_severity() -> None:
    warning = Diagnostic("a/b", "m", Origin(), severity="warning")
    assert summary_line([PROBLEM, PROBLEM, warning]) == "2 errors, 1 warning"
    assert summary_line([]) == "no problems"
