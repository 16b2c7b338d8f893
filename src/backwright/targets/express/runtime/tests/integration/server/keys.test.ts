import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { roles } from '../../../config/application.js';
import { mailedToken, registered } from '../../support/accounts.js';
import { query } from '../../support/database.js';
import type { Body } from '../../support/requests.js';
import { signIn } from '../../support/rows.js';
import { faultsOf, itemsOf, send } from '../../support/server.js';

interface Signed {
  readonly token: string;
}

async function keyOf(as: Signed, body: object = { name: 'a robot' }): Promise<Body> {
  const created = await send('POST', '/v1/auth/keys', { as, body });
  assert.equal(created.status, 201);
  return created.body;
}

/** 404 says that the token was accepted. */
const statusFor = async (as: Signed): Promise<number> => (await send('GET', '/v1/nowhere', { as })).status;
const using = ({ key }: Body): Signed => ({ token: String(key) });

test('when a key is made, then it is shown once, acts as its owner, and is stored as a digest', async () => {
  const owner = await signIn(String(roles[0]));
  const made = await keyOf(owner);
  assert.match(String(made.key), /^key_[\w-]{43}$/);
  assert.equal(await statusFor(using(made)), 404);
  const { key, ...rest } = made;
  assert.deepEqual(itemsOf(await send('GET', '/v1/auth/keys', { as: owner })), [rest]);
  const [stored] = await query('select to_jsonb(key)::text as row, digest from internal.api_keys as key where id = $1', made.id);
  assert.equal(stored?.digest, createHash('sha256').update(String(key)).digest('hex'));
  assert.doesNotMatch(String(stored?.row), new RegExp(String(key).slice(4)));
});

test('when a session ended a moment ago, then it makes no key, even where it is still remembered', async () => {
  const owner = await signIn(String(roles[0]));
  assert.equal(await statusFor(owner), 404);
  await query('update internal.sessions set revoked_at = now() where user_id = $1', owner.id);
  assert.equal((await send('POST', '/v1/auth/keys', { as: owner, body: { name: 'late' } })).status, 401);
});

test('when a key is shown below /auth, then it is forbidden, whatever is there', async () => {
  const as = using(await keyOf(await signIn(String(roles[0]))));
  for (const [method, path] of [
    ['GET', 'keys'],
    ['POST', 'keys'],
    ['GET', 'sessions'],
    ['DELETE', 'sessions'],
    ['POST', 'logout'],
    ['POST', 'password'],
    ['POST', 'login'],
    ['GET', 'nowhere'],
  ] as const) {
    assert.equal((await send(method, `/v1/auth/${path}`, { as })).status, 403);
  }
});

test('when a key has expired or its text is changed, then it is refused', async () => {
  const owner = await signIn(String(roles[0]));
  const made = await keyOf(owner, { name: 'late', expiresAt: '2020-01-01T00:00:00Z' });
  assert.equal(made.expiresAt, '2020-01-01T00:00:00.000Z');
  for (const token of [String(made.key), 'key_', `key_${'x'.repeat(43)}`]) assert.equal(await statusFor({ token }), 401);
});

test('when a key is revoked, then it is refused within five seconds', async () => {
  const owner = await signIn(String(roles[0]));
  const made = await keyOf(owner);
  assert.equal(await statusFor(using(made)), 404);
  assert.equal((await send('DELETE', `/v1/auth/keys/${made.id}`, { as: owner })).status, 204);
  assert.equal((await send('DELETE', `/v1/auth/keys/${made.id}`, { as: owner })).status, 404);
  await sleep(4_500);
  assert.equal(await statusFor(using(made)), 401);
});

test('when a key is somebody elses, then it is not there', async () => {
  const [owner, other] = [await signIn(String(roles[0])), await signIn(String(roles[0]))];
  const made = await keyOf(owner);
  assert.equal((await send('DELETE', `/v1/auth/keys/${made.id}`, { as: other })).status, 404);
  assert.deepEqual(itemsOf(await send('GET', '/v1/auth/keys', { as: other })), []);
});

test('when a password is reset, then the keys of the account are gone', async () => {
  const { login } = await registered();
  await send('POST', '/v1/auth/password/forgot', { body: { email: login } });
  const token = await mailedToken(login, 'reset');
  const [owned] = await query('select user_id from internal.one_time_tokens where id = $1', token.split('.')[0]);
  await query("insert into internal.api_keys (user_id, name, digest) values ($1, 'x', $2)", owned?.user_id, token);
  await send('POST', '/v1/auth/password/reset', { body: { token, password: 'another battery, another horse' } });
  assert.deepEqual(await query('select id from internal.api_keys where user_id = $1', owned?.user_id), []);
});

test('when a key has no name or an odd end, then it is refused', async () => {
  const owner = await signIn(String(roles[0]));
  const answer = await send('POST', '/v1/auth/keys', { as: owner, body: { name: '', expiresAt: 'soon', role: 'x' } });
  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, '/expiresAt', '/name', '/role']);
});
