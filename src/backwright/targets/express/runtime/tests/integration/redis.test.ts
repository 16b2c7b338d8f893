import assert from 'node:assert/strict';
import { test } from 'node:test';
import { behindProxy, burst, sendFrom, someAddress } from '../support/callers.js';
import { start } from '../support/process.js';

const { TEST_REDIS_URL = '' } = process.env;
const started = (limits: string, url = TEST_REDIS_URL) => start({ ...behindProxy, RATE_LIMITS: limits, RATE_LIMIT_REDIS_URL: url });

const withRedis = { skip: !TEST_REDIS_URL && 'TEST_REDIS_URL is not set' };

test('when Redis counts, then two servers let as many pass together', withRedis, async () => {
  for (const quota of [7, 200]) {
    const servers = await Promise.all([started(`anonymous=${quota}/h`), started(`anonymous=${quota}/h`)]);
    const address = someAddress();
    const passed = await burst(quota * 2, (turn) => sendFrom(address, servers[turn % 2]?.origin ?? '', 'GET', '/v1/nowhere'));
    assert.ok(Number(passed[404]) <= quota && Number(passed[404]) >= 0.9 * quota, JSON.stringify(passed));
    const { headers } = await sendFrom(address, servers[0]?.origin ?? '', 'GET', '/v1/nowhere');
    assert.match(headers.get('retry-after') ?? '', /^3[56]\d\d$/);
  }
});

test('when Redis is not there, then a server goes on with a limit of its own, and still stops in time', async () => {
  const { origin, process, exited } = await started('anonymous=120/min', 'redis://127.0.0.1:1');
  const address = someAddress();
  assert.deepEqual(await burst(15, () => sendFrom(address, origin, 'GET', '/v1/nowhere')), { 404: 10, 429: 5 });
  process.kill('SIGTERM');
  assert.equal(await exited, 0);
});
