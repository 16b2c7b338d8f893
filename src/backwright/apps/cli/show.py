"""What commands print for people."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from backwright.apps.cli.arguments import DEFAULT_PORT

if TYPE_CHECKING:
    from backwright.chain.choice import Choice
    from backwright.chain.create import Source
    from backwright.chain.project import Project
    from backwright.chain.serve import Running
    from backwright.chain.verify import Verification
    from backwright.diagnostics.evidence import GateResult
    from backwright.plan.model import Plan

__all__ = ["checked", "command", "explained", "finished", "gate_table", "left", "running", "understood", "verified"]

_SHOWN_FAILURES = 5


def checked(file: Path, plan: Plan) -> str:
    """One line for a blueprint without a mistake."""
    moves = sum(len(entity.lifecycle.transitions) for entity in plan.entities if entity.lifecycle)
    return f"{file}: no mistakes; {len(plan.entities)} entities, {len(plan.operations)} operations, {moves} transitions"


def understood(source: Source, out: Path, choice: Choice) -> str:
    """What was made of the input."""
    plan = source.plan
    lines = [f"{plan.name}: {choice.stack} backend in {out} ({choice.reason})"]
    lines.append(f"  entities    {', '.join(entity.name for entity in plan.entities)}")
    if plan.identity:
        lines.append(f"  roles       {', '.join(plan.identity.roles)}")
    if plan.operations:
        lines.append(f"  operations  {', '.join(operation.name for operation in plan.operations)}")
    if source.reading:
        lines += _reading(source)
    return "\n".join(lines)


def _reading(source: Source) -> list[str]:
    assert source.reading is not None
    reading = source.reading
    counts = {
        status: sum(each.status == status for each in reading.statements)
        for status in ("used", "partly used", "set aside", "not understood")
    }
    said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    lines = [f"  statements  {said}; {len(reading.assumptions)} assumptions (`explain` lists them)"]
    lines += [f"  not understood: {each.text}" for each in reading.statements if each.status == "not understood"]
    return lines + [f"  question: {question}" for question in reading.questions[:3]]


def gate_table(results: Sequence[GateResult]) -> str:
    """What was tested, and how much."""
    if not results:
        return "No gate was run."
    rows: list[tuple[str, ...]] = [("gate", "verdict", "count", "unit", "seconds")]
    rows += [(each.name, each.status, str(each.count), each.unit, f"{each.seconds:.1f}") for each in results]
    lines = _table(rows)
    for each in results:
        if each.status == "not_run":
            lines.append(f"{each.name} was not run: {each.reason}")
        lines += _failures(each)
    return "\n".join(lines)


def verified(found: Verification) -> str:
    """What was tested now, and what is kept of earlier calls."""
    lines = [gate_table(found.ran)]
    known = [each for each in found.kept if each["status"] != "not_run"]
    if known:
        rows: list[tuple[str, ...]] = [("gate", "verdict", "count", "unit", "measured at")]
        rows += [tuple(str(each[key]) for key in ("name", "status", "count", "unit", "started")) for each in known]
        lines += ["", "Earlier, on the same files:", *_table(rows)]
    unknown = [str(each["name"]) for each in found.kept if each["status"] == "not_run"]
    if unknown:
        lines += ["", f"Not run on these files: {', '.join(unknown)} (verification.json says why)"]
    return "\n".join(lines)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _failures(result: GateResult) -> list[str]:
    lines = []
    for failure in result.failures[:_SHOWN_FAILURES]:
        lines.append(f"{result.name}: {failure.code}: {failure.message}")
        if failure.help:
            lines.append(f"  {failure.help}")
    if len(result.failures) > _SHOWN_FAILURES:
        lines.append(f"{result.name}: {len(result.failures) - _SHOWN_FAILURES} more in verification.json")
    return lines


def command(name: str, folder: Path) -> str:
    """A call as it can be typed where this one was."""
    return f"{shlex.quote(os.environ.get('BACKWRIGHT_COMMAND', './backwright'))} {name} {shlex.quote(str(folder))}"


def left(out: Path, written: bool) -> str:
    """What there is after `new` was cut short, and which command continues."""
    if not written:
        return "Nothing was written."
    return f"The backend is whole in {out}; not every gate has run.\nContinue:  {command('verify', out)}"


def finished(project: Project, results: Sequence[GateResult], password: str) -> str:
    """The last words of `new`."""
    lines = [gate_table(results), "", f"Start it:  {command('run', project.folder)}"]
    lines.append(
        f"Then:      http://127.0.0.1:{DEFAULT_PORT}/v1 (contract: {project.folder / project.contract.openapi})"
    )
    return "\n".join([*lines, *_logins(project, password)])


def _logins(project: Project, password: str) -> list[str]:
    return [f"Login:     {each.login} / {password}  ({each.role})" for each in project.contract.logins]


def running(project: Project, started: Running) -> str:
    """What a developer needs once the server answers."""
    lines = [f"{project.plan.name} answers at {started.server.url}/v1"]
    lines += _logins(project, started.password)
    return "\n".join([*lines, f"Log:       {started.server.process.log}", "Ctrl-C ends it."])


def _lost(statement: dict[str, object]) -> str:
    """The words of a statement that are in no element."""
    words = statement.get("lost")
    return f"; lost: {', '.join(map(str, words))}" if isinstance(words, list) and words else ""


def explained(document: dict[str, object]) -> str:
    """The explanation as text."""
    lines = [f"{document['app']}"]
    for entity in _dicts(document, "entities"):
        lines.append(f"\n{entity['name']}  <- {entity['origin']}")
        lines += [f"  {field['name']}: {field['type']}  <- {field['origin']}" for field in _dicts(entity, "fields")]
        lines += [
            f"  {each['name']} -> {each['to']} ({each['kind']})  <- {each['origin']}"
            for each in _dicts(entity, "relations")
        ]
        states = entity["states"]
        if isinstance(states, list) and states:
            lines.append(f"  states: {' -> '.join(map(str, states))}")
    lines.append("\nOperations")
    for each in _dicts(document, "operations"):
        roles = each["roles"]
        assert isinstance(roles, list)
        lines.append(f"  {each['name']}: {each['route']} ({', '.join(map(str, roles))})  <- {each['origin']}")
    for title, key, text in (
        ("Statements", "statements", "{id} [{status}] {text}{lost}"),
        ("Assumptions", "assumptions", "{id} {text} ({pack}, {confidence}); off: {off}"),
    ):
        if document[key]:
            lines.append(f"\n{title}")
            lines += ["  " + text.format_map({**each, "lost": _lost(each)}) for each in _dicts(document, key)]
    questions = document["questions"]
    if isinstance(questions, list) and questions:
        lines.append("\nQuestions")
        lines += [f"  {question}" for question in questions]
    return "\n".join(lines)


def _dicts(document: dict[str, object], key: str) -> list[dict[str, object]]:
    found = document[key]
    assert isinstance(found, list)
    return found
