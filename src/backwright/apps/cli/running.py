"""`run` and `verify`: a project at work."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from backwright.apps.cli import show
from backwright.apps.cli.interrupted import Interrupted
from backwright.apps.cli.progress import Progress
from backwright.apps.cli.refusals import refuse
from backwright.chain.events import silent
from backwright.chain.project import Project, open_project
from backwright.chain.serve import Running, served, watch
from backwright.chain.toolchain.failures import ProjectFailure
from backwright.chain.verify import verify as run_gates

__all__ = ["run", "verify"]

FINE, FAILED = 0, 1
INTERRUPTED = 130


def run(options: argparse.Namespace) -> int:
    """Starts the server; Ctrl-C ends it."""
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
        refuse(argparse.Namespace(json=as_json), (failure.diagnostic,), {})
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


def verify(options: argparse.Namespace) -> int:
    """Runs gates."""
    project = open_project(options.folder)
    found = run_gates(project, options.gate, silent if options.json else Progress(sys.stderr), full=options.full)
    print(json.dumps(found.document, indent=2) if options.json else show.verified(found))
    return FAILED if any(result.status == "failed" for result in found.ran) else FINE
