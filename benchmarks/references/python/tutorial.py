from __future__ import annotations

import os
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import asyncpg
import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Product(Model):
    id: UUID
    sku: str
    name: str
    description: str | None
    price: Decimal
    stock: int
    status: str
    category_id: UUID
    created_at: datetime
    updated_at: datetime


class OrderLine(Model):
    id: UUID
    product_id: UUID
    quantity: int
    unit_price: Decimal


class Order(Model):
    id: UUID
    customer_id: UUID
    note: str | None
    status: str
    total: Decimal
    lines: list[OrderLine]
    created_at: datetime
    updated_at: datetime


class Page(Model):
    items: list[Order]


class NewLine(Model):
    product_id: UUID
    quantity: int


class NewOrder(Model):
    note: str | None = None
    lines: list[NewLine]


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10, max_size=10)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)
bearer = HTTPBearer()


def current_user(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> dict:
    try:
        return jwt.decode(
            credentials.credentials, os.environ["TOKEN_SECRET"], algorithms=["HS256"], options={"verify_aud": False}
        )
    except jwt.PyJWTError as error:
        raise HTTPException(401, "unauthenticated") from error


User = Annotated[dict, Depends(current_user)]


def shown(row: asyncpg.Record, lines: list[asyncpg.Record]) -> Order:
    total = sum((line["unit_price"] * line["quantity"] for line in lines), Decimal(0))
    return Order(**row, total=total, lines=[OrderLine(**line) for line in lines])


@app.get("/readyz")
async def ready() -> dict[str, str]:
    return {"status": "ready"}


@app.get("/v1/products/{product_id}", response_model=Product, dependencies=[Depends(current_user)])
async def show_product(product_id: UUID):
    row = await app.state.pool.fetchrow("SELECT * FROM app.products WHERE id = $1", product_id)
    if row is None:
        raise HTTPException(404, "not_found")
    return Product(**row)


@app.get("/v1/orders", response_model=Page)
async def list_orders(user: User, limit: int = 20):
    async with app.state.pool.acquire() as connection:
        orders = await connection.fetch(
            "SELECT * FROM app.orders WHERE customer_id = $1 ORDER BY id DESC LIMIT $2", UUID(user["sub"]), limit
        )
        lines = await connection.fetch(
            "SELECT * FROM app.order_lines WHERE order_id = ANY($1) ORDER BY _position", [row["id"] for row in orders]
        )
    return Page(items=[shown(row, [line for line in lines if line["order_id"] == row["id"]]) for row in orders])


@app.post("/v1/orders", status_code=201, response_model=Order)
async def place_order(order: NewOrder, user: User):
    async with app.state.pool.acquire() as connection, connection.transaction():
        created = await connection.fetchrow(
            "INSERT INTO app.orders (customer_id, note) VALUES ($1, $2) RETURNING *", UUID(user["sub"]), order.note
        )
        lines = [await add_line(connection, created["id"], line) for line in order.lines]
    return shown(created, lines)


async def add_line(connection: asyncpg.Connection, order_id: UUID, line: NewLine) -> asyncpg.Record:
    product = await connection.fetchrow("SELECT * FROM app.products WHERE id = $1 FOR UPDATE", line.product_id)
    if product is None or product["status"] != "active" or product["stock"] < line.quantity:
        raise HTTPException(409, "out_of_stock")
    await connection.execute(
        "UPDATE app.products SET stock = stock - $2, updated_at = now() WHERE id = $1", line.product_id, line.quantity
    )
    return await connection.fetchrow(
        "INSERT INTO app.order_lines (order_id, product_id, quantity, unit_price) VALUES ($1, $2, $3, $4) RETURNING *",
        order_id,
        line.product_id,
        line.quantity,
        product["price"],
    )


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["PORT"]), access_log=False, log_level="warning")
