"""Every diagnostic code has one page, `docs/problems/<area>/<slug>.md`, and every page has its code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, SOURCE, own_files, own_python, refuse, text, tree

# Set this to True when every page is written: from then on a missing page is a failure.
PAGES_ARE_COMPLETE = True

PAGES = ROOT / "docs" / "problems"
CODE = re.compile(r"[a-z][a-z-]*/[a-z][a-z0-9-]*")
CODE_IN_SHELL = re.compile(rf"error\[({CODE.pattern})\]")
MEDIA_TYPES = ("application/", "audio/", "font/", "image/", "multipart/", "text/", "video/")


@pytest.mark.xfail(not PAGES_ARE_COMPLETE, reason="the pages are being written: see PAGES_ARE_COMPLETE", strict=False)
def test_every_code_has_a_page() -> None:
    missing = sorted(code for code in _codes() if not _page(code).is_file())
    refuse(missing)


def test_every_page_has_a_code() -> None:
    codes = _codes()
    assert codes
    pages = [file for file in own_files() if file.is_relative_to(PAGES) and file.name != "README.md"]
    refuse([str(page.relative_to(PAGES)) for page in pages if _code(page) not in codes])


def test_every_page_is_headed_by_its_code() -> None:
    pages = [file for file in own_files() if file.is_relative_to(PAGES) and file.name != "README.md"]
    refuse([str(page.relative_to(PAGES)) for page in pages if _code(page) not in text(page).partition("\n")[0]])


def _page(code: str) -> Path:
    return PAGES / f"{code}.md"


def _code(page: Path) -> str:
    return page.relative_to(PAGES).with_suffix("").as_posix()


def _codes() -> set[str]:
    in_python = {code for file in own_python(SOURCE) for code in _codes_in(tree(file))}
    in_shell = {code for file in own_files() if file.suffix == ".sh" for code in CODE_IN_SHELL.findall(text(file))}
    return in_python | in_shell


def _codes_in(module: ast.Module) -> set[str]:
    """Strings of a code's form that are handed over: as an argument, or as an entry of a table."""
    handed: list[ast.expr | None] = []
    for node in ast.walk(module):
        match node:
            case ast.Call():
                handed += [*node.args, *(keyword.value for keyword in node.keywords)]
            case ast.Dict():
                handed += node.values
            case ast.Tuple() | ast.List():
                handed += node.elts
            case ast.IfExp():
                handed += [node.body, node.orelse]
    values = [node.value for node in handed if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {value for value in values if CODE.fullmatch(value) and not value.startswith(MEDIA_TYPES)}
