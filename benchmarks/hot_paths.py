"""What is measured: the requests that a shop answers most often."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Literal

__all__ = ["HOT_PATHS", "HotPath", "Request", "order_of", "requests_of"]

HotPath = Literal["one row", "20 rows", "5 lines"]
HOT_PATHS: dict[HotPath, str] = {
    "one row": "GET /v1/products/{id}",
    "20 rows": "GET /v1/orders?limit=20, each with 5 lines and a total",
    "5 lines": "POST /v1/orders with 5 lines",
}
VARIANTS = 500
SEED = 7


@dataclass(frozen=True, slots=True)
class Request:
    """A request as every server understands it."""

    method: str
    path: str
    body: str | None = None


def requests_of(path: HotPath, products: list[str]) -> list[Request]:
    """Different rows in turn, the same for each server."""
    chosen = random.Random(SEED)  # noqa: S311 - the same rows for every server
    match path:
        case "one row":
            return [Request("GET", f"/v1/products/{each}") for each in chosen.sample(products, VARIANTS)]
        case "20 rows":
            return [Request("GET", "/v1/orders?limit=20")]
        case "5 lines":
            return [order_of(chosen.sample(products, 5)) for _ in range(VARIANTS)]


def order_of(products: list[str]) -> Request:
    """An order of one each; in the order of their ids, so that servers which lock row by row do not deadlock."""
    lines = [{"productId": each, "quantity": 1} for each in sorted(products)]
    return Request("POST", "/v1/orders", json.dumps({"note": "a note", "lines": lines}))
