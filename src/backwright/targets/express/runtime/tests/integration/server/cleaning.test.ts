import '../../support/environment.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roles } from '../../../config/application.js';
import { cleanUp } from '../../../services/security/cleaning.js';
import { mailsTo, registered } from '../../support/accounts.js';
import { query } from '../../support/database.js';
import { signIn } from '../../support/rows.js';

const MORE_THAN_AT_ONCE = 1_001;

/** A server that starts may be at it, and then there is nothing to do for us. */
async function cleaned(isDone: () => Promise<boolean>): Promise<void> {
  for (let done = false; !done; done = await isDone()) await cleanUp();
}

const count = async (table: string, id: unknown) => (await query(`select 1 from internal.${table} where user_id = $1`, id)).length;

async function idempotencyKey(userId: string): Promise<void> {
  const text = `insert into internal.idempotency_keys (user_id, operation, key, fingerprint, status, body) values ($1, 'x', 'x', 'x', 200, '')`;
  await query(text, userId);
}

test('when sessions, refresh tokens and idempotency keys are old, then they are deleted, and others are not', async () => {
  const [old, fresh] = [await signIn(String(roles[0])), await signIn(String(roles[0]))];
  for (const { id } of [old, fresh]) {
    await idempotencyKey(id);
    await query(
      "insert into internal.refresh_tokens (digest, session_id) select id || ' ' || number, id from internal.sessions, generate_series(1, $2) as number where user_id = $1",
      id,
      MORE_THAN_AT_ONCE,
    );
  }
  const tokens = () =>
    query('select 1 from internal.refresh_tokens as token join internal.sessions on sessions.id = session_id where user_id = any($1)', [
      old.id,
      fresh.id,
    ]);
  await query("update internal.sessions set revoked_at = now() - interval '25 hours' where user_id = $1", old.id);
  await query("update internal.idempotency_keys set created_at = now() - interval '25 hours' where user_id = $1", old.id);
  assert.equal((await tokens()).length, 2 * MORE_THAN_AT_ONCE);
  await cleaned(async () => (await count('sessions', old.id)) + (await count('idempotency_keys', old.id)) === 0);
  assert.deepEqual([await count('sessions', fresh.id), await count('idempotency_keys', fresh.id)], [1, 1]);
  assert.equal((await tokens()).length, MORE_THAN_AT_ONCE);
});

test('when one-time tokens and mails are old, then they are deleted, and others are not', async () => {
  const [old, fresh] = [await registered(), await registered()];
  const where =
    'where id in (select token_id from internal.mails where user_id = (select user_id from internal.one_time_tokens where id = $1))';
  const text = String((await mailsTo(old.login))[0]?.text);
  await query(`update internal.one_time_tokens set expires_at = now() - interval '25 hours' ${where}`, /#token=([^.]+)/.exec(text)?.[1]);
  await cleaned(async () => (await mailsTo(old.login)).length === 0);
  assert.equal((await mailsTo(fresh.login)).length, 1);
});

test('when two servers clean at once, then neither fails', async () => {
  await Promise.all([cleanUp(), cleanUp(), cleanUp()]);
});
