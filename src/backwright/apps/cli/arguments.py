"""The words of the command line."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from backwright import __version__

__all__ = ["DEFAULT_PORT", "WrongCall", "help_text", "options_of"]

DEFAULT_PORT = 3000

# As coding assistants write them.
_SPELLINGS = {
    "#generate-database": "generate-database",
    "#generate-backend": "generate-backend",
    "#backend-status": "status",
    "/sc:design": "design",
    "/sc:implement": "implement",
    "/sc:test": "test",
    "/sc:build": "build",
}

_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives this type no other name

_TOP = """examples:
  backwright new "Build a REST API for a library with members, books and loans"
  backwright check my.yaml
  backwright run build/mine --port 3001
  backwright verify build/mine
  backwright COMMAND --help           options and examples of one command

exit codes: 0 fine, 1 a gate or check failed, 2 the call or the input is wrong, 130 interrupted
"""
_NEW = """examples:
  backwright new "Build a REST API for a library with members, books and loans"
  backwright new --brief requirements.txt --out build/library
  backwright new --blueprint my.yaml --stack fastapi --out build/mine --no-verify

The folder must be missing or empty. What is written is verified at once, unless --no-verify says otherwise;
`backwright verify` does it later.
"""
_CHECK = """examples:
  backwright check my.yaml
  backwright check my.yaml --json     every problem with its code, place, reason and help
"""
_RUN = f"""examples:
  backwright run build/mine           the server answers at http://127.0.0.1:{DEFAULT_PORT}
  backwright run build/mine --port 3001

It keeps a PostgreSQL of its own in .backwright/local, with the data of earlier runs. BACKWRIGHT_POSTGRES_URL names
another server to use instead.
"""
_VERIFY = """examples:
  backwright verify build/mine
  backwright verify build/mine --gate policy --gate races
  backwright verify build/mine --full

Without --full every gate runs in its short form, a minute or so each. With it `contract` sends four times as many
random requests, and `load` runs for a minute over ten times as many rows.

verification.json keeps what earlier calls found about the same files; after a change of any file it counts as not run.
"""
_EXPLAIN = """examples:
  backwright explain build/mine       a generated backend
  backwright explain my.yaml          a blueprint
  backwright explain requirements.txt a brief
"""

_REVIEW = """examples:
  backwright review my.yaml           what the expert panel says about a blueprint
  backwright review build/mine        about a generated backend, with what its gates found
  backwright review my.yaml --seat security --seat database
  backwright review --explain security/own-balance
  backwright review --explain         every rule in one line

The seats are architect, security, database, devops and performance. A finding that you know and accept is named in the
blueprint with your reason: `requirements: {accepted: {security/no-accounts: only the gateway reaches it}}`.

exit codes: 0 fine, also with advice; 1 there is an error that nobody accepts; 2 the call or the input is wrong
"""

_STATUS = """examples:
  backwright status                   the backend in this folder: its six phases
  backwright status build/mine --json
"""
_PHASES = """examples:
  backwright design --type database build/mine
  backwright implement backend build/mine
  backwright test backend build/mine
  backwright build deploy build/mine

Each brings its phases up to date: files are written again where the blueprint has changed, never over an edit, and only
the gates run that know nothing of these files. Assistants may write '/sc:design', '/sc:implement', '/sc:test',
'/sc:build', '#generate-database', '#generate-backend' and '#backend-status' (in quotation marks).
"""


class WrongCall(Exception):
    """The call has a mistake; `code`, `message` and `help` are those of its diagnostic."""

    def __init__(self, code: str, message: str, help: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        unknown = re.search(r"COMMAND: invalid choice: '([^']*)'", message)
        if unknown:
            raise _unknown_command(unknown[1])
        raise WrongCall("input/wrong-call", message, f"See `{self.prog} --help`.")


def help_text() -> str:
    """What `--help` prints."""
    return _parsers()[0].format_help()


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The call, read; WrongCall where it has a mistake."""
    top, commands = _parsers()
    first, *others = list(arguments or ()) or [""]
    options, rest = top.parse_known_args([_SPELLINGS.get(first, first), *others] if first else [])
    if rest:
        raise _too_much(rest, options.command, commands[options.command])
    return options


def _unknown_command(word: str) -> WrongCall:
    names = list(_parsers()[1])
    near = difflib.get_close_matches(word.lower().lstrip("-#"), names, 1)
    meant = f"Did you mean `{near[0]}`? " if near else ""
    return WrongCall(
        "input/unknown-command", f"there is no command '{word}'", f"{meant}The commands are {', '.join(names)}."
    )


def _too_much(rest: Sequence[str], name: str, command: argparse.ArgumentParser) -> WrongCall:
    given = next((word for word in rest if word.startswith("-") and word != "-"), None)
    if given is None:
        quoted = " A brief of several words needs quotation marks around it." if name == "new" else ""
        return WrongCall(
            "input/wrong-call", f"`{name}` takes no '{rest[0]}'", f"See `backwright {name} --help`.{quoted}"
        )
    option = given.partition("=")[0]
    known = sorted(word for action in command._actions for word in action.option_strings)  # noqa: SLF001
    if option in known:
        return WrongCall("input/wrong-call", f"'{option}' stands before the command", f"Write it after `{name}`.")
    near = difflib.get_close_matches(option, [word for word in known if word.startswith("--")], 1)
    meant = f"Did you mean `{near[0]}`? " if near else ""
    options = ", ".join(word for word in known if word.startswith("--"))
    return WrongCall("input/unknown-option", f"`{name}` has no option '{option}'", f"{meant}Its options are {options}.")


def _parsers() -> tuple[_Parser, dict[str, argparse.ArgumentParser]]:
    top = _Parser(
        prog="backwright",
        description="A compiler for backends: from plain words or a blueprint to code you own, tested by running it.",
        epilog=_TOP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"backwright {__version__}")
    commands: _Commands[argparse.ArgumentParser] = top.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=_Parser
    )
    for add in (_new, _check, _run, _verify, _status, _review, _explain, _phases):
        add(commands)
    return top, dict(commands.choices)


def _command(
    commands: _Commands[argparse.ArgumentParser], name: str, summary: str, examples: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_argument("--json", action="store_true", help="print one JSON document to standard output")
    return command


def _new(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "new", "Write a backend from a brief or a blueprint, and verify it", _NEW)
    command.add_argument("text", nargs="?", metavar="BRIEF", help="what the backend must do, in plain words")
    command.add_argument("--brief", type=Path, metavar="FILE", help="a file with the brief; - reads standard input")
    command.add_argument("--blueprint", type=Path, metavar="FILE", help="a blueprint (YAML) instead of a brief")
    command.add_argument(
        "--stack", metavar="NAME", help="express or fastapi; without it what the blueprint prefers, else express"
    )
    command.add_argument(
        "--out", type=Path, metavar="DIR", help="where to write; the default is the application's name"
    )
    command.add_argument("--no-verify", action="store_true", help="write only, run no gate")


def _check(commands: _Commands[argparse.ArgumentParser]) -> None:
    summary = "Show what is wrong with a blueprint, with line, reason and help"
    command = _command(commands, "check", summary, _CHECK)
    command.add_argument("file", type=Path, metavar="FILE", help="a blueprint (YAML)")


def _run(commands: _Commands[argparse.ArgumentParser]) -> None:
    summary = "Start a generated backend: database, migrations, seeds, server; Ctrl-C ends it"
    command = _command(commands, "run", summary, _RUN)
    command.add_argument("folder", type=Path, metavar="DIR", help="a folder that `new` wrote")
    command.add_argument("--port", type=_port, default=DEFAULT_PORT, metavar="N", help=f"the default is {DEFAULT_PORT}")


def _verify(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "verify", "Run the gates on a generated backend", _VERIFY)
    command.add_argument("folder", type=Path, metavar="DIR", help="a folder that `new` wrote")
    command.add_argument(
        "--gate", action="append", default=[], metavar="NAME", help="only this gate; may be given again"
    )
    command.add_argument("--full", action="store_true", help="each gate in its full form: more requests, longer load")


def _review(commands: _Commands[argparse.ArgumentParser]) -> None:
    summary = "Show what five experts find in a blueprint or a backend, with line, reason and suggested edit"
    command = _command(commands, "review", summary, _REVIEW)
    command.add_argument("path", type=Path, nargs="?", metavar="DIR|FILE", help="a generated backend, or a blueprint")
    command.add_argument(
        "--seat", action="append", default=[], metavar="NAME", help="only this seat; may be given again"
    )
    command.add_argument("--explain", nargs="?", const="", metavar="RULE", help="what a rule looks for, and why")
    command.add_argument("--sarif", type=Path, metavar="FILE", help="write the findings for code scanners")


def _explain(commands: _Commands[argparse.ArgumentParser]) -> None:
    summary = "Show where every element came from, what was assumed and what was not understood"
    command = _command(commands, "explain", summary, _EXPLAIN)
    command.add_argument("path", type=Path, metavar="DIR|FILE", help="a generated backend, a blueprint, or a brief")


def _status(commands: _Commands[argparse.ArgumentParser]) -> None:
    summary = "Show what each phase has produced, what was proven of it, and what is stale and why"
    _folder(_command(commands, "status", summary, _STATUS))


def _phases(commands: _Commands[argparse.ArgumentParser]) -> None:
    design = _command(commands, "design", "Bring architecture, API or database up to date, and check it", _PHASES)
    design.add_argument("--type", required=True, choices=("architecture", "api", "database"), help="what to design")
    _folder(design)
    for name, what, summary in (
        ("implement", "backend", "Bring the server's code up to date, and build it"),
        ("test", "backend", "Run the gates that know nothing of the files as they are"),
        ("build", "deploy", "Bring what delivers and runs the backend up to date, and check it"),
    ):
        command = _command(commands, name, summary, _PHASES)
        command.add_argument("what", choices=(what,), help=f"`{what}`")
        _folder(command)
    _folder(_command(commands, "generate-database", "The same as `design --type database`", _PHASES))
    summary = "Everything of a backend up to date: design, implementation, delivery"
    _folder(_command(commands, "generate-backend", summary, _PHASES))


def _folder(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folder",
        type=Path,
        nargs="?",
        default=Path(),
        metavar="DIR",
        help="a folder that `new` wrote; this one if left out",
    )


def _port(text: str) -> int:
    if text.isdecimal() and text.isascii() and 1 <= int(text[:6]) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
