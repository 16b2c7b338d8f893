import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { behindProxy, burst, sendFrom, someAddress } from '../support/callers.js';
import { start } from '../support/process.js';
import { proxyTo } from '../support/proxy.js';
import { sendTo } from '../support/server.js';
import { open, rest } from '../support/socket.js';

const started = (limits: string, more: Record<string, string> = {}) => start({ ...behindProxy, RATE_LIMITS: limits, ...more });

test('when a request is counted, then the answer says what is left, and the first one too many is refused', async () => {
  const { origin } = await started('anonymous=3/min');
  const address = someAddress();
  for (const left of [2, 1, 0]) {
    const { status, headers } = await sendFrom(address, origin, 'GET', '/v1/nowhere');
    assert.deepEqual([status, headers.get('ratelimit-policy')], [404, '"default";q=3;w=60']);
    assert.match(headers.get('ratelimit') ?? '', new RegExp(`^"default";r=${left};t=(60|59)$`));
  }
  const { status, headers, body } = await sendFrom(address, origin, 'GET', '/v1/nowhere');
  assert.deepEqual([status, body.code, body.title], [429, 'rate_limited', 'Too Many Requests']);
  assert.match(headers.get('retry-after') ?? '', /^(60|59|58)$/);
  assert.match(headers.get('ratelimit') ?? '', /^"default";r=0;/);
  assert.equal((await sendFrom(someAddress(), origin, 'GET', '/v1/nowhere')).status, 404);
});

test('when a window has ended, then the next one begins', async () => {
  const { origin } = await started('anonymous=2/s');
  const address = someAddress();
  const ask = () => sendFrom(address, origin, 'GET', '/v1/nowhere');
  assert.deepEqual(await burst(4, ask), { 404: 2, 429: 2 });
  await sleep(1_050);
  assert.deepEqual(await burst(4, ask), { 404: 2, 429: 2 });
});

for (const quota of [7, 200]) {
  test(`when two servers are asked at once, then no more than ${quota} requests pass, and hardly fewer`, async () => {
    const servers = await Promise.all([started(`anonymous=${quota}/h`), started(`anonymous=${quota}/h`)]);
    const address = someAddress();
    const passed = await burst(quota * 2, (turn) => sendFrom(address, servers[turn % 2]?.origin ?? '', 'GET', '/v1/nowhere'));
    assert.deepEqual(Object.keys(passed), ['404', '429']);
    assert.ok(Number(passed[404]) <= quota && Number(passed[404]) >= 0.9 * quota, JSON.stringify(passed));
  });
}

test('when a request is spelled or sent otherwise, then it counts as well', async () => {
  const { origin } = await started('anonymous=6/min');
  const address = someAddress();
  for (const [method, path] of [
    ['HEAD', '/v1/nowhere'],
    ['GET', '/V1/%6eowhere'],
    ['GET', '/v1/nowhere/?x=1'],
    ['OPTIONS', '//v1/nowhere'],
  ] as const) {
    assert.equal((await sendFrom(address, origin, method, path)).status, 404);
  }
  const socket = await open(origin);
  const one = `GET /v1/nowhere HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\n`;
  socket.write(`${one}\r\n${one}\r\n${one}\r\n${one}Connection: close\r\n\r\n`);
  assert.deepEqual((await rest(socket)).match(/(?<=HTTP\/1\.1 )\d+/g), ['404', '404', '429', '429']);
  for (const method of ['OPTIONS', 'DELETE']) assert.equal((await sendFrom(address, origin, method, '/v1/nowhere')).status, 429);
});

test('when the health paths are asked, then nobody counts', async () => {
  const { origin } = await started('anonymous=1/h');
  const address = someAddress();
  for (const path of ['/livez', '/readyz', '/livez', '/readyz']) {
    const { status, headers } = await sendFrom(address, origin, 'GET', path);
    assert.deepEqual([status, headers.get('ratelimit')], [200, null]);
  }
});

test('when nobody vouches for a forwarded address, then the socket has the last word', async () => {
  const [open, trusting] = await Promise.all([started('anonymous=1/h', { TRUSTED_PROXIES: '' }), started('anonymous=1/h')]);
  await sendFrom(someAddress(), open.origin, 'GET', '/v1/nowhere');
  assert.equal((await sendFrom(someAddress(), open.origin, 'GET', '/v1/nowhere')).status, 429);
  const address = someAddress();
  const forged = (made: string) => sendFrom(`${made}, ${address}, 127.0.0.9`, trusting.origin, 'GET', '/v1/nowhere');
  assert.deepEqual([(await forged('192.0.2.1')).status, (await forged('192.0.2.2')).status], [404, 429]);
  const neighbour = address.replace('::1', ':0:0:7:7');
  assert.equal((await sendFrom(neighbour, trusting.origin, 'GET', '/v1/nowhere')).status, 429);
});

test('when the counts cannot be reached, then a server goes on with a limit of its own', async () => {
  const proxy = await proxyTo(String(process.env.DATABASE_URL));
  const { origin } = await started('anonymous=120/min', { DATABASE_URL: proxy.url });
  const ask = (address: string) => () => sendFrom(address, origin, 'GET', '/v1/nowhere');
  assert.equal((await sendFrom(someAddress(), origin, 'GET', '/v1/nowhere')).status, 404);
  proxy.stall();
  assert.deepEqual(await burst(15, ask(someAddress())), { 404: 10, 429: 5 });
  const before = performance.now();
  assert.deepEqual(await burst(15, ask(someAddress())), { 404: 10, 429: 5 });
  assert.ok(performance.now() - before < 900, 'a store that is known to be down is asked again');
  proxy.resume();
  proxy.cut();
  await sleep(5_200);
  assert.deepEqual(await burst(15, ask(someAddress())), { 404: 15 });
  proxy.close();
});

test('when limits are off, then nothing is counted or said', async () => {
  const { origin } = await started('off');
  assert.equal((await sendTo(origin, 'GET', '/v1/nowhere', {})).headers.get('ratelimit'), null);
});

test('when limits are configured wrongly, then the server does not start', async () => {
  for (const wrong of ['anonymous', 'anonymous=0/min', 'anonymous=1/d', 'nobody=1/s', 'off,anonymous=1/s']) {
    await assert.rejects(start({ RATE_LIMITS: wrong }), /status 78/);
  }
  for (const wrong of ['proxy', '10.0.0.0/33', '10.0.0.0/8/8', '::/x']) {
    await assert.rejects(start({ TRUSTED_PROXIES: wrong }), /status 78/);
  }
  await assert.rejects(start({ RATE_LIMIT_REDIS_URL: 'http://x' }), /status 78/);
  const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://x@127.0.0.1/x' };
  await assert.rejects(start({ ...production, RATE_LIMITS: 'off' }), /status 78/);
});
