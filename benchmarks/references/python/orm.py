from __future__ import annotations

import os
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from sqlalchemy import FetchedValue, ForeignKey, MetaData, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    metadata = MetaData(schema="app")

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ProductRow(Base):
    __tablename__ = "products"
    sku: Mapped[str]
    name: Mapped[str]
    description: Mapped[str | None]
    price: Mapped[Decimal]
    stock: Mapped[int]
    status: Mapped[str]
    category_id: Mapped[UUID]


class OrderRow(Base):
    __tablename__ = "orders"
    customer_id: Mapped[UUID]
    note: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="pending")
    lines: Mapped[list[OrderLineRow]] = relationship(order_by="OrderLineRow.id")

    @property
    def total(self) -> Decimal:
        return sum((line.unit_price * line.quantity for line in self.lines), Decimal(0))


class OrderLineRow(Base):
    __tablename__ = "order_lines"
    order_id: Mapped[UUID] = mapped_column(ForeignKey("app.orders.id"))
    product_id: Mapped[UUID]
    quantity: Mapped[int]
    unit_price: Mapped[Decimal]


class Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


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


url = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://")
engine = create_async_engine(url, pool_size=10, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()
bearer = HTTPBearer()


async def database():
    async with sessions() as session:
        yield session


def current_user(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> dict:
    try:
        return jwt.decode(
            credentials.credentials, os.environ["TOKEN_SECRET"], algorithms=["HS256"], options={"verify_aud": False}
        )
    except jwt.PyJWTError as error:
        raise HTTPException(401, "unauthenticated") from error


User = Annotated[dict, Depends(current_user)]
Database = Annotated[AsyncSession, Depends(database)]


@app.get("/readyz")
async def ready() -> dict[str, str]:
    return {"status": "ready"}


@app.get("/v1/products/{product_id}", response_model=Product, dependencies=[Depends(current_user)])
async def show_product(product_id: UUID, session: Database):
    product = await session.get(ProductRow, product_id)
    if product is None:
        raise HTTPException(404, "not_found")
    return product


@app.get("/v1/orders", response_model=Page)
async def list_orders(user: User, session: Database, limit: int = 20):
    wanted = select(OrderRow).where(OrderRow.customer_id == UUID(user["sub"])).order_by(OrderRow.id.desc())
    found = await session.scalars(wanted.limit(limit).options(selectinload(OrderRow.lines)))
    return {"items": found.all()}


@app.post("/v1/orders", status_code=201, response_model=Order)
async def place_order(order: NewOrder, user: User, session: Database):
    created = OrderRow(customer_id=UUID(user["sub"]), note=order.note)
    for line in order.lines:
        product = await session.get(ProductRow, line.product_id, with_for_update=True)
        if product is None or product.status != "active" or product.stock < line.quantity:
            raise HTTPException(409, "out_of_stock")
        product.stock -= line.quantity
        created.lines.append(OrderLineRow(product_id=line.product_id, quantity=line.quantity, unit_price=product.price))
    session.add(created)
    await session.commit()
    return created


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["PORT"]), access_log=False, log_level="warning")
