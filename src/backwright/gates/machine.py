"""What this machine has."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

__all__ = ["available", "free_port"]


def available(program: str) -> bool:
    """Whether it is on the PATH, or came with Backwright."""
    return (
        shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)]))
        is not None
    )


def free_port() -> int:
    """A TCP port of the loopback address that nothing listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
