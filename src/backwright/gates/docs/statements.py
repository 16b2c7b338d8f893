"""Examples of SQL: executed as the administrator, and where they name an index, explained."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg

from backwright.gates.docs.pages import Block
from backwright.gates.docs.reading import Reading

__all__ = ["run_statements"]

_STATEMENT = re.compile(r"\s*(.*?);[ \t]*(?:\n|\Z)", re.DOTALL)
_USES = re.compile(r"^-- uses: (\S+)$", re.MULTILINE)
_COMMENT = re.compile(r"^--.*\n?", re.MULTILINE)


def run_statements(reading: Reading, block: Block) -> None:
    """One after the other on one connection; what is open at the end is taken back."""
    statements = _STATEMENT.findall(block.text)
    rest = _COMMENT.sub("", _STATEMENT.sub("", block.text)).strip()
    reading.findings.check(
        bool(statements) and not rest, "gate/docs-sql", f"{block.place}: every statement ends with a semicolon"
    )
    with psycopg.connect(reading.database.admin, autocommit=True) as connection:
        for statement in statements:
            try:
                _run(reading, block, connection, statement)
            except psycopg.Error as error:
                message = f"{block.place}: {str(error).splitlines()[0]}\n{statement}"
                reading.findings.fail("gate/docs-sql", message)
                return


def _run(reading: Reading, block: Block, connection: psycopg.Connection, statement: str) -> None:
    uses = _USES.search(statement)
    plain = _COMMENT.sub("", statement)
    connection.execute(plain.encode())
    reading.findings.done()
    if uses is None:
        return
    taken = _indexes(connection, plain)
    reading.findings.check(
        uses[1] in taken,
        "gate/docs-index",
        f"{block.place}: PostgreSQL does not take {uses[1]} but {', '.join(sorted(taken)) or 'no index'}\n{plain}",
        help="Name the index that the query takes, or ask so that this one serves.",
    )


def _indexes(connection: psycopg.Connection, statement: str) -> set[str]:
    """Those of its plan. Whole tables are cheap to read while they are small, so that is not allowed here."""
    with connection.transaction():
        connection.execute("set local enable_seqscan = off")
        row = connection.execute(f"explain (format json) {statement}".encode()).fetchone()
    return set(_named(row[0])) if row else set()


def _named(plan: object) -> Iterator[str]:
    if isinstance(plan, list):
        for each in plan:
            yield from _named(each)
    elif isinstance(plan, dict):
        if "Index Name" in plan:
            yield str(plan["Index Name"])
        for each in plan.values():
            yield from _named(each)
