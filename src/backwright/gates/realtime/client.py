"""One end of a WebSocket (RFC 6455), as polite or as rude as it is told to be."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["ABNORMAL", "Frame", "Socket"]

ABNORMAL = 1006
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_SECONDS = 10.0
Message = dict[str, object]


@dataclass(frozen=True, slots=True)
class Frame:
    """What goes out at once; `flags` are those of the first byte, `size` is announced instead of the true one."""

    opcode: int
    content: bytes = b""
    masked: bool = True
    flags: int = 0x80
    size: int = 0


class Socket:
    """Connects at once; `status` is that of the handshake, `messages` what has come, `times` when (seconds of the
    monotonic clock), `code` that of the end. A `deaf` one reads nothing until it is told to `listen`."""

    def __init__(self, url: str, path: str, headers: Mapping[str, str] | None = None) -> None:
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname or "", place.port or 80), timeout=_SECONDS)
        self.messages: list[Message] = []
        self.times: list[float] = []
        self.deaf = False
        self.code: int | None = None
        self._rest = b""
        self._news = threading.Condition()
        key = base64.b64encode(os.urandom(16)).decode()
        sent = {
            "Host": place.netloc,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
            **(headers or {}),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        self.head = self._read_head()
        words = self.head.split(" ", 2)
        self.status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        if self.status == 101:
            self._socket.settimeout(None)
            self.listen()
        else:
            self.code = ABNORMAL

    def listen(self) -> None:
        """Reads what comes."""
        self.deaf = False
        threading.Thread(target=self._listen, daemon=True).start()

    def say(self, message: Message | str) -> None:
        """One text message; nothing where the other end has gone."""
        self.frame(Frame(_TEXT, (message if isinstance(message, str) else json.dumps(message)).encode()))

    def frame(self, frame: Frame) -> None:
        """One frame; nothing where the other end has gone."""
        length = frame.size or len(frame.content)
        bit = 0x80 if frame.masked else 0
        head = bytes([frame.flags | frame.opcode])
        if length < 126:
            head += bytes([bit | length])
        elif length < 1 << 16:
            head += bytes([bit | 126]) + struct.pack("!H", length)
        else:
            head += bytes([bit | 127]) + struct.pack("!Q", length)
        # A mask of zeros changes nothing.
        try:
            self._socket.sendall(head + (bytes(4) if frame.masked else b"") + frame.content)
        except OSError:
            self._end(ABNORMAL)

    def until(self, holds: Callable[[], bool], seconds: float = _SECONDS) -> bool:
        """Waits until something holds, which is asked whenever something has come; whether it does."""
        with self._news:
            return self._news.wait_for(holds, seconds)

    def of(self, kind: str) -> list[Message]:
        """The messages of a type."""
        return [each for each in list(self.messages) if each.get("type") == kind]

    def answer(self, request: str, seconds: float = _SECONDS) -> Message:
        """The answer to a request; nothing where none comes."""
        self.until(lambda: any(each.get("id") == request for each in self.messages) or self.code is not None, seconds)
        found = [each for each in list(self.messages) if each.get("id") == request and each.get("type") != "event"]
        return found[0] if found else {}

    def closed(self, seconds: float = _SECONDS) -> int | None:
        """The code with which it ended; None while it is open."""
        self.until(lambda: self.code is not None, seconds)
        return self.code

    def close(self) -> None:
        """Leaves."""
        if self.code is None:
            self.frame(Frame(_CLOSE, struct.pack("!H", 1000)))
            self.closed(2.0)
        self._socket.close()

    def _read_head(self) -> str:
        read = b""
        until = time.monotonic() + _SECONDS
        while b"\r\n\r\n" not in read and time.monotonic() < until:
            try:
                part = self._socket.recv(4096)
            except OSError:
                break
            if not part:
                break
            read += part
        head, _, self._rest = read.partition(b"\r\n\r\n")
        return head.decode("latin-1")

    def _listen(self) -> None:
        try:
            while self.code is None and not self.deaf:
                opcode, content = self._read_frame()
                if opcode == _TEXT:
                    self._take(json.loads(content))
                elif opcode == _PING:
                    self.frame(Frame(_PONG, content))
                elif opcode == _CLOSE:
                    self.frame(Frame(_CLOSE, content[:2]))
                    self._end(struct.unpack("!H", content[:2])[0] if len(content) >= 2 else 1005)
        except (OSError, EOFError, ValueError):
            self._end(ABNORMAL)

    def _take(self, message: object) -> None:
        with self._news:
            self.times.append(time.monotonic())
            self.messages.append(message if isinstance(message, dict) else {"type": None, "content": message})
            self._news.notify_all()

    def _end(self, code: int) -> None:
        with self._news:
            self.code = self.code or code
            self._news.notify_all()

    def _read_frame(self) -> tuple[int, bytes]:
        first, second = self._read(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._read(8))
        return first & 0x0F, self._read(length)

    def _read(self, size: int) -> bytes:
        while len(self._rest) < size:
            part = self._socket.recv(65_536)
            if not part:
                raise EOFError
            self._rest += part
        content, self._rest = self._rest[:size], self._rest[size:]
        return content
