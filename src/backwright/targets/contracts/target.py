"""The contracts that every stack shares."""

from __future__ import annotations

import json

from backwright.plan.model import Plan
from backwright.render import File, FileSet
from backwright.targets.contracts.openapi import openapi

__all__ = ["write"]


def write(plan: Plan) -> FileSet:
    """The OpenAPI document."""
    text = json.dumps(openapi(plan), indent=2, ensure_ascii=False) + "\n"
    return FileSet((File("api/documentation/openapi.json", text),))
