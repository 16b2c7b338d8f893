"""How many requests callers may make: the lines of `requirements.limits`."""

from __future__ import annotations

import re

from backwright.blueprint.nodes import Requirement
from backwright.blueprint.suggestion import nearest
from backwright.plan.draft import Draft
from backwright.plan.model import Limit

__all__ = ["limits"]

_SECTION = "limits"
_QUOTA = re.compile(r"([1-9][0-9]{0,8}) ?/ ?(s|min|h)\Z")
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_EVERYBODY = ("anonymous",)
_ACCOUNTS = ("user", "login", "register")


def limits(draft: Draft) -> None:
    """Check their names and quotas."""
    known = _names(draft)
    for item in draft.blueprint.requirements:
        section, _, name = item.path.partition(".")
        if section != _SECTION:
            continue
        quota = _QUOTA.match(item.value)
        if not name:
            _refuse(draft, item, "is a mapping")
        elif name not in known:
            advice = nearest(name, sorted(known)) or f"Known: {', '.join(known)}."
            draft.say("name/unknown-limit", f"nothing called '{name}' can be limited", item.key.origin, advice)
        elif quota is None:
            _refuse(draft, item, f"does not understand '{item.value}'")
        else:
            draft.limits.append(Limit(name, int(quota[1]), _SECONDS[quota[2]], item.origin))


def _names(draft: Draft) -> tuple[str, ...]:
    identity = draft.blueprint.identity
    roles = tuple(role.name for role in identity.roles) if identity else ()
    operations = (operation.name.name for operation in draft.blueprint.operations)
    return tuple(dict.fromkeys((*_EVERYBODY, *(_ACCOUNTS if identity else ()), *roles, *operations)))


def _refuse(draft: Draft, item: Requirement, what: str) -> None:
    draft.say("plan/limit", f"'limits' {what}", item.origin, "Write 'limits: {anonymous: 60/min}', with s, min or h.")
