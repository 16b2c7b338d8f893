import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { behindProxy, burst, sendFrom, someAddress } from '../../support/callers.js';
import { start } from '../../support/process.js';
import { proxyTo } from '../../support/proxy.js';
import { send } from '../../support/server.js';
import { open, rest } from '../../support/socket.js';

const QUOTA = 200;
const started = (limits = `anonymous=${QUOTA}/h`, more: Record<string, string> = {}) =>
  start({ ...behindProxy, RATE_LIMITS: limits, ...more });

const { origin } = await started();
const { origin: another } = await started();

const ask = (address: string, path = '/v1/nowhere', method = 'GET', at = origin) => sendFrom(address, at, method, path);

test('when a request is counted, then the answer says what is left, and the first one too many is refused', async () => {
  const address = someAddress();
  for (const left of [1, 2, 3].map((count) => QUOTA - count)) {
    const { status, headers } = await ask(address);
    assert.deepEqual([status, headers.get('ratelimit-policy')], [404, `"default";q=${QUOTA};w=3600`]);
    assert.match(headers.get('ratelimit') ?? '', new RegExp(`^"default";r=${left};t=3[56]\\d\\d$`));
  }
  assert.deepEqual(await burst(QUOTA, () => ask(address)), { 404: QUOTA - 3, 429: 3 });
  const { status, headers, body } = await ask(address);
  assert.deepEqual([status, body.code, body.title], [429, 'rate_limited', 'Too Many Requests']);
  assert.match(headers.get('retry-after') ?? '', /^3[56]\d\d$/);
  assert.match(headers.get('ratelimit') ?? '', /^"default";r=0;/);
  assert.equal((await ask(someAddress())).status, 404);
});

test('when two servers are asked at once, then no more pass together than may, and hardly fewer', async () => {
  const address = someAddress();
  for (const at of [origin, another]) await ask(someAddress(), '/v1/nowhere', 'GET', at);
  const passed = await burst(QUOTA * 2, (turn) => ask(address, '/v1/nowhere', 'GET', turn % 2 ? origin : another));
  assert.deepEqual(Object.keys(passed), ['404', '429']);
  assert.ok(Number(passed[404]) <= QUOTA && Number(passed[404]) >= 0.9 * QUOTA, JSON.stringify(passed));
});

test('when a window has ended, then the next one begins', async () => {
  const { origin: hasty } = await started('anonymous=2/s');
  const address = someAddress();
  for (let window = 0; window < 2; window += 1) {
    const first = await ask(address, '/v1/nowhere', 'GET', hasty);
    assert.deepEqual([first.status, first.headers.get('ratelimit')], [404, '"default";r=1;t=1']);
    await sleep(1_050);
  }
});

test('when a request is spelled or sent otherwise, then it counts as well', async () => {
  const address = someAddress();
  await burst(QUOTA - 6, () => ask(address));
  for (const [method, path] of [
    ['HEAD', '/v1/nowhere'],
    ['GET', '/V1/%6eowhere'],
    ['GET', '/v1/nowhere/?x=1'],
    ['OPTIONS', '//v1/nowhere'],
  ] as const) {
    assert.equal((await ask(address, path, method)).status, 404);
  }
  const socket = await open(origin);
  const one = `GET /v1/nowhere HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\n`;
  socket.write(`${one}\r\n${one}\r\n${one}\r\n${one}Connection: close\r\n\r\n`);
  assert.deepEqual((await rest(socket)).match(/(?<=HTTP\/1\.1 )\d+/g), ['404', '404', '429', '429']);
  for (const method of ['OPTIONS', 'DELETE']) assert.equal((await ask(address, '/v1/nowhere', method)).status, 429);
});

test('when the health paths are asked, or limits are off, then nobody counts', async () => {
  for (const path of ['/livez', '/readyz']) {
    const { status, headers } = await ask(someAddress(), path);
    assert.deepEqual([status, headers.get('ratelimit')], [200, null]);
  }
  assert.equal((await send('GET', '/v1/nowhere')).headers.get('ratelimit'), null);
});

test('when proxies pass an address on, then it counts with its network, whatever the client said before', async () => {
  const address = someAddress();
  await burst(QUOTA - 2, (turn) => ask(`192.0.2.${turn}, ${address}, 127.0.0.9`));
  assert.deepEqual([(await ask(address)).status, (await ask(address.replace('::1', ':0:0:7:7'))).status], [404, 404]);
  assert.equal((await ask(address)).status, 429);
});

test('when nobody vouches for a forwarded address, then the socket has the last word', async () => {
  const { origin: open } = await started('anonymous=1/h', { TRUSTED_PROXIES: '' });
  await ask(someAddress(), '/v1/nowhere', 'GET', open);
  assert.equal((await ask(someAddress(), '/v1/nowhere', 'GET', open)).status, 429);
});

test('when the counts cannot be reached, then a server goes on with a limit of its own', async () => {
  const proxy = await proxyTo(String(process.env.DATABASE_URL));
  const { origin: behind } = await started('anonymous=10/min', { DATABASE_URL: proxy.url });
  const crowd = () => {
    const address = someAddress();
    return burst(15, () => ask(address, '/v1/nowhere', 'GET', behind));
  };
  assert.deepEqual(await crowd(), { 404: 10, 429: 5 });
  proxy.stall();
  const before = performance.now();
  assert.deepEqual([await crowd(), await crowd()], Array(2).fill({ 404: 10, 429: 5 }));
  assert.ok(performance.now() - before < 4_000, 'a store that is known to be down is asked again');
  proxy.resume();
  proxy.close();
});

test('when limits are configured wrongly, or off in production, then the server does not start', async () => {
  await assert.rejects(start({ RATE_LIMITS: 'anonymous=1/s,nobody=1/s' }), /status 78/);
  await assert.rejects(start({ TRUSTED_PROXIES: '10.0.0.0/33' }), /status 78/);
  const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://x@127.0.0.1/x' };
  await assert.rejects(start({ ...production, RATE_LIMITS: 'off' }), /status 78/);
});
