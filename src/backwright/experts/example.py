"""Examples of rules are sections of a blueprint, completed here to one that compiles and that nobody objects to."""

from __future__ import annotations

import re

__all__ = ["complete", "shown"]

_PRELUDE = {
    "backwright": "backwright: 1\n",
    "app": 'app: {name: Example, summary: "What a rule looks at"}\n',
    "identity": "identity: {entity: Account, login: [email, password], roles: [member, staff]}\n",
    "entities": "entities:\n",
    "requirements": "requirements:\n  load: {users: 1000, rps: 50, p95: 300ms}\n",
}
_ACCOUNT = """  Account:
    fields: {email: email unique personal}
    allow: {read: this == me || me.role == 'staff'}
"""
_SECTION = re.compile(r"^(?=[a-z])", re.MULTILINE)


def complete(sections: str) -> str:
    """The sections with whatever of the usual head they leave out; without an `Account` of their own they get one."""
    given = {text.partition(":")[0]: text for text in _SECTION.split(sections) if text}
    merged = {**_PRELUDE, **given}
    if "entity: Account" in merged["identity"] and "  Account:" not in merged["entities"]:
        merged["entities"] = merged["entities"].replace("entities:\n", f"entities:\n{_ACCOUNT}", 1)
    order = (*_PRELUDE, *(name for name in merged if name not in _PRELUDE))
    return shown("".join(merged[name] for name in order))


def shown(sections: str) -> str:
    """Without the lines that say that a section of the usual head is not there: `identity: none`."""
    return re.sub(r"^[a-z]+: none\n", "", sections, flags=re.MULTILINE)
