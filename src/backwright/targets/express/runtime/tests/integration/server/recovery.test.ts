import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn, mailedToken, mailsTo, PASSWORD, refresh, register, registered, verify } from '../../support/accounts.js';
import { query } from '../../support/database.js';
import type { Answer, Body } from '../../support/requests.js';
import { newRegistration } from '../../support/rows.js';
import { send } from '../../support/server.js';

const NEW = 'another battery, another horse';

const forgot = (email: string): Promise<Answer> => send('POST', '/v1/auth/password/forgot', { body: { email } });
const verification = (email: string): Promise<Answer> => send('POST', '/v1/auth/verification', { body: { email } });
const reset = (token: string, password = NEW): Promise<Answer> => send('POST', '/v1/auth/password/reset', { body: { token, password } });

const refused = ({ status, body }: Answer) => assert.deepEqual([status, body.code], [422, 'token_invalid']);
const kinds = (mails: readonly Body[]) => mails.map(({ kind }) => kind);

/** A token that holds for a password that is to be set. */
async function resetToken(): Promise<{ login: string; token: string }> {
  const { login } = await registered();
  assert.equal((await forgot(login)).status, 202);
  return { login, token: await mailedToken(login, 'reset') };
}

test('when an address is not confirmed, then the login is refused like one with a wrong password', async () => {
  const { profile, login } = await newRegistration();
  await register(profile);
  const right = await logIn(login);
  const wrong = await logIn(login, NEW);
  assert.equal(right.status, 401);
  assert.deepEqual({ ...right.body, requestId: '' }, { ...wrong.body, requestId: '' });
  assert.equal((await verify(await mailedToken(login, 'verification'))).status, 204);
  assert.equal((await logIn(login)).status, 200);
});

test('when a link to confirm is used twice or has expired, then it is refused, and another can be had', async () => {
  const { profile, login } = await newRegistration();
  await register(profile);
  const token = await mailedToken(login, 'verification');
  await query('update internal.one_time_tokens set expires_at = now() where id = $1', token.split('.')[0]);
  refused(await verify(token));
  assert.deepEqual((await verification(login)).body, { status: 'accepted' });
  const next = await mailedToken(login, 'verification');
  assert.equal((await verify(next)).status, 204);
  refused(await verify(next));
});

test('when a known address registers, then its owner is told, and nobody else', async () => {
  const { profile, login } = await registered();
  await register(profile, NEW);
  assert.deepEqual(kinds(await mailsTo(login)), ['registered', 'verification']);
  assert.equal((await logIn(login, NEW)).status, 401);
});

test('when an address needs no mail, then the answer is the same and none is written', async () => {
  const { login } = await registered();
  const nobody = `x${login}`;
  for (const answer of [await verification(login), await verification(nobody), await forgot(nobody)]) {
    assert.deepEqual([answer.status, answer.body], [202, { status: 'accepted' }]);
  }
  assert.deepEqual([kinds(await mailsTo(login)), await mailsTo(nobody)], [['verification'], []]);
});

test('when a password is reset, then the new one holds, all sessions end, and the owner is told', async () => {
  const { login, token } = await resetToken();
  const session = await logIn(login);
  const as = { token: String(session.body.accessToken) };
  assert.equal((await send('GET', '/v1/nowhere', { as })).status, 404);
  assert.equal((await reset(token)).status, 204);
  assert.equal((await send('GET', '/v1/nowhere', { as })).status, 401);
  assert.equal((await refresh(session.body.refreshToken)).status, 401);
  assert.deepEqual([(await logIn(login)).status, (await logIn(login, NEW)).status], [401, 200]);
  assert.equal((await mailsTo(login))[0]?.kind, 'passwordChanged');
});

test('when a reset is used twice, has expired or is followed by another, then it is refused', async () => {
  const { login, token } = await resetToken();
  await forgot(login);
  const second = await mailedToken(login, 'reset');
  assert.equal((await reset(token)).status, 204);
  refused(await reset(token));
  refused(await reset(second));
  await forgot(login);
  const third = await mailedToken(login, 'reset');
  await query('update internal.one_time_tokens set expires_at = now() where id = $1', third.split('.')[0]);
  refused(await reset(third));
});

test('when one reset is used many times at once, then one password is set', async () => {
  const { login, token } = await resetToken();
  const passwords = ['one', 'two', 'three', 'four'].map((word) => `${word} horses and a battery`);
  const statuses = (await Promise.all(passwords.map((password) => reset(token, password)))).map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [204, 422, 422, 422]);
  const logins = await Promise.all(passwords.map(async (password) => (await logIn(login, password)).status));
  assert.deepEqual(
    logins,
    statuses.map((status) => (status === 204 ? 200 : 401)),
  );
});

test('when mails to one address are asked for again and again, then five of a kind are written in an hour', async () => {
  const { profile, login } = await registered();
  const asked = await Promise.all(Array.from({ length: 12 }, () => forgot(login)));
  assert.ok(asked.every(({ status }) => status === 202));
  for (let time = 0; time < 8; time += 1) await register(profile);
  const written = kinds(await mailsTo(login));
  assert.deepEqual(
    ['reset', 'registered', 'verification'].map((kind) => written.filter((each) => each === kind).length),
    [5, 5, 1],
  );
});

test('when several resets of one account are used at once, then one of them holds', async () => {
  const { login, token } = await resetToken();
  await forgot(login);
  const tokens = [token, await mailedToken(login, 'reset')];
  const statuses = (await Promise.all(tokens.map((each) => reset(each)))).map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [204, 422]);
});

test('when somebody has lost the first password before confirming, then a reset confirms as well', async () => {
  const { profile, login } = await newRegistration();
  await register(profile);
  await forgot(login);
  assert.equal((await reset(await mailedToken(login, 'reset'))).status, 204);
  assert.equal((await logIn(login, NEW)).status, 200);
});

test('when a token serves another purpose, then it is refused', async () => {
  const { login, token } = await resetToken();
  const { accessToken, refreshToken } = (await logIn(login)).body;
  refused(await verify(token));
  for (const other of [accessToken, refreshToken]) {
    assert.deepEqual([(await reset(String(other))).status, (await verify(String(other))).status], [422, 422]);
  }
  assert.equal((await refresh(token)).status, 401);
  assert.equal((await send('GET', '/v1/me', { as: { token } })).status, 401);
  refused(await reset(await mailedToken(login, 'verification')));
});

test('when a new password is short, then the reset can still be used', async () => {
  const { token } = await resetToken();
  for (const password of ['short', 'passwordpassword']) assert.equal((await reset(token, password)).body.code, 'invalid');
  assert.equal((await reset(token)).status, 204);
});

test('when the database is read, then it holds no token that works', async () => {
  const { login, token } = await resetToken();
  const [found] = await query(
    `select string_agg(to_jsonb(mail)::text || to_jsonb(token)::text, '') as stored
     from internal.mails as mail join internal.one_time_tokens as token on token.id = mail.token_id`,
  );
  const secret = token.split('.')[1] ?? '';
  assert.equal(secret.length, 43);
  assert.doesNotMatch(String(found?.stored), new RegExp(secret));
  assert.equal((await logIn(login, PASSWORD)).status, 200);
});

test('when a request names another host, then links lead where they always do', async () => {
  const { login } = await registered();
  await send('POST', '/v1/auth/password/forgot', { body: { email: login }, headers: { 'x-forwarded-host': 'evil.example' } });
  const [mail] = await mailsTo(login);
  assert.match(String(mail?.text), /\nhttp:\/\/localhost:3000\/reset#token=\S+\n/);
});
