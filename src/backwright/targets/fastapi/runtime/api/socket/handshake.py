from collections import Counter
from urllib.parse import parse_qs

from starlette.routing import WebSocketRoute
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from api.middleware.headers import header_of
from api.middleware.limits import charge
from api.middleware.problems import Problems
from api.middleware.request_log import RequestLog
from api.routes.health import is_stopping
from api.socket.peer import Peer
from config.channels import SOCKET_PATH
from config.metrics import SOCKET_COUNT
from config.settings import settings
from config.sockets import socket_settings
from services.business.problem import Problem, unauthenticated, unavailable
from services.observability.metrics import gauge
from services.realtime.tickets import redeem_ticket
from services.security.address import network

_origins = {origin.encode() for origin in settings.cors_origins}
_open: Counter[str] = Counter()
_peers: set[Peer] = set()
gauge(SOCKET_COUNT, lambda: [(len(_peers), ())])


async def _admit(scope: Scope, _receive: Receive, _send: Send) -> None:
    """Finds out who comes."""
    origin = header_of(scope, b"origin")
    if origin is not None and origin not in _origins:
        raise Problem(403, "origin_not_allowed", "Pages of this origin may not open sockets.")
    [*tickets] = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", ())
    caller = await redeem_ticket(tickets[0]) if len(tickets) == 1 else None
    if caller is None:
        await charge(scope)
        raise unauthenticated("A ticket is needed that was made just now and has not been used.")
    state = scope["state"]
    state["places"] = places = (f"account {caller.user_id}", f"address {network(state['address'])}")
    most = (socket_settings.sockets_per_account, socket_settings.sockets_per_address)
    if any(_open[place] >= limit for place, limit in zip(places, most, strict=True)):
        raise Problem(429, "too_many_sockets", "There are too many open sockets.", headers={"Retry-After": "60"})
    # Asked last: whoever is still on the way when the others are told to go must not stay.
    if is_stopping():
        raise unavailable()
    _open.update(places)
    state["caller"] = caller
    state["status"] = 101


_handshake = RequestLog(Problems(_admit))


async def _open_socket(websocket: WebSocket) -> None:
    """For those who bring a ticket; a refusal is answered like that of a request."""

    async def refuse(message: Message) -> None:
        await websocket.send({**message, "type": f"websocket.{message['type']}"})

    scope = {**websocket.scope, "type": "http", "method": "GET"}
    state = scope["state"]
    await _handshake(scope, websocket.receive, refuse)
    if "places" not in state or state["status"] != 101:
        return
    peer = Peer(state["socket"], state["caller"])
    _peers.add(peer)
    try:
        await websocket.accept()
        await peer.run(websocket, state["request_id"])
    finally:
        _peers.discard(peer)
        for place in state["places"]:
            _open[place] -= 1
            if not _open[place]:
                del _open[place]


socket_route = WebSocketRoute(SOCKET_PATH, _open_socket)
