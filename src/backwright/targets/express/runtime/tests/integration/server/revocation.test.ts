import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { roles } from '../../../config/application.js';
import { query } from '../../support/database.js';
import { signIn } from '../../support/rows.js';
import { send } from '../../support/server.js';
import type { Account } from '../../support/sessions.js';

/** 404 says that the token was accepted. */
const statusFor = async (as: Account): Promise<number> => (await send('GET', '/v1/nowhere', { as })).status;

test('when somebody logs out, then the access token ends with the session', async () => {
  const [leaving, staying] = [await signIn(String(roles[0])), await signIn(String(roles[0]))];
  assert.deepEqual([await statusFor(leaving), await statusFor(staying)], [404, 404]);
  assert.equal((await send('POST', '/v1/auth/logout', { as: leaving })).status, 204);
  assert.deepEqual([await statusFor(leaving), await statusFor(staying)], [401, 404]);
});

test('when another server ends a session, then its access token is refused within five seconds', async () => {
  const account = await signIn(String(roles[0]));
  assert.equal(await statusFor(account), 404);
  await query('update internal.sessions set revoked_at = now() where user_id = $1', account.id);
  await sleep(4_500);
  assert.equal(await statusFor(account), 401);
});
