"""One hostile request, what may be answered, and what it may change."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from backwright.diagnostics import Origin
from backwright.gates.oracle import Principal

__all__ = ["ANYBODY", "Attack", "Headers"]

ANYBODY = Principal("anonymous")
Headers = tuple[tuple[str, str], ...]
_SHOWN = 300
# Only from where a word begins: texts of 50 kB without an end of a word are sent as well.
_TOKEN = re.compile(r"(?<![\w-])[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}")


@dataclass(frozen=True, slots=True)
class Attack:
    """`check` is the id of the check; an empty `template` is a path that no document names.

    `body` is sent as it is where it is bytes, otherwise as JSON; None is no body. `wanted` are the statuses that may be
    answered, any documented one where it is empty. `changes` are tables that an accepted request may change.
    """

    check: str
    method: str
    template: str
    path: str
    title: str
    wanted: tuple[int, ...] = ()
    who: Principal = ANYBODY
    body: object = None
    headers: Headers = ()
    changes: frozenset[str] = frozenset()
    origin: Origin = field(default_factory=Origin)

    @property
    def content(self) -> bytes | None:
        """The bytes of the body."""
        if self.body is None or isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False).encode()

    @property
    def sent_headers(self) -> Headers:
        """With the caller's token, and the type of a JSON body unless the attack names one."""
        names = {name.lower() for name, _ in self.headers}
        own = [("Authorization", f"Bearer {self.who.token}")] if self.who.token and "authorization" not in names else []
        own += [("Content-Type", "application/json")] if self.body is not None and "content-type" not in names else []
        return (*own, *((name, value) for name, value in self.headers if value))

    def again(self, base: str) -> str:
        """The request as a command line; tokens are left out."""
        headers = [f"-H '{name}: {_hidden(value)[:_SHOWN]}'" for name, value in self.sent_headers]
        content = (self.content or b"").decode("utf-8", "backslashreplace")
        data = [f"--data-binary '{_hidden(content)[:_SHOWN]}'"] if content else []
        return " ".join(["curl -i -X", self.method, *headers, *data, f'"$URL{base}{self.path[:_SHOWN]}"'])


def _hidden(text: str) -> str:
    return _TOKEN.sub("$TOKEN", text)
