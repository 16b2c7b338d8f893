import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn, mailsTo, PASSWORD, refresh, registered } from '../../support/accounts.js';
import type { Answer } from '../../support/requests.js';
import { faultsOf, itemsOf, send } from '../../support/server.js';

const NEW = 'another battery, another horse';
const NOWHERE = '0198c0de-0000-7000-8000-00000000dead';

async function opened(login: string, password = PASSWORD) {
  const { body } = await logIn(login, password);
  return { token: String(body.accessToken), refreshToken: body.refreshToken };
}

/** 404 says that the token was accepted. */
const statusFor = async (as: { token: string }): Promise<number> => (await send('GET', '/v1/nowhere', { as })).status;
const sessionsOf = async (as: { token: string }) => itemsOf(await send('GET', '/v1/auth/sessions', { as }));
const change = (as: { token: string }, currentPassword: string, newPassword = NEW): Promise<Answer> =>
  send('POST', '/v1/auth/password', { as, body: { currentPassword, newPassword } });

test('when somebody has several sessions, then they see them, newest first, and which one is theirs now', async () => {
  const { login } = await registered();
  const [first, second] = [await opened(login), await opened(login)];
  const sessions = await sessionsOf(first);
  assert.deepEqual(
    sessions.map(({ current }) => current),
    [false, true],
  );
  for (const session of sessions) assert.deepEqual(Object.keys(session), ['id', 'createdAt', 'expiresAt', 'lastSeenAt', 'current']);
  assert.deepEqual(
    (await sessionsOf(second)).map(({ current }) => current),
    [true, false],
  );
});

test('when somebody ends one session, then it is over and the other goes on', async () => {
  const { login } = await registered();
  const [first, second] = [await opened(login), await opened(login)];
  assert.equal(await statusFor(second), 404);
  const [newest] = await sessionsOf(first);
  const path = `/v1/auth/sessions/${newest?.id}`;
  assert.equal((await send('DELETE', path, { as: first })).status, 204);
  assert.deepEqual([await statusFor(first), await statusFor(second)], [404, 401]);
  assert.equal((await refresh(second.refreshToken)).status, 401);
  assert.equal((await send('DELETE', path, { as: first })).status, 404);
});

test('when a session is somebody elses or none, then it is not there', async () => {
  const [mine, theirs] = [await opened((await registered()).login), await opened((await registered()).login)];
  const [session] = await sessionsOf(theirs);
  for (const id of [session?.id, NOWHERE]) assert.equal((await send('DELETE', `/v1/auth/sessions/${id}`, { as: mine })).status, 404);
  assert.equal((await send('DELETE', '/v1/auth/sessions/x', { as: mine })).status, 422);
  assert.equal(await statusFor(theirs), 404);
});

test('when somebody ends all sessions, then also the one that says so', async () => {
  const { login } = await registered();
  const [first, second] = [await opened(login), await opened(login)];
  assert.equal((await send('DELETE', '/v1/auth/sessions', { as: first })).status, 204);
  assert.deepEqual([await statusFor(first), await statusFor(second)], [401, 401]);
  assert.equal((await refresh(second.refreshToken)).status, 401);
});

test('when a password is changed, then the new one holds, the other sessions end, and the owner is told', async () => {
  const { login } = await registered();
  const [mine, other] = [await opened(login), await opened(login)];
  assert.equal((await change(mine, PASSWORD)).status, 204);
  assert.deepEqual([await statusFor(mine), await statusFor(other)], [404, 401]);
  assert.deepEqual([(await refresh(mine.refreshToken)).status, (await refresh(other.refreshToken)).status], [200, 401]);
  assert.deepEqual([(await logIn(login)).status, (await logIn(login, NEW)).status], [401, 200]);
  assert.equal((await mailsTo(login))[0]?.kind, 'passwordChanged');
});

test('when the current password is wrong or the new one short, then nothing changes', async () => {
  const { login } = await registered();
  const mine = await opened(login);
  const wrong = await change(mine, NEW);
  assert.deepEqual([wrong.status, wrong.body.code], [403, 'password_wrong']);
  for (const password of ['short', 'passwordpassword']) {
    assert.deepEqual(faultsOf(await change(mine, PASSWORD, password)), ['/newPassword']);
  }
  assert.equal((await logIn(login)).status, 200);
});

test('when a password is changed twice at once, then one change holds', async () => {
  const { login } = await registered();
  const mine = await opened(login);
  const passwords = [NEW, `${NEW} again`];
  const statuses = (await Promise.all(passwords.map((each) => change(mine, PASSWORD, each)))).map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [204, 403]);
  assert.equal((await logIn(login, passwords[statuses.indexOf(204)])).status, 200);
});

test('when somebody logs in with the old password while it changes, then no session of it is left', async () => {
  const { login } = await registered();
  const mine = await opened(login);
  const logins = Array.from({ length: 6 }, () => logIn(login));
  const changed = await change(mine, PASSWORD);
  assert.equal(changed.status, 204);
  for (const { status, body } of await Promise.all(logins)) {
    if (status === 200) assert.equal((await refresh(body.refreshToken)).status, 401);
  }
});

test('when nobody is signed in, then sessions, keys and passwords need a token', async () => {
  for (const [method, path] of [
    ['GET', 'sessions'],
    ['DELETE', 'sessions'],
    ['DELETE', `sessions/${NOWHERE}`],
    ['POST', 'password'],
    ['GET', 'keys'],
    ['POST', 'keys'],
    ['DELETE', `keys/${NOWHERE}`],
  ] as const) {
    assert.equal((await send(method, `/v1/auth/${path}`)).status, 401);
  }
});
