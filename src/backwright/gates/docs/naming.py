"""Everything that pages name is there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from contextlib import closing

from backwright.gates.docs.diagrams import read_diagram
from backwright.gates.docs.known import RULES, Known
from backwright.gates.docs.pages import Page, Row
from backwright.gates.docs.reading import Reading
from backwright.gates.promql import named
from backwright.gates.wire import Connection

__all__ = ["resolve"]

_ROUTE = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE) (/\S*)")
_TABLE = re.compile(r"(?:app|internal|public)\.\w+(?:\.\w+)?")
_VARIABLE = re.compile(r"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=\S*)?")
_FILE = re.compile(r"([\w.-]+)/[\w./-]*")
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:")


def resolve(reading: Reading) -> None:
    """Links, words of code, tables, queries, and whether the pages leave something out."""
    known = Known(reading)
    _prove(reading, known)
    anchors = {page.path: page.anchors for page in reading.pages}
    for runbook in known.runbooks:
        _link(reading, known, (RULES, "", runbook), anchors)
    for page in reading.pages:
        for place, target in page.links:
            _link(reading, known, (place, page.path, target), anchors)
        for place, word in page.words:
            _word(reading, known, place, word)
        for row in page.rows:
            _row(reading, known, row)
        for block in page.blocks:
            if block.language == "mermaid":
                read_diagram(reading, known, block)
            for line in block.text.splitlines() if block.language == "promql" else ():
                unknown = sorted(named(line).metrics - known.metrics)
                reading.findings.check(
                    not unknown, "gate/docs-name", f"{block.place}: {', '.join(unknown)}: no metric of the server"
                )
    _complete(reading, known)


def _prove(reading: Reading, known: Known) -> None:
    """Without these, nothing could be looked up."""
    for what, found in (("table", known.columns), ("route", known.routes), ("metric", known.metrics)):
        reading.findings.check(bool(found), "gate/docs-name", f"no {what} is known, so none can be looked up")


def _link(reading: Reading, known: Known, link: tuple[str, str, str], anchors: dict[str, frozenset[str]]) -> None:
    place, page, target = link
    if _OUTSIDE.match(target):
        return
    path, _, anchor = target.partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    there = known.is_file(file) and (not anchor or anchor in anchors.get(file, frozenset()))
    reading.findings.check(there, "gate/docs-link", f"{place}: {target} leads nowhere")


def _word(reading: Reading, known: Known, place: str, word: str) -> None:
    route, variable, file = _ROUTE.fullmatch(word), _VARIABLE.fullmatch(word), _FILE.fullmatch(word)
    if route:
        there = known.is_route(word) or _answers(reading, route[1], route[2])
        reading.findings.check(there, "gate/docs-name", f"{place}: `{word}` is no route")
    elif _TABLE.fullmatch(word):
        _table(reading, known, place, word)
    elif variable:
        there = variable[1] in known.variables | known.outside
        reading.findings.check(there, "gate/docs-name", f"{place}: `{variable[1]}` is a variable that nobody reads")
    elif file and file[1] in known.folders:
        reading.findings.check(known.is_file(word), "gate/docs-name", f"{place}: `{word}` is not in the project")


def _answers(reading: Reading, method: str, target: str) -> bool:
    """What stands beside the contract is asked of the server: health, the mailbox, the socket, its metrics."""
    if target == "/metrics":
        return bool(reading.metrics)
    path = target.partition("?")[0]
    if not path.isascii() or "{" in path:
        return False
    with closing(Connection(reading.url, base="")) as connection:
        return connection.call(method, path).status not in (404, 405)


def _table(reading: Reading, known: Known, place: str, word: str) -> None:
    parts = word.split(".")
    name = ".".join(parts[:2])
    there = name in known.objects or known.is_said(name)
    if name in known.columns:
        there = len(parts) == 2 or parts[2] in known.columns[name]
    reading.findings.check(there, "gate/docs-name", f"{place}: `{word}` is not in the database")


def _row(reading: Reading, known: Known, row: Row) -> None:
    tables: dict[str, tuple[Callable[[str], bool], str]] = {
        "code": (lambda word: known.is_said(word) or word.isdigit(), "an error code that the sources have"),
        "event": (known.is_said, "an event that the sources have"),
        "metric": (lambda word: word in known.metrics, "a metric of the server"),
        "alert": (lambda word: word in known.alerts, "an alert of the rules"),
        "index": (lambda word: word in known.objects, "an index"),
        "constraint": (lambda word: word in known.objects, "a constraint"),
        "channel": (lambda word: word in known.channels, "a channel of the contract"),
        "gate": (lambda word: word in known.gates, "a gate"),
        "column": (lambda word: word in known.columns.get(row.heading.strip("`"), ()), f"a column of {row.heading}"),
    }
    if row.head in tables:
        holds, what = tables[row.head]
        for word in row.names:
            reading.findings.check(holds(word), "gate/docs-name", f"{row.place}: `{word}` is not {what}")
    if row.head in ("ASVS", "quality", "threat"):
        _shown(reading, known, row)
    if row.head == "method":
        path = row.cells[1].strip("`")
        _word(reading, known, row.place, f"{row.cells[0]} {path}")


def _shown(reading: Reading, known: Known, row: Row) -> None:
    """A claim names the gate that shows it, and that gate's word for the check or a file of the project."""
    gate, checks = row.cells[-2].strip("`"), re.findall(r"`([^`]+)`", row.cells[-1])
    reading.findings.check(gate in known.gates, "gate/docs-name", f"{row.place}: `{gate}` is not a gate")
    for check in checks:
        there = known.is_check(gate, check) or (check.partition("/")[0] in known.folders and known.is_file(check))
        reading.findings.check(there, "gate/docs-name", f"{row.place}: the gate `{gate}` has no check `{check}`")


def _complete(reading: Reading, known: Known) -> None:
    """What a reader would look for and not find."""
    by_path = {page.path: page for page in reading.pages}
    told = {
        re.sub(r"\{\w+\}", "{}", f"{row.cells[0]} {row.cells[1].strip('`')}")
        for row in _rows(by_path.get("README.md"), "method")
    }
    shown = {
        "route": known.routes - told,
        "variable": known.variables - _told(by_path.get("documentation/configuration.md"), "name"),
        "metric": _families(known) - _told(by_path.get("documentation/monitoring.md"), "metric"),
        "alert": known.alerts - _told(by_path.get("documentation/runbooks/alerts.md"), "alert"),
        "column": _undescribed(known, by_path.get("documentation/database.md")),
    }
    for what, missing in shown.items():
        listed = ", ".join(sorted(missing)[:5])
        reading.findings.check(not missing, "gate/docs-missing", f"no page tells of the {what} {listed}")


def _rows(page: Page | None, head: str) -> tuple[Row, ...]:
    return tuple(row for row in page.rows if row.head == head) if page else ()


def _told(page: Page | None, head: str) -> set[str]:
    return {name for row in _rows(page, head) for name in row.names}


def _families(known: Known) -> set[str]:
    return {name for name in known.metrics if not re.search(r"_(?:bucket|count|sum)$", name) or name == "socket_count"}


def _undescribed(known: Known, page: Page | None) -> set[str]:
    described = {(row.heading.strip("`"), name) for row in _rows(page, "column") for name in row.names}
    own = {name: columns for name, columns in known.columns.items() if name.startswith("app.")}
    return {f"{name}.{each}" for name, columns in own.items() for each in columns if (name, each) not in described}
