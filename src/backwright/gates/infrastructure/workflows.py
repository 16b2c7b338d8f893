"""From a change to a release: workflows that give nobody more than they need, and scripts that stop at a failure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from backwright.gates.findings import tail
from backwright.gates.infrastructure.tools import Work
from backwright.gates.infrastructure.yaml import Document, documents, members

__all__ = ["scripts", "workflows"]

_WORKFLOWS, _SCRIPTS = ".github/workflows", "infrastructure"
_PINNED = re.compile(r"(\./.*|docker://.+@sha256:[0-9a-f]{64}|[\w.-]+/[\w./-]+@[0-9a-f]{40})")
_CALLED = re.compile(r"\bsh\s+\"?(infrastructure/[\w./$-]+)")
_STOPS = re.compile(r"^set -eu(o pipefail)?$", re.MULTILINE)


def workflows(work: Work) -> None:
    """Every workflow, by our own rules and by actionlint and zizmor where they are."""
    paths = sorted((work.system.folder / _WORKFLOWS).glob("*.y*ml"))
    _check(work, bool(paths), f"{_WORKFLOWS} has no workflow")
    names = [path.relative_to(work.system.folder).as_posix() for path in paths]
    for name, path in zip(names, paths, strict=True):
        for document in documents(work, path.read_text(encoding="utf-8"), name, "gate/infrastructure-pipeline"):
            _workflow(work, name, document)
    if not names:
        return
    if work.has("actionlint"):
        done = work.call("actionlint", "-no-color", *names)
        _check(work, done.code == 0, f"actionlint:\n{tail(done.output)}")
    if work.has("zizmor"):
        done = work.call("zizmor", "--offline", "--quiet", "--no-config", "--min-severity", "medium", *names)
        _check(work, done.code == 0, f"zizmor:\n{tail(done.output, 20)}")


def scripts(work: Work) -> None:
    """Every script: read by the shell, and by shellcheck where it is."""
    found = sorted((work.system.folder / _SCRIPTS).glob("*/*.sh"))
    _check(work, bool(found), f"{_SCRIPTS} has no script")
    for path in found:
        name, text = path.relative_to(work.system.folder).as_posix(), path.read_text(encoding="utf-8")
        sourced = not text.startswith("#!")
        _check(work, sourced or bool(_STOPS.search(text)), f"{name} goes on after a command that failed: no `set -eu`")
        done = work.call("sh", "-n", name)
        _check(work, done.code == 0, f"{name} cannot be read by a shell:\n{tail(done.output)}")
    if found and work.has("shellcheck"):
        done = work.call("shellcheck", "--external-sources", *(str(path) for path in found))
        _check(work, done.code == 0, f"shellcheck:\n{tail(done.output, 20)}")


def _check(work: Work, holds: bool, message: str) -> None:
    work.findings.check(holds, "gate/infrastructure-pipeline", message)


def _workflow(work: Work, name: str, document: Document) -> None:
    _check(work, document.get("permissions") == {}, f"{name} gives rights to every job: `permissions: {{}}` is missing")
    jobs = members(document, "jobs")
    _check(work, bool(jobs), f"{name} has no job")
    for title, job in jobs.items():
        rights, where = members(job).get("permissions"), f"{name}, job {title}"
        _check(work, isinstance(rights, dict), f"{where}: its rights are not listed one by one")
        _check(work, "uses" in members(job) or "timeout-minutes" in members(job), f"{where}: it may run for ever")
        for action in _values(job, "uses"):
            _check(work, bool(_PINNED.fullmatch(action)), f"{where}: {action} may change under its name; use a digest")
        for command in _values(job, "run"):
            _check(work, "${{" not in command, f"{where}: an expression is pasted into a script; use `env`:\n{command}")
            for script in _CALLED.findall(command):
                for path in _paths(script, members(job)):
                    there = (work.system.folder / path).is_file()
                    _check(work, there, f"{where}: {path} is not there")


def _values(job: object, key: str) -> Iterator[str]:
    """Of the job itself and of each step."""
    steps = members(job).get("steps")
    for each in (job, *(steps if isinstance(steps, list) else ())):
        value = members(each).get(key)
        if isinstance(value, str):
            yield value


def _paths(script: str, job: Document) -> list[str]:
    """A script that the matrix names is every one that it may name."""
    if "$SCRIPT" not in script:
        return [script]
    named = members(job, "strategy", "matrix").get("script")
    return [script.replace("$SCRIPT", str(each)) for each in named] if isinstance(named, list) else [json.dumps(named)]
