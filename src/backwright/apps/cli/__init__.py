"""The command line: thin, no decisions. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from backwright.apps.cli.arguments import parser

__all__ = ["main"]

FINE, FAILED, WRONG = 0, 1, 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. 0 is fine, 1 a failed gate or check, 2 a wrong call or input, 130 an interrupt."""
    try:
        options = parser().parse_args(arguments)
    except SystemExit as ended:
        return WRONG if ended.code else FINE
    from backwright.apps.cli import commands

    try:
        return commands.run(options)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
