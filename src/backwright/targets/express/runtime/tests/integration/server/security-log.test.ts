import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mailedToken, PASSWORD, register, registered } from '../../support/accounts.js';
import { type Line, start } from '../../support/process.js';
import { type Call, sendTo } from '../../support/requests.js';
import { newRegistration } from '../../support/rows.js';
import { open } from '../../support/socket.js';

const server = await start();
after(() => server.process.kill('SIGTERM'));
const ask = (method: string, path: string, call: Call = {}) => sendTo(server.origin, method, path, call);
const post = (path: string, body: object, token?: unknown) =>
  ask('POST', `/v1/auth/${path}`, { body, ...(token !== undefined && { as: { token: String(token) } }) });

/** What stands in the log once the request has ended. */
async function said(requestId: string | null): Promise<Line | undefined> {
  const find = (event: string) => server.log(event).find((line) => line.requestId === requestId);
  while (!find('request')) await new Promise((resolve) => setTimeout(resolve, 5));
  return find('security.succeeded') ?? find('security.refused');
}

test('when somebody signs in, fails to, or changes how, then the log says who, whence and with what result', async () => {
  const { profile, login: email } = await newRegistration();
  assert.equal((await register(profile)).status, 202);
  const early = await post('login', { email, password: PASSWORD });
  const verified = await post('verify', { token: await mailedToken(email, 'verification') });
  const opened = await post('login', { email, password: PASSWORD });
  const first = { refreshToken: opened.body.refreshToken };
  const me = (await ask('GET', '/v1/me', { as: { token: String(opened.body.accessToken) } })).body.id;
  const key = await post('keys', { name: 'robot' }, opened.body.accessToken);
  const answers = [
    [early, 'security.refused', 'login', 'address_unverified', me],
    [verified, 'security.succeeded', 'verify', undefined, me],
    [opened, 'security.succeeded', 'login', undefined, me],
    [key, 'security.succeeded', 'createMyKey', undefined, me],
    [await post('keys', { name: 'other' }, key.body.key), 'security.refused', 'access', 'forbidden', me],
    [await post('login', { email, password: 'wrong' }), 'security.refused', 'login', 'password_wrong', me],
    [await post('login', { email: `x${email}`, password: 'x' }), 'security.refused', 'login', 'account_unknown', undefined],
    [await post('refresh', first), 'security.succeeded', 'refresh', undefined, me],
    [await post('refresh', first), 'security.refused', 'refresh', 'token_reused', me],
    [await ask('GET', '/v1/me', { as: { token: 'x' } }), 'security.refused', 'access', 'token_invalid', undefined],
    [await ask('GET', '/v1/me'), 'security.refused', 'access', 'unauthenticated', undefined],
    [await ask('GET', '/v1/nowhere'), undefined, undefined, undefined, undefined],
  ] as const;
  for (const [answer, event, action, reason, userId] of answers) {
    const line = await said(answer.headers.get('x-request-id'));
    assert.deepEqual([line?.event, line?.action, line?.reason, line?.userId], [event, action, reason, userId]);
    assert.deepEqual([line?.address, line?.status], [line && '127.0.0.1', event === 'security.refused' ? answer.status : undefined]);
  }
});

test('when a client leaves before it is answered, then the log says all the same what came of it', async () => {
  const { login: email } = await registered();
  const body = JSON.stringify({ email, password: PASSWORD });
  const socket = await open(server.origin);
  socket.end(`POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const left = () => server.log('request').find(({ status }) => status === 499);
  const judged = () => server.log('security.succeeded').find(({ requestId }) => requestId === left()?.requestId);
  for (let tries = 0; !judged() && tries < 1_000; tries += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(judged()?.action, 'login');
});
