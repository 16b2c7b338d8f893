"""The gate `docs` passes the shop on every stack, and catches what is planted in its pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backwright.chain.generate import stacks
from backwright.chain.system import ProjectSystem
from backwright.gates.docs import GATE
from backwright.gates.docs.pages import Page
from tests.gates.conftest import SHOP, Ready
from tests.gates.copies import Edit, codes, copy_of, said
from tests.targets.regenerate import ROOT

LINK, NAME, MISSING, SHELL, SQL, INDEX, HTTP, PROGRAM, DIAGRAM = (
    f"gate/docs-{each}" for each in ("link", "name", "missing", "shell", "sql", "index", "http", "program", "diagram")
)
PAGES = replace(GATE, starting=False)
API, EVENTS, DATABASE, MONITORING, CONFIGURATION, DEPLOYMENT, SECURITY = (
    f"documentation/{each}.md"
    for each in ("api-specs", "events", "database", "monitoring", "configuration", "deployment", "security")
)
LISTENING = "console.log(message.type === 'event' ? message.name : message.type);"

DEFECTS: dict[str, tuple[str, str, Edit]] = {
    "a dead link": (LINK, "monitorin.md leads nowhere", (DEPLOYMENT, "](monitoring.md)", "](monitorin.md)")),
    "a dead anchor": (LINK, "security.md#account", (API, "](security.md#accounts)", "](security.md#account)")),
    "a wrong route": (
        NAME,
        "`POST /v1/auth/forgot`",
        (API, "`POST /v1/auth/password/forgot`", "`POST /v1/auth/forgot`"),
    ),
    "another method": (NAME, "`PUT /v1/orders`", ("README.md", "| POST | `/v1/orders` |", "| PUT | `/v1/orders` |")),
    "a route that no page has": (
        MISSING,
        "POST /v1/orders",
        ("README.md", "| POST | `/v1/orders` |", "| GET | `/v1/orders` |"),
    ),
    "an unknown table": (NAME, "`internal.outboxes`", (DATABASE, "| `internal.outbox` |", "| `internal.outboxes` |")),
    "a renamed column in the dictionary": (
        NAME,
        "`mail` is not a column of `app.users`",
        (DATABASE, "| `email` | text", "| `mail` | text"),
    ),
    "a column that no page has": (MISSING, "app.users.email", (DATABASE, "| `email` | text", "| `mail` | text")),
    "a renamed column in a query": (SQL, 'column "mail" does not exist', (DATABASE, "where email = ", "where mail = ")),
    "an index that the planner does not take": (
        INDEX,
        "does not take users_role_idx but users_email_key",
        (DATABASE, "-- uses: users_email_key", "-- uses: users_role_idx"),
    ),
    "a query that its index does not serve": (
        INDEX,
        "does not take products_price_idx",
        (DATABASE, "order by price desc, id desc", "order by price + 1, id"),
    ),
    "a statement without its end": (
        SQL,
        "ends with a semicolon",
        (DATABASE, "where slug = 'kitchen';", "where slug = 'kitchen'"),
    ),
    "an unknown variable": (
        NAME,
        "`OUTBOX_TRIES` is a variable",
        (EVENTS, "After `OUTBOX_ATTEMPTS`", "After `OUTBOX_TRIES`"),
    ),
    "a variable that no page has": (MISSING, "the variable PORT", (CONFIGURATION, "| `PORT` |", "| `PORTS` |")),
    "an unknown metric": (
        NAME,
        "`outbox_age_seconds` is not a metric",
        (MONITORING, "| `outbox_lag_seconds` |", "| `outbox_age_seconds` |"),
    ),
    "an unknown metric in a query": (
        NAME,
        "http_requests_total",
        (MONITORING, "(rate(http_server_request_duration_seconds_count[5m]))", "(rate(http_requests_total[5m]))"),
    ),
    "an error code that nobody sends": (
        NAME,
        "`sold_out` is not an error code",
        (API, "| `out_of_stock` |", "| `sold_out` |"),
    ),
    "an event that nobody logs": (
        NAME,
        "`event.buried` is not an event",
        (MONITORING, "| `event.dead` |", "| `event.buried` |"),
    ),
    "another status": (HTTP, "the answer is 401", (API, "HTTP/1.1 401 Unauthorized", "HTTP/1.1 403 Forbidden")),
    "a member that no answer has": (
        HTTP,
        "the body is another",
        (API, '{"status": "accepted"}', '{"state": "accepted"}'),
    ),
    "a header that no answer has": (
        HTTP,
        "WWW-Authenticate is",
        (API, "WWW-Authenticate: …", "WWW-Authenticate: Basic"),
    ),
    "a placeholder that nothing fills": (HTTP, "has $renewToken", (API, '"$refreshToken"', '"$renewToken"')),
    "a command that fails": (SHELL, "ends with", (API, "?limit=100$cursor", "?limit=101$cursor")),
    "a command with an unset variable": (SHELL, "cursors", (API, '[ -n "$next" ]', '[ -n "$cursors" ]')),
    "a program that fails": (PROGRAM, "ends with 1", (API, 'page["items"]', 'page["rows"]')),
    "a program that prints something else": (SHELL, "does not print", (EVENTS, LISTENING, "console.log(channel);")),
    "no shell": (SHELL, "is no shell", (DEPLOYMENT, "docker build ", "if docker build ")),
    "an excuse": (
        SHELL,
        "is no reason",
        (DEPLOYMENT, "# needs a container engine\ndocker build", "# needs patience\ndocker build"),
    ),
    "a diagram of no table": (
        DIAGRAM,
        "categories ||--o{ goods",
        (DATABASE, "categories ||--o{ products", "categories ||--o{ goods"),
    ),
    "a message to nobody": (DIAGRAM, "C->>X", (API, "C->>S: POST /v1/auth/logout", "C->>X: POST /v1/auth/logout")),
}


def test_passes_the_shop_and_says_what_it_left_out(shop: ProjectSystem) -> None:
    result = PAGES.run(shop)
    assert result.status == "passed", result.failures
    assert result.count > 400
    assert "needs a cluster" in result.reason


@pytest.mark.slow
@pytest.mark.parametrize("name", DEFECTS)
def test_catches(name: str, shop: ProjectSystem, tmp_path: Path) -> None:
    code, words, change = DEFECTS[name]
    assert words in said(PAGES.run(copy_of(shop, tmp_path, [change])), code)


def test_catches_several_at_once(shop: ProjectSystem, tmp_path: Path) -> None:
    """The eight kinds, in one reading."""
    names = (
        *("a dead link", "a wrong route", "a renamed column in a query", "an index that the planner does not take"),
        *("an unknown variable", "an unknown metric", "an error code that nobody sends", "a command that fails"),
    )
    edits = [DEFECTS[name][2] for name in names if name != "a renamed column in a query"]
    edits.append((DATABASE, "where slug = ", "where slugs = "))
    result = PAGES.run(copy_of(shop, tmp_path, edits))
    assert codes(result) >= {DEFECTS[name][0] for name in names}


@pytest.mark.slow
@pytest.mark.parametrize("stack", stacks())
def test_follows_the_readme_from_an_empty_database_to_an_answer(stack: str, ready: Ready) -> None:
    result = GATE.run(ready(SHOP, stack))
    assert result.status == "passed", result.failures
    assert "psql" not in result.reason


@pytest.mark.slow
@pytest.mark.parametrize("name", ["notes", "library", "rentals", "awkward"])
def test_passes_what_has_less_and_what_has_other_things(name: str, ready: Ready) -> None:
    result = PAGES.run(ready(ROOT / "tests" / "cases" / name / "blueprint.yaml"))
    assert result.status == "passed", result.failures


README: dict[str, tuple[str, Edit]] = {
    "a role that is not there": (
        "shop_owners",
        ("README.md", "createdb -O shop_owner shop\n", "createdb -O shop_owners shop\n"),
    ),
    "settings that are not there": (
        "README.md",
        ("README.md", "cp config/development/.env.example", "cp config/development/env.example"),
    ),
    "a server that does not start": (
        "TOKEN_SECRET",
        ("config/development/.env.example", "TOKEN_SECRET=", "OTHER_SECRET="),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", README)
def test_catches_a_readme_that_leads_nowhere(name: str, shop: ProjectSystem, tmp_path: Path) -> None:
    words, change = README[name]
    assert words in said(GATE.run(copy_of(shop, tmp_path, [change])), SHELL)


def test_a_page_is_read_as_readers_see_it() -> None:
    page = Page(
        "a.md",
        "# One `two`, three\n\n1. A list\n\n   ```sh\n   echo `a`\n   ```\n\n"
        "| code | status |\n| --- | --- |\n| `x`, `y` | `z` \\| 1 |\n\n[b](c.md#d) `e`\n",
    )
    assert page.anchors == {"one-two-three"}
    assert [(block.place, block.language, block.text) for block in page.blocks] == [("a.md:5", "sh", "echo `a`\n")]
    assert [(row.place, row.head, row.names) for row in page.rows] == [("a.md:11", "code", ("x", "y"))]
    assert page.links == (("a.md:13", "c.md#d"),)
    assert ("a.md:13", "e") in page.words
