"""The words of the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

__all__ = ["DEFAULT_PORT", "parser"]

DEFAULT_PORT = 3000

_EXAMPLES = """examples:
  backwright new "Build a REST API for a library with members, books and loans"
  backwright new --blueprint my.yaml --out build/mine
  backwright check my.yaml
  backwright run build/mine --port 3001
  backwright verify build/mine --gate policy --gate races
  backwright explain build/mine --json

exit codes: 0 fine, 1 a gate or check failed, 2 the call or the input is wrong
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="backwright",
        description="A compiler for backends: from plain words or a blueprint to code you own, tested by running it.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _new(commands)
    _check(commands)
    _run(commands)
    _verify(commands)
    _explain(commands)
    return top


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    command.add_argument("--json", action="store_true", help="print one JSON document to standard output")
    return command


def _new(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "new", "Write a backend from a brief or a blueprint, and verify it")
    command.add_argument("text", nargs="?", metavar="BRIEF", help="what the backend must do, in plain words")
    command.add_argument("--brief", type=Path, metavar="FILE", help="a file with the brief; - reads standard input")
    command.add_argument("--blueprint", type=Path, metavar="FILE", help="a blueprint (YAML) instead of a brief")
    command.add_argument("--stack", metavar="NAME", help="express (the default)")
    command.add_argument(
        "--out", type=Path, metavar="DIR", help="where to write; the default is the application's name"
    )
    command.add_argument("--no-verify", action="store_true", help="write only, run no gate")


def _check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "check", "Show what is wrong with a blueprint, with line, reason and help")
    command.add_argument("file", type=Path, metavar="FILE")


def _run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(
        commands, "run", "Start a generated backend: database, migrations, seeds, server; Ctrl-C ends it"
    )
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("--port", type=_port, default=DEFAULT_PORT, metavar="N", help=f"the default is {DEFAULT_PORT}")


def _verify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "verify", "Run the gates on a generated backend")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument(
        "--gate", action="append", default=[], metavar="NAME", help="only this gate; may be given again"
    )


def _explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(
        commands, "explain", "Show where every element came from, what was assumed and what was not understood"
    )
    command.add_argument("path", type=Path, metavar="DIR|FILE", help="a generated backend, a blueprint, or a brief")


def _port(text: str) -> int:
    if text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
