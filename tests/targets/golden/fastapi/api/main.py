import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from typing import NoReturn

import uvicorn

from api.application import application
from api.metrics import Metrics
from api.routes.health import announce_stop
from api.socket.protocol import SocketProtocol
from api.socket.upgrade import UpgradingProtocol
from config.channels import MESSAGE_BYTES, PING_SECONDS
from config.settings import settings
from services.external.log import log
from services.observability.tracing import tracer


class Server(uvicorn.Server):
    """Says when it starts and stops."""

    _stopped_by = ""
    _metrics: Metrics | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if settings.metrics_port is not None:
            try:
                self._metrics = await Metrics.listening(settings.metrics_port)
            except OSError as error:
                _fail(settings.metrics_host, settings.metrics_port, error)
            log.info("metrics.started", host=settings.metrics_host, port=self._metrics.port)
        await super().startup(sockets)
        # What is there now stays: the collector need not look at it again and again.
        gc.freeze()
        log.info("server.started", host=settings.host, port=sockets[0].getsockname()[1] if sockets else None)

    def handle_exit(self, sig: int, _frame: object) -> None:
        # Nothing more: what this interrupts may hold the lock of the log.
        self._stopped_by = signal.Signals(sig).name
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        log.info("server.stopping", signal=self._stopped_by)
        # Whatever is still under way then is given up.
        asyncio.get_running_loop().call_later(settings.stop_timeout_ms / 1000, os._exit, 1)
        announce_stop()
        await super().shutdown(sockets)
        if tracer:
            await tracer.close()
        if self._metrics:
            self._metrics.close()


def _fail(host: str, port: int, error: OSError) -> NoReturn:
    log.fatal("server.failed", message=f"{host}, port {port}: {error.strerror}")
    sys.exit(1)


def _listening() -> socket.socket:
    is_ipv6 = ":" in settings.host
    try:
        return socket.create_server(
            (settings.host, settings.port),
            family=socket.AF_INET6 if is_ipv6 else socket.AF_INET,
            backlog=2048,
            dualstack_ipv6=settings.host == "::",
        )
    except OSError as error:
        _fail(settings.host, settings.port, error)


def main() -> None:
    logging.getLogger("uvicorn.error").disabled = True
    config = uvicorn.Config(
        application(),
        http=UpgradingProtocol,
        ws=SocketProtocol,
        ws_max_size=MESSAGE_BYTES,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,
        loop="uvloop",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=65,
    )
    Server(config).run(sockets=[_listening()])
    log.info("server.stopped")


if __name__ == "__main__":
    main()
