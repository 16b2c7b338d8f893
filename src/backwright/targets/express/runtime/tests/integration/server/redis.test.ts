import assert from 'node:assert/strict';
import { test } from 'node:test';
import { behindProxy, burst, sendFrom, someAddress } from '../../support/callers.js';
import { start } from '../../support/process.js';

test('when Redis is not there, then a server goes on with a limit of its own, and still stops in time', async () => {
  const { origin, process, exited } = await start({
    ...behindProxy,
    RATE_LIMITS: 'anonymous=10/min',
    RATE_LIMIT_REDIS_URL: 'redis://127.0.0.1:1',
  });
  const address = someAddress();
  assert.deepEqual(await burst(15, () => sendFrom(address, origin, 'GET', '/v1/nowhere')), { 404: 10, 429: 5 });
  process.kill('SIGTERM');
  assert.equal(await exited, 0);
});
