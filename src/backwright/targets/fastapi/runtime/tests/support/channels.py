import json
import re
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import httpx
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from api.main import main
from config.channels import SOCKET_PATH
from database.queries.channels import CHANNELS, Channel
from tests.support.database import query
from tests.support.server import Server
from tests.support.sessions import Account

EVENT = CHANNELS[0].events[0]
# Sockets hear it, whatever its state; dispatchers of other tests let it be.
INSERT = "insert into internal.outbox (event, subject, payload, state) values (%s, %s, %s, 'published') returning id"
CROWD = 101


class ListeningServer(Server):
    """With a channel for each account, which nobody else hears, and its owner only until made deaf; and a crowd."""

    command = (sys.executable, "-m", "tests.support.channels")

    def __init__(self, **environment: str) -> None:
        super().__init__(OUTBOX="off", **environment)


def _add_channels() -> None:
    check = """select "row" from unnest($1::uuid[]) as "row" where "row" = (select app.user_id())
    and not exists (select from internal.idempotency_keys where operation = 'deaf')"""
    replay = re.sub(r" and payload ->> '\w+' = \$3", "", CHANNELS[0].replay)
    replay = re.sub(r"(event in \([^)]*\))", r"\1 and payload ->> 'testId' = $3", replay)
    CHANNELS.append(Channel("tests/", "/own", "testId", (EVENT,), check, replay))
    CHANNELS.extend(Channel(f"test-{number}", "", "", (), "select 1", "") for number in range(CROWD))


def channel_of(account: Account) -> str:
    return f"tests/{account.id}/own"


def deafen(account: Account) -> None:
    query("insert into internal.idempotency_keys values (%s, 'deaf', 'x', 'x', 200, '')", account.id)


def emit(account: Account, number: int = 0, ask: Callable[..., list[tuple[Any, ...]]] = query) -> str:
    """An event on an account's channel; the id of it."""
    payload = json.dumps({"testId": account.id, "number": number})
    [[row_id]] = ask(INSERT, EVENT, f"tests/{account.id}", payload)
    return str(row_id)


def ticket_of(server: Server, account: Account) -> str:
    answer = httpx.post(f"{server.origin}/v1/auth/socket-ticket", auth=account)
    assert answer.status_code == 201
    return str(answer.json()["ticket"])


def socket_at(server: Server, ticket: str) -> str:
    return f"{server.origin.replace('http', 'ws')}{SOCKET_PATH}{ticket and f'?ticket={quote(ticket)}'}"


def _connected(address: str, origin: str | None) -> ClientConnection:
    page = Origin(origin) if origin else None
    return connect(address, origin=page, compression=None, max_size=None, legacy=True)


def refusal(server: Server, ticket: str, origin: str | None = None) -> int:
    """The status with which a handshake is refused."""
    try:
        _connected(socket_at(server, ticket), origin).close()
    except InvalidStatus as refused:
        response = refused.response
    else:
        return 101
    assert response.headers["content-type"] == "application/problem+json; charset=utf-8"
    return response.status_code


class Client:
    """One end of a socket, with what it has been told."""

    def __init__(self, server: Server, account: Account, origin: str | None = None) -> None:
        address = socket_at(server, ticket_of(server, account))
        self.socket = _connected(address, origin)
        self.told: list[dict[str, Any]] = []

    def say(self, message: object) -> None:
        self.socket.send(message if isinstance(message, str) else json.dumps(message))

    def heard(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """Waits for so many messages of a type, and gives them all."""
        until = time.monotonic() + 8
        while True:
            found = [each for each in self.told if each["type"] == kind]
            if len(found) >= count:
                return found
            self.told.append(json.loads(self.socket.recv(until - time.monotonic())))

    def numbers(self, count: int) -> list[int]:
        return [each["payload"]["number"] for each in self.heard("event", count)]

    def quiet(self, seconds: float = 0.3) -> None:
        """Whatever comes meanwhile is kept."""
        with suppress(TimeoutError):
            while True:
                self.told.append(json.loads(self.socket.recv(seconds)))

    def closed(self) -> int | None:
        """The code with which the other end closes."""
        with suppress(ConnectionClosed):
            while True:
                self.told.append(json.loads(self.socket.recv(8)))
        return self.socket.close_code


def listening(server: Server, account: Account, after: str | None = None) -> Client:
    """An open socket that listens to the account's own channel."""
    client = Client(server, account)
    client.say({"type": "subscribe", "id": "1", "channel": channel_of(account), **({"after": after} if after else {})})
    client.heard("subscribed")
    return client


def unknown_event() -> str:
    return f"{secrets.token_hex(4)}-0000-7000-8000-000000000000"


if __name__ == "__main__":
    _add_channels()
    main()
