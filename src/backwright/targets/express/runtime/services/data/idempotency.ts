import { createHash } from 'node:crypto';
import { badRequest, conflict, Problem } from '../business/problem.js';
import { type Context, type Transaction, transaction } from './database.js';

export interface Answer {
  readonly status: number;
  readonly json: string;
}

const LOCK = "select pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2 || ' ' || $3, 0))";

const STORED = `select fingerprint, status, body from internal.idempotency_keys
where user_id = $1 and operation = $2 and key = $3 and created_at > now() - interval '24 hours'`;

const STORE = `insert into internal.idempotency_keys (user_id, operation, key, fingerprint, status, body)
values ($1, $2, $3, $4, $5, $6)
on conflict (user_id, operation, key) do update
set fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body, created_at = now()
where internal.idempotency_keys.created_at <= now() - interval '24 hours'`;

/** The header's value (draft-ietf-httpapi-idempotency-key-header): 1 to 255 visible characters. */
export function idempotencyKey(header: string | undefined): string {
  if (header === undefined) throw badRequest('idempotency_key_missing', 'Send an Idempotency-Key header.');
  if (!/^[\x21-\x7e]{1,255}$/.test(header)) throw badRequest('idempotency_key_invalid', 'Send 1 to 255 visible characters.');
  return header;
}

/**
 * Runs `work` once per caller, operation and key. The effect and the answer are committed together; the same request
 * again gets the stored answer, another payload 422, and one that is still running 409.
 */
export function once(context: Context, key: string, input: unknown, work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
  const { userId, operation } = context;
  const fingerprint = createHash('sha256').update(JSON.stringify(input)).digest('hex');
  return transaction(context, async (tx) => {
    const values = [userId, operation, key];
    const [lock, stored] = await tx.send(
      { name: 'idempotency.lock', text: LOCK, values },
      { name: 'idempotency.stored', text: STORED, values },
    );
    const [known, status, body] = stored?.rows[0] ?? [];
    if (lock?.rows[0]?.[0] !== 't') throw conflict('in_progress', 'A request with this Idempotency-Key is still running.');
    if (known && known !== fingerprint) {
      throw new Problem(422, 'idempotency_key_reused', 'This Idempotency-Key came with another payload.');
    }
    if (known) return { status: Number(status), json: String(body) };
    const answer = await work(tx);
    await tx.commit({ name: 'idempotency.store', text: STORE, values: [...values, fingerprint, answer.status, answer.json] });
    return answer;
  });
}
