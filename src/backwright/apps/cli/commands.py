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
from backwright.apps.cli.arguments import WrongCall
from backwright.apps.cli.interrupted import Interrupted
from backwright.apps.cli.progress import Progress
from backwright.chain.choice import choose_stack
from backwright.chain.contract import CONTRACT
from backwright.chain.create import Source, brief_record, create, from_blueprint, from_brief
from backwright.chain.events import Listener, silent
from backwright.chain.explain import explanation, read_brief_record, stack_of
from backwright.chain.project import Invalid, Project, open_project
from backwright.chain.report import report_of
from backwright.chain.serve import Running, served, watch
from backwright.chain.toolchain.failures import (
    ProjectFailure,
    ToolchainError,
    refused_by_system,
    toolchain_error,
)
from backwright.chain.verify import QUICK, gate_names, verify
from backwright.diagnostics import Diagnostic, render_terminal, summary_line, to_json
from backwright.diagnostics.evidence import GateResult
from backwright.lowering.database import application_name

__all__ = ["refuse_call", "run"]

FINE, FAILED, WRONG = 0, 1, 2
INTERRUPTED = 130
_LARGEST_BRIEF = 1_000_000


def run(options: argparse.Namespace) -> int:
    """Runs the command; mistakes of the user become diagnostics and exit code 2."""
    commands = {"new": _new, "check": _check, "run": _run, "verify": _verify, "review": _review, "explain": _explain}
    try:
        return commands[options.command](options)
    except Invalid as invalid:
        return _refuse(options, invalid.diagnostics, invalid.sources)
    except (ToolchainError, OSError) as error:
        return _fail(options, error)


def _fail(options: argparse.Namespace, error: ToolchainError | OSError) -> int:
    known = refused_by_system(error) if isinstance(error, OSError) else error
    if known is None:
        raise error
    _refuse(options, (known.diagnostic,), {})
    return FAILED if isinstance(known, ProjectFailure) else WRONG


def refuse_call(wrong: WrongCall) -> int:
    """A wrong call as JSON."""
    error = toolchain_error(wrong.code, wrong.message, wrong.help)
    return _refuse(argparse.Namespace(json=True), (error.diagnostic,), {})


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
        code = _fail(options, error)
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
    stopped, answers = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _interrupt(stopped))
    listener = silent if options.json else Progress(sys.stderr)
    try:
        with served(project, options.port, listener) as running:
            _say_where(project, running, as_json=options.json)
            answers.set()
            watch(running, stopped, Progress(sys.stderr))
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return FINE if answers.is_set() else INTERRUPTED
    except ProjectFailure as failure:
        # Once the server answered, standard output has its one JSON document.
        as_json = options.json and not answers.is_set()
        _refuse(argparse.Namespace(json=as_json), (failure.diagnostic,), {})
        return FAILED
    return FINE


def _say_where(project: Project, running: Running, *, as_json: bool) -> None:
    if not as_json:
        print(show.running(project, running), flush=True)
        return
    logins = [{"role": each.role, "login": each.login, "password": running.password} for each in running.logins]
    print(json.dumps({"url": running.server.url, "logins": logins}), flush=True)


def _interrupt(stopped: threading.Event) -> None:
    if stopped.is_set():
        return
    stopped.set()
    raise Interrupted


def _verify(options: argparse.Namespace) -> int:
    project = open_project(options.folder)
    found = verify(project, options.gate, silent if options.json else Progress(sys.stderr), full=options.full)
    print(json.dumps(found.document, indent=2) if options.json else show.verified(found))
    return FAILED if any(result.status == "failed" for result in found.ran) else FINE


def _review(options: argparse.Namespace) -> int:
    from backwright.apps.cli import show_review
    from backwright.chain.evidence.sarif import review_sarif
    from backwright.chain.review import review_path, reviewed_json

    if options.explain is not None:
        return _explain_rule(options)
    if options.path is None:
        advice = "Give a folder or a blueprint, or --explain RULE. See `backwright review --help`."
        raise toolchain_error("input/wrong-call", "there is nothing to review", advice)
    reviewed = review_path(options.path, options.seat)
    if options.sarif:
        options.sarif.write_text(review_sarif(reviewed.findings), encoding="utf-8")
    if options.json:
        print(json.dumps(reviewed_json(reviewed), indent=2, ensure_ascii=False))
    else:
        print(show_review.reviewed(reviewed, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return FAILED if reviewed.failed else FINE


def _explain_rule(options: argparse.Namespace) -> int:
    from backwright.apps.cli import show_review
    from backwright.chain.review import explained_rule
    from backwright.experts.panel import rules

    chosen = (explained_rule(options.explain),) if options.explain else rules()
    if options.json:
        print(json.dumps([show_review.rule_json(rule) for rule in chosen], indent=2, ensure_ascii=False))
    else:
        print(show_review.rule_page(chosen[0]) if options.explain else show_review.rule_list(chosen))
    return FINE


def _explain(options: argparse.Namespace) -> int:
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
