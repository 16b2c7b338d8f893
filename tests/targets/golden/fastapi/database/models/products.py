from typing import Annotated, Literal

from pydantic import Field

from database.models.fields import ABSENT, Body, Patch, decimal, text, uuid

Sku = Annotated[str, text(3, 40)]
Name = Annotated[str, text(1, 200)]
Description = Annotated[str, text(0, 10000)]
Price = Annotated[str, decimal(14, 2, above="0")]
Stock = Annotated[int, Field(ge=0, le=1000000)]
Status = Literal["draft", "active", "archived"]
CategoryId = Annotated[str, uuid()]


class ProductCreate(Body):
    sku: Sku
    name: Name
    description: Description | None = None
    price: Price
    stock: Stock = 0
    status: Status = "draft"
    category_id: CategoryId = Field(alias="categoryId")


class ProductUpdate(Patch):
    name: Name = ABSENT
    description: Description | None = ABSENT
    price: Price = ABSENT
    stock: Stock = ABSENT
    status: Status = ABSENT
    category_id: CategoryId = Field(default=ABSENT, alias="categoryId")
