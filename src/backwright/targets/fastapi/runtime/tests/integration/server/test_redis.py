import threading
from collections.abc import Iterator

import pytest
from fakeredis import TcpFakeServer

from tests.support.callers import LimitedServer, burst, some_address


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    """The URL of a server that speaks Redis's protocol and runs its scripts."""
    server = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"redis://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_two_servers_that_count_in_redis_let_as_many_pass_together(redis: str) -> None:
    address, limits = some_address(), "anonymous=200/h"
    with LimitedServer(limits, RATE_LIMIT_REDIS_URL=redis) as one, LimitedServer(limits, RATE_LIMIT_REDIS_URL=redis) as other:
        for server in (one, other):
            server.ask(some_address())
        passed = burst(400, lambda turn: (one, other)[turn % 2].ask(address))
        assert 180 <= passed[404] <= 200
        assert 3500 < int(one.ask(address).headers["retry-after"]) <= 3600


def test_a_server_without_its_redis_goes_on_with_a_limit_of_its_own_and_stops_in_time() -> None:
    address = some_address()
    with LimitedServer("anonymous=10/min", RATE_LIMIT_REDIS_URL="redis://127.0.0.1:1") as server:
        assert burst(15, lambda _: server.ask(address)) == {404: 10, 429: 5}
        assert server.stop() == 0
