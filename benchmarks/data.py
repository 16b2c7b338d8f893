"""Rows beyond the seeds, and the way back to them after writes."""

from __future__ import annotations

import psycopg

__all__ = ["active_products", "grow", "tidy"]

CUSTOMERS, CATEGORIES, PRODUCTS, ORDERS, LINES = 50, 20, 5_000, 4_000, 5
STOCK = 900_000
# Ids whose order is that of the rows, older than any that a server draws.
ID = "('01900000-0000-7000-{part}-' || lpad(to_hex({number}), 12, '0'))::uuid"


def grow(admin: str, login: str) -> None:
    """Adds customers, a catalogue, and orders of which every fifth belongs to the login."""
    with psycopg.connect(admin) as database:
        database.execute(
            f"insert into app.users (id, email, name) select {_id('8001', 'n')}, 'bench-' || n || '@example.com', "
            f"'Bench' from generate_series(1, {CUSTOMERS}) n"
        )
        database.execute(
            f"insert into app.categories (id, name, slug) select {_id('8002', 'n')}, 'Bench ' || n, 'bench-' || n "
            f"from generate_series(1, {CATEGORIES}) n"
        )
        database.execute(
            "insert into app.products (id, sku, name, description, price, stock, status, category_id) "
            f"select {_id('8003', 'n')}, 'BENCH-' || n, 'Product number ' || n, repeat('What it is good for. ', 8), "
            f"(n % 200) + 0.99, {STOCK}, 'active', {_id('8002', f'1 + n % {CATEGORIES}')} "
            f"from generate_series(1, {PRODUCTS}) n"
        )
        database.execute(
            "insert into app.orders (id, customer_id, note) "
            f"select {_id('8004', 'n')}, case mod(n, 5) when 0 then (select id from app.users where email = %s) "
            f"else {_id('8001', f'1 + mod(n, {CUSTOMERS})')} end, 'a note' from generate_series(1, {ORDERS}) n",
            (login,),
        )
        database.execute(
            "insert into app.order_lines (id, order_id, product_id, quantity, unit_price) "
            f"select {_id('8005', f'n * {LINES} + line')}, {_id('8004', 'n')}, "
            f"{_id('8003', f'1 + (n * 7 + line) % {PRODUCTS}')}, line, line + 0.99 "
            f"from generate_series(1, {ORDERS}) n, generate_series(1, {LINES}) line order by n, line"
        )
    tidy(admin)


def tidy(admin: str) -> None:
    """Takes away what requests have written, so that each measurement finds the same rows."""
    with psycopg.connect(admin, autocommit=True) as database:
        database.execute(f"delete from app.orders where id > {_id('8004', str(ORDERS))} and note = 'a note'")
        database.execute("truncate internal.idempotency_keys")
        database.execute(f"update app.products set stock = {STOCK} where sku like 'BENCH-%' and stock <> {STOCK}")
        for table in ("app.products", "app.orders", "app.order_lines"):
            database.execute(f"vacuum analyze {table}")


def active_products(admin: str) -> list[str]:
    with psycopg.connect(admin) as database:
        rows = database.execute("select id from app.products where sku like 'BENCH-%' order by id").fetchall()
    return [str(row[0]) for row in rows]


def _id(part: str, number: str) -> str:
    return ID.format(part=part, number=number)
