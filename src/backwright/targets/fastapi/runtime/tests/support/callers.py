import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.support.server import Server


def some_address() -> str:
    """An address that nothing was counted on yet (RFC 3849)."""
    return f"2001:db8:{secrets.randbelow(65_535) + 1:x}:{secrets.randbelow(65_535) + 1:x}::1"


class LimitedServer(Server):
    """A server that counts, and that believes what a test says about its own address."""

    def __init__(self, limits: str, **environment: str) -> None:
        self._client = httpx.Client(timeout=30)
        usual = {"TRUSTED_PROXIES": "127.0.0.0/8", "DATABASE_CONNECT_TIMEOUT_MS": "10000"}
        super().__init__(**{**usual, **environment, "RATE_LIMITS": limits})

    def ask(
        self, address: str, method: str = "GET", path: str = "/v1/nowhere", *, headers: Mapping[str, str] | None = None, json: object = None
    ) -> httpx.Response:
        """A request of somebody at an address, as a proxy passes it on."""
        passed_on = {**(headers or {}), "X-Forwarded-For": address}
        return self._client.request(method, f"{self.origin}{path}", headers=passed_on, json=json)

    def ended(self) -> int:
        self._client.close()
        return super().ended()


def burst(times: int, ask: Callable[[int], httpx.Response]) -> dict[int, int]:
    """The statuses of so many requests at once, by how often each came."""
    with ThreadPoolExecutor(min(times, 32)) as pool:
        return dict(Counter(answer.status_code for answer in pool.map(ask, range(times))))
