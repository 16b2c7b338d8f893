import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Any, Self

COMMAND = (sys.executable, "-m", "api.main")


def _environment(changes: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "HOST": "127.0.0.1", "PORT": "0", "METRICS_PORT": "off", "LOG_LEVEL": "info", **changes}


class Server:
    """This project's server in a process of its own, on a free port."""

    command = COMMAND

    def __init__(self, **environment: str) -> None:
        self.process = subprocess.Popen(self.command, env=_environment(environment), stdout=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        self.port = 0
        # Where it is measured; 0 unless it is.
        self.metrics_port = 0
        self._settled = threading.Event()
        self._follower = threading.Thread(target=self._follow, daemon=True)
        self._follower.start()
        self._settled.wait(30)
        assert self.port, f"the server ended with status {self.ended()}"

    def _follow(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self.lines.append(line)
                if not self.port:
                    self._started(json.loads(line))
        self._settled.set()

    def _started(self, line: dict[str, Any]) -> None:
        if line["event"] == "metrics.started":
            self.metrics_port = line["port"]
        if line["event"] == "server.started":
            self.port = line["port"]
            self._settled.set()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self, event: str) -> list[dict[str, Any]]:
        """What the server has written about an event."""
        lines = [json.loads(line) for line in self.lines]
        return [line for line in lines if line["event"] == event]

    def line(self, request_id: str) -> dict[str, Any]:
        """What the server writes about one request."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            for line in self.lines:
                if request_id in line:
                    found: dict[str, Any] = json.loads(line)
                    return found
            time.sleep(0.01)
        raise AssertionError(f"nothing is logged about the request {request_id}")

    def connect(self) -> socket.socket:
        """A bare connection, for what no HTTP client would send."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def stop(self) -> int:
        """Tells the server to stop and returns the status with which it ended."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        """Waits until the server has ended and everything that it said is in the log."""
        status = self.process.wait(20)
        self._follower.join()
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.process.kill()
        self.ended()


def start_refused(**environment: str) -> tuple[int, str]:
    """The status and the words with which a server that must not start has ended."""
    command = subprocess.run(
        COMMAND, env=_environment(environment), capture_output=True, text=True, check=False, timeout=30
    )
    return command.returncode, command.stdout + command.stderr
