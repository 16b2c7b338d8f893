"""Which module does what a command asks; each is imported when it is called, as some are heavy."""

from __future__ import annotations

import argparse
from importlib import import_module

from backwright.apps.cli.refusals import fail, refuse, refuse_call
from backwright.chain.project import Invalid
from backwright.chain.toolchain.failures import ToolchainError

__all__ = ["refuse_call", "run"]

_COMMANDS = {
    "new": "making",
    "check": "making",
    "explain": "making",
    "run": "running",
    "verify": "running",
    "review": "reviewing",
    "status": "phases",
}


def run(options: argparse.Namespace) -> int:
    """Runs the command; mistakes of the user become diagnostics and exit code 2."""
    name = options.command if options.command in _COMMANDS else "bring"
    module = import_module(f"backwright.apps.cli.{_COMMANDS.get(name, 'phases')}")
    try:
        code: int = getattr(module, name)(options)
    except Invalid as invalid:
        return refuse(options, invalid.diagnostics, invalid.sources)
    except (ToolchainError, OSError) as error:
        return fail(options, error)
    return code
