import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { roles } from '../../../config/application.js';
import { mailedToken, PASSWORD, registered } from '../../support/accounts.js';
import { behindProxy, burst, sendFrom, someAddress } from '../../support/callers.js';
import { query } from '../../support/database.js';
import { start } from '../../support/process.js';
import type { Answer } from '../../support/requests.js';
import { signIn } from '../../support/rows.js';
import { send } from '../../support/server.js';

const OTHER = 'another battery, another horse';
const WRONG = 'wrong horse battery staple';
const FAILURES = 3;

const started = (limits: string, more: Record<string, string> = {}) => start({ ...behindProxy, RATE_LIMITS: limits, ...more });
const ample = 'anonymous=100000/min,user=100000/min,login=1000/min';
const narrow = 'anonymous=60/h,user=3/h,login=4/h,register=2/h';
const guessed = [await started(ample, { LOGIN_FAILURES: `${FAILURES}` }), await started(ample, { LOGIN_FAILURES: `${FAILURES}` })];
const limited = [await started(narrow), await started(narrow)];
const first = (servers: typeof guessed) => String(servers[0]?.origin);

const someLogin = async (): Promise<string> => (await registered()).login;

const logIn = (origin: string, email: string, password = WRONG, address = someAddress()): Promise<Answer> =>
  sendFrom(address, origin, 'POST', '/v1/auth/login', { body: { email, password } });

const tryIn = (email: string, password = WRONG, address = someAddress()) => logIn(first(guessed), email, password, address);

async function fail(login: string, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) assert.equal((await tryIn(login)).status, 401);
}

/** Of all attempts since `before` so many were tried, and one more after each wait; the others were refused. */
function assertTried(counts: Record<number, number>, failures: number, all: number, before: number): void {
  const { 401: tried = 0, 429: refused = 0 } = counts;
  const waits = Math.log2(1 + (performance.now() - before) / 1_000);
  assert.ok(tried >= failures && tried <= failures + waits && tried + refused === all, JSON.stringify(counts));
}

test('when too many passwords were wrong, then even the right one must wait, longer each time, and then counts anew', async () => {
  const login = await someLogin();
  const refused = async (seconds: string) => {
    const { status, headers, body } = await tryIn(login, PASSWORD);
    assert.deepEqual([status, body.code, headers.get('retry-after')], [429, 'rate_limited', seconds]);
    await sleep(Number(seconds) * 1_000 + 50);
  };
  await fail(login, FAILURES);
  await refused('1');
  await fail(login, 1);
  await refused('2');
  assert.equal((await tryIn(login, PASSWORD)).status, 200);
  await fail(login, FAILURES);
  await refused('1');
});

test('when an account must wait and its password is reset, then it waits no longer', async () => {
  const login = await someLogin();
  await fail(login, FAILURES);
  await send('POST', '/v1/auth/password/forgot', { body: { email: login } });
  const body = { token: await mailedToken(login, 'reset'), password: OTHER };
  assert.equal((await send('POST', '/v1/auth/password/reset', { body })).status, 204);
  assert.equal((await tryIn(login, OTHER)).status, 200);
});

test('when an account failed often, then it waits a quarter of an hour at most, and a day later nothing is known', async () => {
  const login = await someLogin();
  await fail(login, 1);
  const digest = `account ${createHash('sha256').update(login).digest('hex')}`;
  await query("update internal.login_attempts set failures = 90, retry_at = now() - interval '1 s' where key = $1", digest);
  await fail(login, 1);
  assert.match((await tryIn(login)).headers.get('retry-after') ?? '', /^(900|89\d)$/);
  await query("update internal.login_attempts set attempted_at = now() - interval '25 h', retry_at = null where key = $1", digest);
  await fail(login, 2);
});

test('when there is no such account, then it is answered as if there were one', async () => {
  const said = async (login: string) => {
    const answers = [await tryIn(login), await tryIn(login), await tryIn(login), await tryIn(login)];
    return answers.map(({ status, headers, body }) => [status, headers.get('retry-after'), { ...body, requestId: '' }]);
  };
  assert.deepEqual(await said(`nobody-${await someLogin()}`), await said(await someLogin()));
});

test('when many passwords are guessed at once at two servers, then no more are tried than may fail', async () => {
  const login = await someLogin();
  const before = performance.now();
  const counts = await burst(60, (turn) => logIn(String(guessed[turn % 2]?.origin), login));
  assertTried(counts, FAILURES, 60, before);
});

test('when the current password is guessed with a token, then that counts like signing in, and the right one counts anew', async () => {
  const { body } = await tryIn(await someLogin(), PASSWORD);
  const as = { token: String(body.accessToken) };
  const change = (currentPassword: string, newPassword = PASSWORD) =>
    sendFrom(someAddress(), first(guessed), 'POST', '/v1/auth/password', { as, body: { currentPassword, newPassword } });
  const statuses = async (times: number) => {
    const answers: number[] = [];
    for (let count = 0; count < times; count += 1) answers.push((await change(WRONG)).status);
    return answers;
  };
  assert.deepEqual(await statuses(FAILURES), Array(FAILURES).fill(403));
  const { status, headers } = await change(PASSWORD);
  assert.deepEqual([status, headers.get('retry-after')], [429, '1']);
  await sleep(1_050);
  assert.equal((await change(PASSWORD)).status, 204);
  assert.deepEqual(await statuses(FAILURES), Array(FAILURES).fill(403));
});

test('when one address tries many accounts, then it must wait, and others need not', async () => {
  const address = someAddress();
  const own = await someLogin();
  assert.equal((await tryIn(own, PASSWORD, address)).status, 200);
  const before = performance.now();
  const counts = await burst(12 * FAILURES, (turn) => tryIn(`${turn}-${own}`, WRONG, address));
  assertTried(counts, 10 * FAILURES, 12 * FAILURES, before);
  assert.equal((await tryIn(own, PASSWORD)).status, 200);
});

test('when signing in is limited, then exactly so many attempts pass at two servers, of an account and of an address', async () => {
  const login = await someLogin();
  assert.deepEqual(await burst(12, (turn) => logIn(String(limited[turn % 2]?.origin), login, PASSWORD)), { 200: 4, 429: 8 });
  const address = someAddress();
  const many = await burst(50, (turn) => logIn(String(limited[turn % 2]?.origin), `${turn}-${login}`, WRONG, address));
  assert.deepEqual(many, { 401: 40, 429: 10 });
});

test('when somebody has an account, then it is counted, not the address; a token that does not hold counts there', async () => {
  const address = someAddress();
  const ask = (headers: Record<string, string> = {}, path = '/v1/nowhere') => sendFrom(address, first(limited), 'GET', path, { headers });
  const { token } = await signIn(String(roles[0]));
  const mine = { authorization: `Bearer ${token}` };
  for (const left of [2, 1, 0]) {
    const { status, headers } = await ask(mine);
    assert.deepEqual([status, headers.get('ratelimit-policy')], [404, '"default";q=3;w=3600']);
    assert.match(headers.get('ratelimit') ?? '', new RegExp(`r=${left};`));
  }
  assert.equal((await ask(mine, '/v1/me')).status, 429);
  const refused = await ask({ authorization: 'Bearer x.y.z' });
  assert.deepEqual([refused.status, refused.headers.get('ratelimit-policy')], [401, '"default";q=60;w=3600']);
  assert.deepEqual(await burst(60, () => ask()), { 404: 59, 429: 1 });
  assert.deepEqual([(await ask({ authorization: 'Bearer x.y.z' })).status, (await ask({}, '/v1/me')).status], [401, 401]);
});

test('when somebody registers again and again, then that is limited too', async () => {
  const address = someAddress();
  const register = () => sendFrom(address, first(limited), 'POST', '/v1/auth/register', { body: {} });
  assert.deepEqual([(await register()).status, (await register()).status], [422, 422]);
  const { status, headers } = await register();
  assert.equal(status, 429);
  assert.match(headers.get('ratelimit-policy') ?? '', /^"default";q=60;w=3600, "register";q=2;w=3600$/);
});

test('when attempts cannot be counted, then nobody signs in, and everything else goes on', async () => {
  const { origin } = await started(ample, { RATE_LIMIT_REDIS_URL: 'redis://127.0.0.1:1' });
  const { status, headers } = await logIn(origin, await someLogin(), PASSWORD);
  assert.deepEqual([status, headers.get('retry-after')], [503, '1']);
  const { token } = await signIn(String(roles[0]));
  assert.equal((await sendFrom(someAddress(), origin, 'GET', '/v1/me', { as: { token } })).status, 200);
});
