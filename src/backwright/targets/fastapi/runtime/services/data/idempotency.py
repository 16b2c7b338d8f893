import re
from collections.abc import Awaitable, Callable, Sequence

from database.queries.idempotency import LOCK, STORE, STORED
from services.business.problem import Problem, bad_request, conflict
from services.data.batch import Statement
from services.data.database import Context, Transaction, transaction

Answer = tuple[int, bytes]


def idempotency_key(headers: Sequence[str]) -> str:
    """The header's only value (draft-ietf-httpapi-idempotency-key-header): 1 to 255 visible characters."""
    if not headers:
        raise bad_request("idempotency_key_missing", "Send an Idempotency-Key header.")
    if len(headers) > 1 or not re.fullmatch(r"[\x21-\x7e]{1,255}", headers[0]):
        raise bad_request("idempotency_key_invalid", "Send 1 to 255 visible characters.")
    return headers[0]


async def once(
    context: Context, key: str, payload: str, work: Callable[[Transaction], Awaitable[Answer]]
) -> Answer:
    """Runs `work` once per caller, operation and key. The effect and the answer are committed together; the same request
    again gets the stored answer, another payload 422, and one that is still running 409.
    """
    values = (context.user_id, context.operation, key)

    async def at_most_once(tx: Transaction) -> Answer:
        lock, stored = await tx.send(
            Statement("idempotency.lock", LOCK, values), Statement("idempotency.stored", STORED, (*values, payload))
        )
        if lock.rows[0][0] != b"t":
            raise conflict("in_progress", "A request with this Idempotency-Key is still running.")
        if stored.rows:
            same, known_status, known_body = stored.rows[0]
            if same != b"t":
                raise Problem(422, "idempotency_key_reused", "This Idempotency-Key came with another payload.")
            return int(known_status or 0), known_body or b""
        status, body = answer = await work(tx)
        await tx.commit(Statement("idempotency.store", STORE, (*values, payload, status, body)))
        return answer

    return await transaction(context, at_most_once)
