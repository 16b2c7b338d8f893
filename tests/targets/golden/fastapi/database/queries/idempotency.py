LOCK = "select pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2 || ' ' || $3, 0))"

STORED = """select fingerprint = encode(sha256(convert_to($4::jsonb::text, 'UTF8')), 'hex'), status, body
from internal.idempotency_keys
where user_id = $1 and operation = $2 and key = $3 and created_at > now() - interval '24 hours'"""

STORE = """insert into internal.idempotency_keys (user_id, operation, key, fingerprint, status, body)
values ($1, $2, $3, encode(sha256(convert_to($4::jsonb::text, 'UTF8')), 'hex'), $5, $6)
on conflict (user_id, operation, key) do update
set fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body, created_at = now()
where internal.idempotency_keys.created_at <= now() - interval '24 hours'"""
