"""Reads what is delivered to read, as somebody does who tries everything that it says."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass

from backwright.diagnostics.evidence import GateResult
from backwright.gates.docs.exchanges import Exchanges
from backwright.gates.docs.naming import resolve
from backwright.gates.docs.pages import Block, Page, pages
from backwright.gates.docs.programs import run_program
from backwright.gates.docs.reading import Reading
from backwright.gates.docs.shell import run_shell
from backwright.gates.docs.start import follow_readme
from backwright.gates.docs.statements import run_statements
from backwright.gates.findings import Findings
from backwright.gates.machine import free_port
from backwright.gates.system import System

__all__ = ["GATE", "DocsGate"]


@dataclass(frozen=True, slots=True)
class DocsGate:
    """`starting` says whether the README is followed from an empty PostgreSQL to the running server."""

    name: str = "docs"
    starting: bool = True

    def run(self, system: System) -> GateResult:
        """One server with seeded rows for all pages."""
        findings = Findings(self.name, "examples and names", "psql, curl, Node.js, Python")
        port = free_port()
        with (
            system.migrated(seeded=True) as database,
            system.serve(database, {"METRICS_PORT": str(port)}) as server,
        ):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                metrics = answer.read().decode()
            reading = Reading(system, findings, database, server.url, metrics, pages(system.folder))
            resolve(reading)
            for page in reading.pages:
                if page.path != "README.md":
                    _examples(reading, page)
        if self.starting:
            follow_readme(reading)
        return findings.result(reading.reason())


GATE = DocsGate()


def _examples(reading: Reading, page: Page) -> None:
    """Each in its turn; a block of text right behind a program is what that prints."""
    exchanges = Exchanges(reading)
    following = [*page.blocks[1:], Block("", "", "")]
    for block, after in zip(page.blocks, following, strict=False):
        expected = after.text if after.language == "text" else None
        match block.language:
            case "sh":
                run_shell(reading, block, expected)
            case "sql":
                run_statements(reading, block)
            case "http":
                exchanges.take(block)
            case "ts" | "python":
                run_program(reading, block, expected)
    exchanges.end()
