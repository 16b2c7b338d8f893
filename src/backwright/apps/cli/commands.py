"""What each command calls, and what it prints."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from backwright.apps.cli import show
from backwright.apps.cli.progress import Progress
from backwright.chain.create import Source, create, from_blueprint, from_brief
from backwright.chain.events import silent
from backwright.chain.explain import explanation, read_brief_record, stack_of
from backwright.chain.generate import stacks
from backwright.chain.project import Invalid, Project, open_project
from backwright.chain.serve import served
from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.verify import QUICK, gate_names, report_of, verify
from backwright.diagnostics import Diagnostic, render_terminal, summary_line, to_json
from backwright.lowering.database import application_name

__all__ = ["run"]

FINE, FAILED, WRONG = 0, 1, 2
_LARGEST_BRIEF = 1_000_000


def run(options: argparse.Namespace) -> int:
    """Runs the command; mistakes of the user become diagnostics and exit code 2."""
    commands = {"new": _new, "check": _check, "run": _run, "verify": _verify, "explain": _explain}
    try:
        return commands[options.command](options)
    except Invalid as invalid:
        return _refuse(options, invalid.diagnostics, invalid.sources)
    except ToolchainError as error:
        return _refuse(options, (error.diagnostic,), {})


def _refuse(options: argparse.Namespace, diagnostics: tuple[Diagnostic, ...], sources: dict[str, str]) -> int:
    if options.json:
        print(json.dumps({"diagnostics": [to_json(each) for each in diagnostics]}, indent=2))
    else:
        print(
            render_terminal(diagnostics, sources, colour=sys.stderr.isatty() and "NO_COLOR" not in os.environ),
            file=sys.stderr,
        )
        if len(diagnostics) > 1:
            print(summary_line(diagnostics), file=sys.stderr)
    return WRONG


def _new(options: argparse.Namespace) -> int:
    source = _source(options)
    stack = options.stack or "express"
    if stack not in stacks():
        raise toolchain_error(
            "input/unknown-stack", f"there is no stack '{stack}'", f"The stacks are {', '.join(stacks())}."
        )
    out = options.out or Path(application_name(source.plan).replace("_", "-"))
    project = create(source, stack, out)
    listener = silent if options.json else Progress(sys.stderr)
    if not options.json:
        print(show.understood(source, out, stack), file=sys.stderr)
    results = () if options.no_verify else verify(project, [name for name in QUICK if name in gate_names()], listener)
    password = project.secrets().password
    if options.json:
        gates = [report_of(result) for result in results]
        logins = [{"role": each.role, "login": each.login} for each in project.contract.logins]
        document = {
            "folder": str(out),
            "stack": stack,
            "gates": gates,
            "logins": logins,
            "run": show.command("run", out),
        }
        print(json.dumps(document, indent=2))
    else:
        print(show.finished(project, results, password))
    return FAILED if any(result.status == "failed" for result in results) else FINE


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
        data = sys.stdin.buffer.read(_LARGEST_BRIEF + 1) if str(path) == "-" else path.read_bytes()
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


def _check(options: argparse.Namespace) -> int:
    source = from_blueprint(options.file)
    if options.json:
        print(json.dumps({"diagnostics": [to_json(each) for each in source.warnings]}, indent=2))
        return FINE
    if source.warnings:
        print(render_terminal(source.warnings, {str(options.file): source.blueprint}))
    print(show.checked(options.file, source.plan))
    return FINE


def _run(options: argparse.Namespace) -> int:
    project = open_project(options.folder)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _interrupt(stopped))
    listener = silent if options.json else Progress(sys.stderr)
    with served(project, options.port, listener) as running:
        if options.json:
            logins = [{"role": each.role, "login": each.login, "password": running.password} for each in running.logins]
            print(json.dumps({"url": running.server.url, "logins": logins}), flush=True)
        else:
            print(show.running(project, running), flush=True)
        while not stopped.is_set() and running.server.process.poll() is None:
            stopped.wait(0.2)
        if not stopped.is_set():
            raise toolchain_error(
                "run/server-ended",
                f"the server ended by itself:\n{running.server.process.tail()}",
                "See its log above.",
            )
    return FINE


def _interrupt(stopped: threading.Event) -> None:
    if stopped.is_set():
        return
    stopped.set()
    raise KeyboardInterrupt


def _verify(options: argparse.Namespace) -> int:
    project = open_project(options.folder)
    results = verify(project, options.gate, silent if options.json else Progress(sys.stderr))
    if options.json:
        print((project.folder / "verification.json").read_text(encoding="utf-8"), end="")
    else:
        print(show.gate_table(results))
    return FAILED if any(result.status == "failed" for result in results) else FINE


def _explain(options: argparse.Namespace) -> int:
    path: Path = options.path
    if path.is_dir():
        project: Project = open_project(path)
        source = Source(project.blueprint, project.plan, ())
        document = explanation(source, stack_of(path), read_brief_record(path))
    elif path.suffix in (".yaml", ".yml"):
        source = from_blueprint(path)
        document = explanation(source, None, show.brief_record(source))
    else:
        source = from_brief(_text(path))
        document = explanation(source, None, show.brief_record(source))
    print(json.dumps(document, indent=2, ensure_ascii=False) if options.json else show.explained(document))
    return FINE
