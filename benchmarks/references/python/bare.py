from __future__ import annotations

import os
import time
from uuid import UUID

import psycopg
import uvicorn
from batch import Connections, Statement
from statements import CONTEXT, LINES, LIST_ORDERS, LOCK, PLACE, READ_ORDER, READ_PRODUCT, TAKE
from token_check import claims_of

readers = Connections()
writers = Connections()


async def app(scope, receive, send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    path = scope["path"]
    if path == "/readyz":
        await _answer(send, 200, b"")
        return
    claims = next((claims_of(value) for name, value in scope["headers"] if name == b"authorization"), None)
    if claims is None:
        await _answer(send, 401, b"")
    elif path.startswith("/v1/products/"):
        await _show_product(send, claims, path[13:].encode())
    elif path == "/v1/orders" and scope["method"] == "GET":
        await _list_orders(send, claims, int(scope["query_string"].removeprefix(b"limit=")))
    elif path == "/v1/orders":
        await _place_order(receive, send, claims)
    else:
        await _answer(send, 404, b"")


def _context(claims: dict, operation: bytes) -> Statement:
    return b"context", CONTEXT, [claims["sub"].encode(), claims["role"].encode(), operation]


async def _show_product(send, claims: dict, row_id: bytes) -> None:
    _, rows = await readers.run([_context(claims, b"products.read"), (b"product", READ_PRODUCT, [row_id])])
    json = rows.get_value(0, 0) if rows.ntuples else None
    await _answer(send, 200 if json else 404, json or b"")


async def _list_orders(send, claims: dict, limit: int) -> None:
    page = (b"orders", LIST_ORDERS, [b"%d" % (limit + 1)])
    _, rows = await readers.run([_context(claims, b"orders.list"), page])
    items = b",".join([rows.get_value(row, 0) for row in range(min(limit, rows.ntuples))])
    following = b'"%s"' % rows.get_value(limit - 1, 1) if rows.ntuples > limit else b"null"
    await _answer(send, 200, b'{"items":[%s],"nextCursor":%s}' % (items, following))


async def _place_order(receive, send, claims: dict) -> None:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    row_id = _uuid7()
    work = [
        (b"lock", LOCK, [body]),
        (b"take", TAKE, [body]),
        (b"place", PLACE, [body, row_id]),
        (b"lines", LINES, [body, row_id]),
        (b"order", READ_ORDER, [row_id]),
    ]
    try:
        results = await writers.run([_context(claims, b"placeOrder"), *work])
    except psycopg.IntegrityError:
        await _answer(send, 409, b"")
    else:
        await _answer(send, 201, results[-1].get_value(0, 0))


def _uuid7() -> bytes:
    drawn = int.from_bytes(os.urandom(10))
    value = time.time_ns() // 1_000_000 << 80 | drawn & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return str(UUID(int=value)).encode()


async def _answer(send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive, send) -> None:
    await receive()
    await readers.open(4)
    await writers.open(10)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


if __name__ == "__main__":
    port = int(os.environ["PORT"])
    uvicorn.run(app, port=port, http="httptools", loop="uvloop", ws="none", access_log=False, log_level="warning")
