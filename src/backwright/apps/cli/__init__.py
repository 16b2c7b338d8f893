"""The command line: thin, no decisions. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

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
    try:
        signal.signal(signal.SIGTERM, _end)
        from backwright.apps.cli import commands

        return commands.run(options)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except Exception as error:  # noqa: BLE001 - a stack trace tells a user nothing
        return _unexpected(error)


def _end(_number: int, _frame: FrameType | None) -> None:
    """Whoever ends the command gets the same tidy end as Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _unexpected(error: Exception) -> int:
    log = Path(tempfile.gettempdir()) / f"backwright-{os.getpid()}.log"
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    print(f"error[internal/unexpected]: {type(error).__name__}: {error}", file=sys.stderr)
    print(f"  help: This is a fault of Backwright; what led to it is in {log}.", file=sys.stderr)
    return FAILED
