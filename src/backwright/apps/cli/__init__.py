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

from backwright.apps.cli.arguments import WrongCall, help_text, options_of
from backwright.apps.cli.interrupted import Interrupted

__all__ = ["main"]

FINE, FAILED, WRONG = 0, 1, 2
INTERRUPTED = 130
_SOON = 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. 0 is fine, 1 a failed gate or check, 2 a wrong call or input, 130 an interrupt."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if not given:
        print(help_text(), end="", file=sys.stderr)
        return WRONG
    try:
        options = options_of(given)
    except SystemExit:
        return FINE
    except WrongCall as wrong:
        return _wrong_call(wrong, as_json="--json" in given)
    try:
        _end_once()
        from backwright.apps.cli import commands

        return commands.run(options)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads has had enough; the interpreter must not find the pipe broken once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001 - a stack trace tells a user nothing
        return _unexpected(error)


def _end_once() -> None:
    """Ctrl-C and whoever ends the command get the same tidy end, and impatience does not cut it short."""
    signal.signal(signal.SIGTERM, _end)
    # Shells start background commands with Ctrl-C switched off.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGALRM, _end)
    sys.unraisablehook = _lost


def _lost(unraisable: sys.UnraisableHookArgs) -> None:
    """The end must not get lost where nobody can catch it, such as in a callback of the garbage collector."""
    if isinstance(unraisable.exc_value, Interrupted):
        signal.setitimer(signal.ITIMER_REAL, _SOON)
    else:
        sys.__unraisablehook__(unraisable)


def _end(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Interrupted


def _wrong_call(wrong: WrongCall, *, as_json: bool) -> int:
    if as_json:
        from backwright.apps.cli import commands

        return commands.refuse_call(wrong)
    print(f"error[{wrong.code}]: {wrong.message}\n  help: {wrong.help}", file=sys.stderr)
    return WRONG


def _unexpected(error: Exception) -> int:
    log = Path(tempfile.gettempdir()) / f"backwright-{os.getpid()}.log"
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    print(f"error[internal/unexpected]: {type(error).__name__}: {error}", file=sys.stderr)
    print(f"  help: This is a fault of Backwright; what led to it is in {log}.", file=sys.stderr)
    return FAILED
