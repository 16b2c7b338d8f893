"""The contracts that every stack shares."""

from __future__ import annotations

import json

from backwright.plan.model import Plan
from backwright.render import File, FileSet
from backwright.targets.contracts.asyncapi import asyncapi
from backwright.targets.contracts.openapi import openapi

__all__ = ["write"]


def write(plan: Plan) -> FileSet:
    """The OpenAPI document, and the AsyncAPI document where there are channels."""
    files = FileSet((File("api/documentation/openapi.json", _text(openapi(plan))),))
    if plan.channels:
        files.add(File("api/documentation/asyncapi.json", _text(asyncapi(plan))))
    return files


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
