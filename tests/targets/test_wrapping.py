"""Lines broken as the formatter of the generated project breaks them."""

from __future__ import annotations

import pytest

from backwright.targets.express.layout import wrapped
from backwright.targets.express.text import LINE

NAME = "n" * 60
SAME = (
    f"'{NAME}{NAME}{NAME}{NAME}',",
    f"  // [{NAME}, {NAME}, {NAME}]",
    f"const a = `\n  f({NAME}, {NAME}, {NAME})\n`;",
    f"const a = f({{ {NAME}: 1 }});",
)


@pytest.mark.parametrize("source", SAME)
def test_what_fits_or_cannot_be_broken_stays(source: str) -> None:
    assert wrapped(source) == source


def test_a_list_stands_one_member_a_line() -> None:
    assert (
        wrapped(f"const a: T[] = [{NAME}, {NAME}, {NAME}];") == f"const a: T[] = [\n  {NAME},\n  {NAME},\n  {NAME},\n];"
    )


def test_the_last_object_of_a_call_is_broken_and_brackets_in_quotes_do_not_count() -> None:
    line = f"  const a = await send('P(', `/v1/${{{NAME}}}`, {{ as: caller, body: {{ b: '{NAME},}}' }} }});"
    assert len(line) > LINE
    assert wrapped(line).split("\n") == [
        f"  const a = await send('P(', `/v1/${{{NAME}}}`, {{",
        "    as: caller,",
        f"    body: {{ b: '{NAME},}}' }},",
        "  });",
    ]


def test_a_member_that_is_still_too_long_is_broken_again() -> None:
    parts = wrapped(f"a: {{ b: [{NAME}, {NAME}, {NAME}], c: 1 }},").split("\n")
    assert parts == ["a: {", "  b: [", f"    {NAME},", f"    {NAME},", f"    {NAME},", "  ],", "  c: 1,", "},"]


def test_a_call_without_object_gets_one_argument_a_line() -> None:
    assert wrapped(f"f({NAME}, {NAME}, {NAME});") == f"f(\n  {NAME},\n  {NAME},\n  {NAME},\n);"


@pytest.mark.parametrize(
    ("line", "laid_out"),
    [
        ("  a: text(1, 9, /^a+b$/u).nullable().optional(),", "  a: text(1, 9, /^a+b$/u).nullable().optional(),"),
        (
            "  a: text(1, 9, /^[a,'({]+$/u).nullable().optional(),",
            "  a: text(1, 9, /^[a,'({]+$/u)\n    .nullable()\n    .optional(),",
        ),
        (
            f"  a: text(1, 9, /^{'[a-z]' * 30}$/u).nullable(),",
            f"  a: text(\n    1,\n    9,\n    /^{'[a-z]' * 30}$/u,\n  ).nullable(),",
        ),
        ("  a: text(1, 9, /^[a-z]+$/u).nullable(),", "  a: text(1, 9, /^[a-z]+$/u).nullable(),"),
    ],
)
def test_calls_in_a_row_stand_one_a_line_beside_a_pattern(line: str, laid_out: str) -> None:
    assert wrapped(line) == laid_out
