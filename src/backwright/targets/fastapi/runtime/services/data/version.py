import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.business.problem import not_found, precondition_failed, precondition_required
from services.data.batch import Statement
from services.data.database import Transaction, context_statement
from services.data.resource import Resource, reading

TAG = re.compile(rb'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')

T = TypeVar("T")


def tag_of(content: bytes) -> bytes:
    """The strong tag of an answer: 132 bits of its digest (RFC 9110, 8.8.3)."""
    return b'"%s"' % base64.urlsafe_b64encode(hashlib.sha256(content).digest())[:22]


def _is_any(header: bytes) -> bool:
    return header.strip() == b"*"


def is_known(header: bytes | None, tag: bytes) -> bool:
    """Whether `If-None-Match` names the tag, compared weakly (RFC 9110, 13.1.2)."""
    if header is None:
        return False
    return _is_any(header) or any(each.removeprefix(b"W/") == tag for each in TAG.findall(header))


def is_unconditional(resource: Resource, if_match: bytes | None) -> bool:
    """Whether a write may go ahead whatever the row looks like."""
    return not resource.versioned if if_match is None else _is_any(if_match)


async def while_current(
    tx: Transaction, resource: Resource, row_id: str, if_match: bytes | None, work: Callable[[], Awaitable[T]]
) -> T:
    """Runs `work` while the row, as the caller would read it now, has one of the tags of `If-Match`, compared strongly
    (RFC 9110, 13.1.1).
    """
    as_reader = tx.context._replace(operation=f"{resource.name}.read")
    locked, _, found, _ = await tx.send(
        Statement(f"{resource.name}.lock", resource.lock, (row_id,)),
        context_statement(as_reader),
        reading(resource, row_id),
        context_statement(tx.context),
    )
    content = found.rows[0][0] if found.rows else None
    if content is None:
        raise not_found()
    if if_match is None:
        raise precondition_required()
    if tag_of(content) not in TAG.findall(if_match):
        raise precondition_failed()
    result = await work()
    if not locked.rows:
        # No policy let this caller write the row as it was: it has become another one since.
        raise precondition_failed()
    return result
