import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { roles } from '../../config/application.js';
import { behindProxy, burst, sendFrom, someAddress } from '../support/callers.js';
import { query } from '../support/database.js';
import { start } from '../support/process.js';
import { newRegistration, signIn } from '../support/rows.js';
import { type Answer, send } from '../support/server.js';

const PASSWORD = 'correct horse battery staple';
const ENOUGH = 'anonymous=100000/min,user=100000/min,login=1000/min';

async function registered(): Promise<string> {
  const { profile, login } = await newRegistration();
  await send('POST', '/v1/auth/register', { body: { ...profile, password: PASSWORD } });
  return login;
}

const started = (limits = ENOUGH, more: Record<string, string> = {}) => start({ ...behindProxy, RATE_LIMITS: limits, ...more });

const logIn = (origin: string, email: string, password = 'wrong horse battery staple', address = someAddress()): Promise<Answer> =>
  sendFrom(address, origin, 'POST', '/v1/auth/login', { body: { email, password } });

test('when too many passwords were wrong, then even the right one must wait, longer each time, and then counts anew', async () => {
  const { origin } = await started(ENOUGH, { LOGIN_FAILURES: '3' });
  const login = await registered();
  const refused = async (seconds: string) => {
    const { status, headers, body } = await logIn(origin, login, PASSWORD);
    assert.deepEqual([status, body.code, headers.get('retry-after')], [429, 'rate_limited', seconds]);
    await sleep(Number(seconds) * 1_000 + 50);
  };
  for (let count = 0; count < 3; count += 1) assert.equal((await logIn(origin, login)).status, 401);
  await refused('1');
  assert.equal((await logIn(origin, login)).status, 401);
  await refused('2');
  assert.equal((await logIn(origin, login, PASSWORD)).status, 200);
  for (let count = 0; count < 3; count += 1) assert.equal((await logIn(origin, login)).status, 401);
  await refused('1');
});

test('when an account failed often, then it waits a quarter of an hour at most, and a day later nothing is known', async () => {
  const { origin } = await started();
  const login = await registered();
  await logIn(origin, login);
  const digest = `account ${(await import('node:crypto')).createHash('sha256').update(login).digest('hex')}`;
  await query("update internal.login_attempts set failures = 90, retry_at = now() - interval '1 s' where key = $1", digest);
  assert.equal((await logIn(origin, login)).status, 401);
  assert.equal((await logIn(origin, login)).headers.get('retry-after'), '900');
  await query("update internal.login_attempts set attempted_at = now() - interval '25 h', retry_at = null where key = $1", digest);
  for (let count = 0; count < 2; count += 1) assert.equal((await logIn(origin, login)).status, 401);
});

test('when there is no such account, then it is answered as if there were one', async () => {
  const { origin } = await started(ENOUGH, { LOGIN_FAILURES: '2' });
  const said = async (login: string) => {
    const answers = [await logIn(origin, login), await logIn(origin, login), await logIn(origin, login)];
    const without = ({ requestId: _requestId, ...body }: Answer['body']) => body;
    return answers.map(({ status, headers, body }) => [status, headers.get('retry-after'), without(body)]);
  };
  assert.deepEqual(await said(`nobody-${await registered()}`), await said(await registered()));
});

test('when many passwords are guessed at once at two servers, then no more are tried than may fail', async () => {
  const servers = await Promise.all([started(), started()]);
  const login = await registered();
  const passed = await burst(60, (turn) => logIn(servers[turn % 2]?.origin ?? '', login));
  assert.deepEqual(passed, { 401: 10, 429: 50 });
});

test('when one address tries many accounts, then it must wait, and others need not', async () => {
  const { origin } = await started(ENOUGH, { LOGIN_FAILURES: '1' });
  const address = someAddress();
  const own = await registered();
  assert.equal((await logIn(origin, own, PASSWORD, address)).status, 200);
  for (let count = 0; count < 10; count += 1) assert.equal((await logIn(origin, `${count}-${own}`, 'x', address)).status, 401);
  assert.equal((await logIn(origin, own, PASSWORD, address)).status, 429);
  assert.equal((await logIn(origin, own, PASSWORD)).status, 200);
});

test('when signing in is limited, then exactly so many attempts pass at two servers, of an account and of an address', async () => {
  const limits = 'anonymous=1000/min,login=4/h';
  const servers = await Promise.all([started(limits), started(limits)]);
  const login = await registered();
  const one = await burst(12, (turn) => logIn(servers[turn % 2]?.origin ?? '', login, PASSWORD));
  assert.deepEqual(one, { 200: 4, 429: 8 });
  const address = someAddress();
  const many = await burst(50, (turn) => logIn(servers[turn % 2]?.origin ?? '', `${turn}-${login}`, 'x', address));
  assert.deepEqual(many, { 401: 40, 429: 10 });
});

test('when somebody has an account, then it is counted, not the address; a token that does not hold counts there', async () => {
  const { origin } = await started('anonymous=2/h,user=3/h');
  const address = someAddress();
  const ask = (headers: Record<string, string> = {}, path = '/v1/nowhere') => sendFrom(address, origin, 'GET', path, { headers });
  const { token } = await signIn(String(roles[0]));
  const mine = { authorization: `Bearer ${token}` };
  for (const left of [2, 1, 0]) {
    const { status, headers } = await ask(mine);
    assert.deepEqual([status, headers.get('ratelimit-policy')], [404, '"default";q=3;w=3600']);
    assert.match(headers.get('ratelimit') ?? '', new RegExp(`r=${left};`));
  }
  assert.equal((await ask(mine, '/v1/me')).status, 429);
  const refused = await ask({ authorization: 'Bearer x.y.z' });
  assert.deepEqual([refused.status, refused.headers.get('ratelimit-policy')], [401, '"default";q=2;w=3600']);
  assert.equal((await ask()).status, 404);
  assert.equal((await ask()).status, 429);
  assert.deepEqual([(await ask({ authorization: 'Bearer x.y.z' })).status, (await ask({}, '/v1/me')).status], [401, 401]);
});

test('when attempts cannot be counted, then nobody signs in, and everything else goes on', async () => {
  const { origin } = await started(ENOUGH, { RATE_LIMIT_REDIS_URL: 'redis://127.0.0.1:1' });
  const { status, headers } = await logIn(origin, await registered(), PASSWORD);
  assert.deepEqual([status, headers.get('retry-after')], [503, '1']);
  const { token } = await signIn(String(roles[0]));
  assert.equal((await sendFrom(someAddress(), origin, 'GET', '/v1/me', { as: { token } })).status, 200);
});

test('when somebody registers again and again, then that is limited too', async () => {
  const { origin } = await started(`${ENOUGH},register=2/h`);
  const address = someAddress();
  const register = () => sendFrom(address, origin, 'POST', '/v1/auth/register', { body: {} });
  assert.deepEqual([(await register()).status, (await register()).status], [422, 422]);
  const { status, headers } = await register();
  assert.equal(status, 429);
  assert.match(headers.get('ratelimit-policy') ?? '', /^"default";q=100000;w=60, "register";q=2;w=3600$/);
});
