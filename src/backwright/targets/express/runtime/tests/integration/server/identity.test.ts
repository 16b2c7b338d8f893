import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roles } from '../../../config/application.js';
import { logIn, refresh, register, registered } from '../../support/accounts.js';
import { query } from '../../support/database.js';
import { newRegistration, signIn } from '../../support/rows.js';
import { faultsOf, send } from '../../support/server.js';

test('when somebody has registered and confirmed the address, then they can log in and are given the first role', async () => {
  const { login } = await registered();
  const { status, body } = await logIn(login);
  assert.equal(status, 200);
  assert.equal(body.tokenType, 'Bearer');
  const claims = JSON.parse(Buffer.from(String(body.accessToken).split('.')[1] ?? '', 'base64url').toString());
  assert.equal(claims.role, roles[0]);
});

test('when the address is taken, then the answer is the same and the account stays as it was', async () => {
  const { profile, login } = await registered();
  const { profile: fresh } = await newRegistration();
  const first = await register(fresh);
  const again = await register(profile, 'another password, also long');
  assert.deepEqual([again.status, again.body], [first.status, first.body]);
  assert.equal((await logIn(login, 'another password, also long')).status, 401);
  assert.equal((await logIn(login)).status, 200);
});

test('when somebody registers with a role or a short password, then both are refused', async () => {
  const { profile } = await newRegistration();
  const answer = await register({ ...profile, role: roles.at(-1) }, 'short');
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['/password', '/role']);
});

test('when somebody registers with a common password or one made of their address, then it is refused', async () => {
  const { profile, login } = await newRegistration();
  const own = `${login.split('@')[0]}-${login.split('@')[0]}`;
  for (const password of ['passwordpassword', own]) assert.deepEqual(faultsOf(await register(profile, password)), ['/password']);
});

test('when the password or the address is wrong, then the answer is the same 401', async () => {
  const { login } = await registered();
  const wrong = await logIn(login, 'wrong horse battery staple');
  const unknown = await logIn(`x${login}`);
  assert.equal(wrong.status, 401);
  assert.match(wrong.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const { requestId: _one, ...first } = wrong.body;
  const { requestId: _other, ...second } = unknown.body;
  assert.deepEqual(first, second);
});

test('when the address is written in capitals, then it is the same account', async () => {
  const { login } = await registered();
  assert.equal((await logIn(login.toUpperCase())).status, 200);
});

test('when a password is stored, then only as an argon2id hash', async () => {
  await registered();
  const [found] = await query("select bool_and(password_hash like '$argon2id$%') as hashed from internal.credentials");
  assert.equal(found?.hashed, true);
});

test('when a refresh token is used, then the next one continues the session', async () => {
  const { login } = await registered();
  const first = await logIn(login);
  const second = await refresh(first.body.refreshToken);
  assert.equal(second.status, 200);
  assert.notEqual(second.body.refreshToken, first.body.refreshToken);
  assert.equal((await refresh(second.body.refreshToken)).status, 200);
});

test('when a refresh token comes a second time, then its whole session ends', async () => {
  const { login } = await registered();
  const first = await logIn(login);
  const second = await refresh(first.body.refreshToken);
  const elsewhere = await logIn(login);
  assert.equal((await refresh(first.body.refreshToken)).status, 401);
  assert.equal((await refresh(second.body.refreshToken)).status, 401);
  assert.equal((await refresh(elsewhere.body.refreshToken)).status, 200);
});

test('when one refresh token is used twice at once, then at most one use succeeds', async () => {
  const { login } = await registered();
  const { body } = await logIn(login);
  const answers = await Promise.all([refresh(body.refreshToken), refresh(body.refreshToken)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401]);
});

test('when a refresh token was never issued, then it is refused', async () => {
  assert.equal((await refresh('nobody-has-this-token')).status, 401);
  assert.equal((await refresh(1)).status, 422);
});

test('when somebody logs out, then the session cannot be refreshed', async () => {
  const { login } = await registered();
  const { body } = await logIn(login);
  const answer = await send('POST', '/v1/auth/logout', { as: { token: String(body.accessToken) } });
  assert.equal(answer.status, 204);
  assert.equal((await refresh(body.refreshToken)).status, 401);
});

test('when a caller shows a token that does not hold, then it is refused everywhere', async () => {
  const { token } = await signIn(String(roles[0]));
  for (const path of ['/v1/me', '/v1/auth/login', '/v1/nowhere']) {
    assert.equal((await send('GET', path, { as: { token: `${token}x` } })).status, 401);
    assert.equal((await send('GET', path, { headers: { authorization: 'Basic YTpi' } })).status, 401);
  }
});

test('when nobody is signed in, then logging out needs a token', async () => {
  const { status, headers } = await send('POST', '/v1/auth/logout');
  assert.deepEqual([status, headers.get('www-authenticate')], [401, 'Bearer']);
});
