from typing import Any

from fastapi import Depends, Request


def retiring(*notices: tuple[bytes, bytes]) -> Any:
    """Says that a route is deprecated (RFC 9745), and when it goes (RFC 8594)."""

    async def noted(request: Request) -> None:
        request.scope["state"]["notices"] = notices

    return Depends(noted)
