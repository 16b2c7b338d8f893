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


@pytest.mark.parametrize("quota", [7, 200])
def test_two_servers_that_count_in_redis_let_as_many_pass_together(redis: str, quota: int) -> None:
    address, limit = some_address(), f"anonymous={quota}/h"
    with LimitedServer(limit, RATE_LIMIT_REDIS_URL=redis) as one, LimitedServer(limit, RATE_LIMIT_REDIS_URL=redis) as other:
        passed = burst(quota * 2, lambda turn: (one, other)[turn % 2].ask(address))
        assert 0.9 * quota <= passed[404] <= quota
        assert 3500 < int(one.ask(address).headers["retry-after"]) <= 3600


def test_a_server_without_its_redis_goes_on_with_a_limit_of_its_own_and_stops_in_time() -> None:
    address = some_address()
    with LimitedServer("anonymous=120/min", RATE_LIMIT_REDIS_URL="redis://127.0.0.1:1") as server:
        assert burst(15, lambda _: server.ask(address)) == {404: 10, 429: 5}
        assert server.stop() == 0
