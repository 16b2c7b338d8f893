"""What there is to name: asked of the database, the contract documents, the sources and the running server."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from pkgutil import iter_modules

import psycopg

import backwright.gates
from backwright.gates.docs.reading import Reading

__all__ = ["RULES", "Known"]

RULES = "infrastructure/monitoring/rules.yaml"

_METHODS = ("get", "post", "put", "patch", "delete")
_PARTS = ("_bucket", "_count", "_sum")
_TYPE = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)
_RELATIONS = """
select n.nspname || '.' || c.relname, array(
  select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('app', 'internal', 'public') and c.relkind in ('r', 'v', 'm', 'p')
"""
_OTHERS = """
select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('app', 'internal', 'public')
union select c.relname::text from pg_class c where c.relkind in ('i', 'I')
union select conname::text from pg_constraint
union select rolname::text from pg_roles
"""


@dataclass(frozen=True)
class Known:
    """Of one reading."""

    reading: Reading

    @cached_property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """Of every table, by its qualified name."""
        with psycopg.connect(self.reading.database.admin) as connection:
            return {str(name): frozenset(columns) for name, columns in connection.execute(_RELATIONS.encode())}

    @cached_property
    def objects(self) -> frozenset[str]:
        """Functions by their qualified names; indexes, constraints and roles by their own."""
        with psycopg.connect(self.reading.database.admin) as connection:
            return frozenset(str(name) for (name,) in connection.execute(_OTHERS.encode()))

    @cached_property
    def routes(self) -> frozenset[str]:
        """`METHOD /path` of the contract, whatever its parameters are called."""
        document = self._document("openapi")
        servers, paths = document.get("servers"), document.get("paths")
        base = str(servers[0]["url"]).rstrip("/") if isinstance(servers, list) and servers else ""
        return frozenset(
            _shape(f"{method.upper()} {base}{path}")
            for path, item in (paths.items() if isinstance(paths, dict) else ())
            for method in item
            if method in _METHODS
        )

    @cached_property
    def channels(self) -> frozenset[str]:
        """The addresses of the AsyncAPI document."""
        channels = self._document("asyncapi").get("channels")
        return (
            frozenset(str(each["address"]) for each in channels.values()) if isinstance(channels, dict) else frozenset()
        )

    @cached_property
    def sockets(self) -> frozenset[str]:
        """Paths on which sockets are opened."""
        servers = self._document("asyncapi").get("servers")
        bases = [str(each.get("pathname", "")) for each in servers.values()] if isinstance(servers, dict) else []
        return frozenset(base + address for base in bases for address in self.channels if address.startswith("/"))

    def is_route(self, text: str) -> bool:
        """Whether the contract has it; its query is not looked at."""
        method, _, path = text.partition("?")[0].partition(" ")
        return _shape(f"{method} {path}") in self.routes or (method == "GET" and path in self.sockets)

    @cached_property
    def variables(self) -> frozenset[str]:
        """Those of the run contract."""
        listed = self.reading.system.contract.get("variables")
        return frozenset(str(each["name"]) for each in listed) if isinstance(listed, list) else frozenset()

    @cached_property
    def outside(self) -> frozenset[str]:
        """Variables of what stands around the server, of PostgreSQL's own programs, and of the load's own test."""
        texts = [self._text(path) for path in sorted(self._folder.glob("infrastructure/docker/*")) if path.is_file()]
        texts += [self._text(path) for path in sorted(self._folder.glob("config/*/.env.example"))]
        texts += [self._text(path) for path in sorted(self._folder.glob("tests/support/load.*"))]
        return frozenset(re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", "\n".join(texts)))

    @cached_property
    def metrics(self) -> frozenset[str]:
        """What the server measures, with the series of histograms."""
        found = set()
        for name, kind in _TYPE.findall(self.reading.metrics):
            found |= {name, *(f"{name}{part}" for part in _PARTS)} if kind == "histogram" else {name}
        return frozenset(found)

    @cached_property
    def alerts(self) -> frozenset[str]:
        """Those that the rules of Prometheus raise."""
        return frozenset(re.findall(r"^ +- alert: (\w+)$", self._rules, re.MULTILINE))

    @cached_property
    def runbooks(self) -> tuple[str, ...]:
        """Where the rules send whoever is told."""
        return tuple(sorted(set(re.findall(r"^ +runbook: (\S+)$", self._rules, re.MULTILINE))))

    @cached_property
    def _rules(self) -> str:
        path = self._folder / RULES
        return self._text(path) if path.is_file() else ""

    @cached_property
    def gates(self) -> frozenset[str]:
        """Those that are installed."""
        return frozenset(module.name for module in iter_modules(backwright.gates.__path__) if module.ispkg)

    def is_check(self, gate: str, check: str) -> bool:
        """Whether the gate's own sources name it."""
        folders = [Path(place) / gate for place in backwright.gates.__path__]
        texts = (self._text(file) for folder in folders for file in folder.glob("*.py"))
        return any(re.search(rf"\b{re.escape(check)}\b", text) for text in texts)

    def is_said(self, word: str) -> bool:
        """Whether the sources have it as a literal."""
        return f"'{word}'" in self._sources or f'"{word}"' in self._sources

    def is_file(self, path: str) -> bool:
        """Whether it is in the project; a module may go without its ending."""
        pure = path.rstrip("/")
        return (self._folder / pure).exists() or any(self._folder.glob(f"{pure}.*"))

    @cached_property
    def folders(self) -> frozenset[str]:
        """At the root."""
        return frozenset(path.name for path in self._folder.iterdir() if path.is_dir())

    @cached_property
    def _sources(self) -> str:
        places = ("api", "services", "database", "config")
        files = [file for place in places for file in sorted((self._folder / place).rglob("*")) if file.is_file()]
        return "\n".join(self._text(file) for file in files if file.suffix in (".ts", ".py", ".sql"))

    @property
    def _folder(self) -> Path:
        return self.reading.system.folder

    def _text(self, path: Path) -> str:
        return path.read_text(encoding="utf-8")

    def _document(self, name: str) -> Mapping[str, object]:
        path = self.reading.system.contract.get(name)
        document = json.loads(self._text(self._folder / str(path))) if path else {}
        return document if isinstance(document, dict) else {}


def _shape(route: str) -> str:
    return re.sub(r"\{\w+\}", "{}", route)
