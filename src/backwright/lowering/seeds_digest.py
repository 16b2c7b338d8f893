"""Numbers and ids that depend on words alone."""

from __future__ import annotations

import hashlib
from datetime import datetime

__all__ = ["digest", "uuid_at"]


def digest(*words: object) -> int:
    """A number below 2^48."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, words)).encode()).digest()[:6], "big")


def uuid_at(created: datetime, index: int, *words: object) -> str:
    """A version 7 UUID: its time, then the place among rows of that time, then a digest."""
    milliseconds = int(created.timestamp() * 1000)
    tail = hashlib.sha256("/".join(map(str, (*words, index))).encode()).hexdigest()
    text = f"{milliseconds:012x}7{index % 4096:03x}8{tail[:15]}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
