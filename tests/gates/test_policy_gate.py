"""The gate `policy` passes the shop, and catches what is planted in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

import psycopg
import pytest

from backwright.chain.system import ProjectServer, ProjectSystem
from backwright.gates.policy import GATE
from backwright.gates.system import Database
from tests.pace import pace

MIGRATION = "database/migrations/0001_initial.up.sql"
OWN_ORDERS = "(orders.customer_id = (select app.user_id()))"
STAFF = "((select app.user_role()) in ('staff', 'admin'))"
Edit = tuple[str, str, str]

DEFECTS: dict[str, tuple[str, tuple[Edit, ...]]] = {
    "every order is readable: the row policy says `or true`": (
        "gate/policy-leak",
        (
            (
                MIGRATION,
                f"orders_read on app.orders for select\n  using (({OWN_ORDERS}",
                "orders_read on app.orders for select\n  using ((true",
            ),
        ),
    ),
    "customers pay orders: guard, statement and row policy let them": (
        "gate/policy-status",
        (
            ("api/routes/orders.ts", "/pay', only('staff', 'admin')", "/pay', only('customer', 'staff', 'admin')"),
            (
                "services/business/pay-order.ts",
                "select coalesce((select app.user_role()) in ('staff', 'admin'), false)",
                "select true",
            ),
            (
                MIGRATION,
                f"'orders.pay' and status in ('pending') and {STAFF}",
                "'orders.pay' and status in ('pending')",
            ),
        ),
    ),
    "a route is open to everyone, and only the database refuses": (
        "gate/policy-status",
        (("api/routes/categories.ts", "post('/categories', only('staff', 'admin')", "post('/categories', everyone"),),
    ),
    "the handler is right, but a row policy for updates forgets the role": (
        "gate/policy-row-security",
        tuple(
            (MIGRATION, f"{clause} ((select app.operation()) = 'categories.update' and {STAFF})", f"{clause} (true)")
            for clause in ("using", "with check")
        ),
    ),
    "the handler is right, but a row policy for new rows forgets the role": (
        "gate/policy-row-security",
        (
            (
                MIGRATION,
                f"with check ((select app.operation()) = 'products.create' and {STAFF})",
                "with check ((select app.operation()) = 'products.create')",
            ),
        ),
    ),
    "the column guard is gone": (
        "gate/policy-row-security",
        (
            (
                MIGRATION,
                "create trigger products_columns before update",
                "create trigger products_columns before insert",
            ),
        ),
    ),
    "a registration may choose its role: the row policy forgets the first role": (
        "gate/policy-row-security",
        (
            (
                MIGRATION,
                "(select app.operation()) = 'identity' and role = 'customer'",
                "(select app.operation()) = 'identity'",
            ),
        ),
    ),
    "an immutable field is accepted in updates": (
        "gate/policy-status",
        (("database/models/products.ts", "patch({\n", "patch({\n  sku: fields.sku,\n"),),
    ),
    "unknown members of a body are dropped instead of refused": (
        "gate/policy-status",
        (("database/models/products.ts", "ProductCreate = z.strictObject(", "ProductCreate = z.object("),),
    ),
    "unknown members inside a list are dropped instead of refused": (
        "gate/policy-status",
        (("services/business/place-order.ts", "list(z.strictObject(", "list(z.object("),),
    ),
    "expired tokens are accepted": (
        "gate/policy-status",
        (("services/security/tokens.ts", "return exp > now &&", "return exp > 0 &&"),),
    ),
    "a row that is not visible is told apart from one that is not there": (
        "gate/policy-status",
        (
            (
                "api/controllers/resource.ts",
                "single(row) === null ? notFound() : forbidden()",
                "single(row) === null ? forbidden() : forbidden()",
            ),
        ),
    ),
    "a page repeats the last row of the page before": (
        "gate/policy-list",
        (("services/data/list.ts", "descending ? '<' : '>'", "descending ? '<=' : '>='"),),
    ),
    "a cancelled order gives its stock back twice": (
        "gate/policy-effect",
        (
            (
                "services/business/cancel-order.ts",
                "set stock = products.stock + wanted.stock",
                "set stock = products.stock + 2 * wanted.stock",
            ),
        ),
    ),
    "an order line takes another price": (
        "gate/policy-effect",
        (("services/business/place-order.ts", "(select r1.price from", "(select r1.price + 1 from"),),
    ),
    "who reads an order may read every account, so an include shows what its own address hides": (
        "gate/policy-include",
        (
            (
                MIGRATION,
                "users_read on app.users for select\n  using (",
                "users_read on app.users for select\n  using ((select app.operation()) like 'orders.%' or ",
            ),
        ),
    ),
    "an include shows some row of the right kind": (
        "gate/policy-include",
        (("services/data/includes.ts", "'_wanted.id')", "'_wanted.id or true limit 1')"),),
    ),
    "a product that the caller cannot see can be named in an order": (
        "gate/policy-status",
        (("services/business/place-order.ts", "refuse: unknownReferences", "refuse: () => unknownReferences([])"),),
    ),
}
QUICK = "every order is readable: the row policy says `or true`"


def test_the_shop_passes(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.failures == ()
    assert result.status == "passed"
    assert result.count > 2500
    assert result.seconds < 40 * pace()


@pytest.mark.slow
def test_every_order_is_readable_by_everyone(planted: Callable[..., ProjectSystem]) -> None:
    code, edits = DEFECTS[QUICK]
    assert code in _codes(planted(*edits))


@pytest.mark.slow
@pytest.mark.parametrize("defect", [name for name in DEFECTS if name != QUICK])
def test_a_planted_defect_is_caught(defect: str, planted: Callable[..., ProjectSystem]) -> None:
    code, edits = DEFECTS[defect]
    assert code in _codes(planted(*edits))


def _codes(system: ProjectSystem) -> set[str]:
    result = GATE.run(system)
    assert result.status == "failed"
    return {failure.code for failure in result.failures}


class Shop:
    """The seeded shop, asked by hand."""

    def __init__(self, server: ProjectServer, database: Database, password: str) -> None:
        self._host = urlsplit(server.url)
        self._password = password
        self._database = database
        self._tokens: dict[str, str] = {}

    def call(self, method: str, path: str, role: str | None = None, body: object = None) -> int:
        return self._send(method, path, self._token(role) if role else None, body)[0]

    def one(self, query: str) -> str:
        with psycopg.connect(self._database.admin) as connection:
            row = connection.execute(query).fetchone()
            assert row is not None, query
            return str(row[0])

    def _token(self, role: str) -> str:
        if role not in self._tokens:
            login = {"email": f"{role}@example.com", "password": self._password}
            _, answer = self._send("POST", "/v1/auth/login", None, login)
            self._tokens[role] = str(json.loads(answer)["accessToken"])
        return self._tokens[role]

    def _send(self, method: str, path: str, token: str | None, body: object) -> tuple[int, bytes]:
        connection = HTTPConnection(self._host.hostname or "", self._host.port, timeout=20)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        return response.status, answer


@pytest.fixture(scope="module")
def seeded(shop: ProjectSystem) -> Iterator[Shop]:
    with shop.migrated(seeded=True) as database, shop.serve(database) as server:
        yield Shop(server, database, shop.password)


CUSTOMER = "(select id from app.users where email = 'customer@example.com')"
FOREIGN_ORDER = f"select id from app.orders where customer_id <> {CUSTOMER} order by id limit 1"
DRAFT = "select id from app.products where status = 'draft' order by id limit 1"
ACTIVE = "select id from app.products where status = 'active' order by id limit 1"
SHIPPED = "select id from app.orders where status in ('shipped', 'delivered') order by id limit 1"
MISSING = "select '0190aaaa-0000-7000-8000-000000000001'"
CATEGORY = {"name": "Written by hand", "slug": "written-by-hand"}


ADMIN = "select id from app.users where role = 'admin' limit 1"


@dataclass(frozen=True)
class Hand:
    """A cell written by hand: what is asked, by whom, of the row that a query finds, and the status."""

    status: int
    role: str | None
    method: str
    path: str
    row: str = ""
    body: object = None


@pytest.mark.parametrize(
    "cell",
    [
        Hand(401, None, "GET", "/v1/orders"),
        Hand(404, "customer", "GET", "/v1/orders/{}", FOREIGN_ORDER),
        Hand(200, "staff", "GET", "/v1/orders/{}", FOREIGN_ORDER),
        Hand(404, "customer", "GET", "/v1/orders/{}", MISSING),
        Hand(403, "customer", "POST", "/v1/orders/{}/pay", FOREIGN_ORDER),
        Hand(409, "staff", "POST", "/v1/orders/{}/pay", SHIPPED),
        Hand(404, None, "GET", "/v1/products/{}", DRAFT),
        Hand(200, None, "GET", "/v1/products/{}", ACTIVE),
        Hand(403, "staff", "DELETE", "/v1/products/{}", ACTIVE),
        Hand(403, "customer", "POST", "/v1/categories", "", CATEGORY),
        Hand(404, "customer", "GET", "/v1/users/{}", ADMIN),
        Hand(422, "admin", "PATCH", "/v1/users/{}", ADMIN, {"role": "admin"}),
    ],
    ids=lambda cell: f"{cell.method} {cell.path} as {cell.role} is {cell.status}",
)
def test_a_cell_written_by_hand(seeded: Shop, cell: Hand) -> None:
    target = cell.path.format(seeded.one(cell.row)) if cell.row else cell.path
    assert seeded.call(cell.method, target, cell.role, cell.body) == cell.status
