"""`new`, `check` and `explain`: what is understood of an input, and what is made of it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from backwright.apps.cli import show
from backwright.apps.cli.progress import Progress
from backwright.apps.cli.refusals import fail
from backwright.chain.choice import choose_stack
from backwright.chain.contract import CONTRACT
from backwright.chain.create import Source, brief_record, create, from_blueprint, from_brief
from backwright.chain.events import Listener, silent
from backwright.chain.explain import explanation, read_brief_record, stack_of
from backwright.chain.installed import QUICK, gate_names
from backwright.chain.project import Project, open_project
from backwright.chain.report import report_of
from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.verify import verify
from backwright.diagnostics import render_terminal, to_json
from backwright.diagnostics.evidence import GateResult
from backwright.lowering.database import application_name

__all__ = ["check", "explain", "new"]

FINE, FAILED = 0, 1
INTERRUPTED = 130
_LARGEST_BRIEF = 1_000_000


def new(options: argparse.Namespace) -> int:
    """Writes a project and verifies it."""
    source = _source(options)
    out = options.out or Path(application_name(source.plan).replace("_", "-"))
    there_before = (out / CONTRACT).exists()
    try:
        choice = choose_stack(source.plan, source.reading, options.stack)
        project = create(source, choice.stack, out, choice.reason)
        if not options.json:
            print(show.understood(source, out, choice), file=sys.stderr)
        results = _first_results(project, options)
    except KeyboardInterrupt:
        print(f"\nstopped. {show.left(out, (out / CONTRACT).exists() and not there_before)}", file=sys.stderr)
        return INTERRUPTED
    except (ToolchainError, OSError) as error:
        code = fail(options, error)
        if (out / CONTRACT).exists() and not there_before:
            print(show.left(out, written=True), file=sys.stderr)
        return code
    if options.json:
        logins = [{"role": each.role, "login": each.login} for each in project.contract.logins]
        gates = [report_of(result) for result in results]
        document: dict[str, object] = {"folder": str(out), "stack": choice.stack, "reason": choice.reason}
        document |= {"gates": gates, "logins": logins}
        print(json.dumps(document | {"run": show.command("run", out)}, indent=2))
    else:
        print(show.finished(project, results, project.secrets().password))
    return FAILED if any(result.status == "failed" for result in results) else FINE


def _first_results(project: Project, options: argparse.Namespace) -> tuple[GateResult, ...]:
    if options.no_verify:
        return ()
    listener: Listener = silent if options.json else Progress(sys.stderr)
    return verify(project, [name for name in QUICK if name in gate_names()], listener).ran


def _source(options: argparse.Namespace) -> Source:
    given = [name for name in ("text", "brief", "blueprint") if getattr(options, name) is not None]
    if len(given) != 1:
        reason = "there is nothing to build from" if not given else "a backend is built from one source"
        advice = 'Give a brief: backwright new "Build a REST API for …", or --brief FILE, or --blueprint FILE.'
        raise toolchain_error("input/one-source", reason, advice)
    if options.blueprint is not None:
        return from_blueprint(options.blueprint)
    return from_brief(options.text if options.text is not None else _text(options.brief))


def _text(path: Path) -> str:
    try:
        with sys.stdin.buffer if str(path) == "-" else path.open("rb") as file:
            data = file.read(_LARGEST_BRIEF + 1)
    except IsADirectoryError:
        raise toolchain_error(
            "input/is-a-folder", f"'{path}' is a folder", "Give the file with the brief inside it."
        ) from None
    except OSError as error:
        raise toolchain_error(
            "input/missing-file", f"'{path}' cannot be read: {error.strerror}", "Check the path."
        ) from error
    if len(data) > _LARGEST_BRIEF:
        raise toolchain_error("input/too-large", "a brief has at most 1 MB", "Say it shorter, or write a blueprint.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise toolchain_error("input/not-utf8", f"'{path}' is not UTF-8 text", "Save it as UTF-8.") from error


def check(options: argparse.Namespace) -> int:
    """Shows what is wrong with a blueprint."""
    source = from_blueprint(options.file)
    if options.json:
        print(json.dumps({"diagnostics": [to_json(each) for each in source.warnings]}, indent=2))
        return FINE
    if source.warnings:
        print(render_terminal(source.warnings, {str(options.file): source.blueprint}))
    print(show.checked(options.file, source.plan))
    return FINE


def explain(options: argparse.Namespace) -> int:
    """Shows where everything came from."""
    path: Path = options.path
    if path.is_dir():
        project: Project = open_project(path)
        source = Source(project.blueprint, project.plan, ())
        document = explanation(source, stack_of(path), read_brief_record(path))
    elif path.suffix in (".yaml", ".yml"):
        document = explanation(from_blueprint(path), None, brief_record(None))
    else:
        source = from_brief(_text(path))
        document = explanation(source, None, brief_record(source.reading))
    print(json.dumps(document, indent=2, ensure_ascii=False) if options.json else show.explained(document))
    return FINE
