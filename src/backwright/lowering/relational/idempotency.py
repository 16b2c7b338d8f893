"""How an answer is kept and found again under an idempotency key."""

from __future__ import annotations

__all__ = ["LOCK", "STORE", "STORED"]

# `$1` to `$3` are the caller, the operation and the key.
LOCK = "select pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2 || ' ' || $3, 0))"

# `$4` is the payload. As jsonb it has one text, whoever wrote it and in whichever order.
_FINGERPRINT = "encode(sha256(convert_to($4::jsonb::text, 'UTF8')), 'hex')"

STORED = f"""select fingerprint = {_FINGERPRINT}, status, body
from internal.idempotency_keys
where user_id = $1 and operation = $2 and key = $3 and created_at > now() - interval '24 hours'"""

STORE = f"""insert into internal.idempotency_keys (user_id, operation, key, fingerprint, status, body)
values ($1, $2, $3, {_FINGERPRINT}, $5, $6)
on conflict (user_id, operation, key) do update
set fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body, created_at = now()
where internal.idempotency_keys.created_at <= now() - interval '24 hours'"""
