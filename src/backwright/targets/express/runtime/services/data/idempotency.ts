import { idempotencyQueries } from '../../database/queries/idempotency.js';
import { badRequest, conflict, Problem } from '../business/problem.js';
import { type Context, type Transaction, transaction } from './database.js';

export interface Answer {
  readonly status: number;
  readonly json: string;
}

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
  return transaction(context, async (tx) => {
    const values = [userId, operation, key];
    const [lock, stored] = await tx.send(
      { name: 'idempotency.lock', text: idempotencyQueries.lock, values },
      { name: 'idempotency.stored', text: idempotencyQueries.stored, values: [...values, input] },
    );
    const [same, status, body] = stored?.rows[0] ?? [];
    if (lock?.rows[0]?.[0] !== 't') throw conflict('in_progress', 'A request with this Idempotency-Key is still running.');
    if (same === 'f') {
      throw new Problem(422, 'idempotency_key_reused', 'This Idempotency-Key came with another payload.');
    }
    if (same) return { status: Number(status), json: String(body) };
    const answer = await work(tx);
    const kept = [...values, input, answer.status, answer.json];
    await tx.commit({ name: 'idempotency.store', text: idempotencyQueries.store, values: kept });
    return answer;
  });
}
