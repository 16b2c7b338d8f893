import os
import time
from uuid import UUID


def uuid7() -> str:
    """RFC 9562, version 7: 48 bits of milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    drawn = int.from_bytes(os.urandom(10))
    value = milliseconds << 80 | drawn & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return str(UUID(int=value))
