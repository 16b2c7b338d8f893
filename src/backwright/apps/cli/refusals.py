"""How a command ends that cannot do what it was asked: diagnostics and an exit code."""

from __future__ import annotations

import argparse
import json
import os
import sys

from backwright.apps.cli.arguments import WrongCall
from backwright.chain.toolchain.failures import ProjectFailure, ToolchainError, refused_by_system, toolchain_error
from backwright.diagnostics import Diagnostic, render_terminal, summary_line, to_json

__all__ = ["fail", "refuse", "refuse_call"]

FAILED, WRONG = 1, 2


def fail(options: argparse.Namespace, error: ToolchainError | OSError) -> int:
    """What a tool or the system did not do, as a diagnostic; 1 where the project is at fault, else 2."""
    known = refused_by_system(error) if isinstance(error, OSError) else error
    if known is None:
        raise error
    refuse(options, (known.diagnostic,), {})
    return FAILED if isinstance(known, ProjectFailure) else WRONG


def refuse_call(wrong: WrongCall) -> int:
    """A wrong call as JSON."""
    error = toolchain_error(wrong.code, wrong.message, wrong.help)
    return refuse(argparse.Namespace(json=True), (error.diagnostic,), {})


def refuse(options: argparse.Namespace, diagnostics: tuple[Diagnostic, ...], sources: dict[str, str]) -> int:
    """Shows diagnostics, as text or as JSON; `sources` are the texts that they point into."""
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
