from collections.abc import Iterable, Mapping
from typing import Any

import httpx


def all_rows(
    client: httpx.Client, path: str, *, params: Mapping[str, Any] | None = None, auth: httpx.Auth | None = None
) -> list[dict[str, Any]]:
    """Every row of a list, page by page."""
    rows: list[dict[str, Any]] = []
    wanted = {**(params or {}), "limit": 100}
    while True:
        page = client.get(path, params=wanted, auth=auth).json()
        rows += page["items"]
        if page["nextCursor"] is None:
            return rows
        wanted["cursor"] = page["nextCursor"]


def ids_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def newest(client: httpx.Client, path: str, *, auth: httpx.Auth | None = None) -> list[str]:
    """The ids on a list's first, newest page."""
    return ids_of(client.get(path, params={"limit": 100}, auth=auth).json()["items"])
