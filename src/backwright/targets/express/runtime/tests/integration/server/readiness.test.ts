import '../../support/environment.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

Object.assign(process.env, { DATABASE_POOL_SIZE: '1', DATABASE_CONNECT_TIMEOUT_MS: '1000' });
const { write } = await import('../../../services/data/database.js');
const { send } = await import('../../support/server.js');

const nap = (seconds: number) =>
  write({ userId: null, role: null, operation: 'readiness' }, { name: '', text: `select 1 from pg_sleep(${seconds})`, values: [] });

test('when somebody waited in vain for a connection, then the server is not ready until one is free', async () => {
  const holding = nap(3);
  await sleep(100);
  assert.equal((await send('GET', '/readyz')).status, 200);
  await assert.rejects(nap(0));
  const { status, body } = await send('GET', '/readyz');
  assert.deepEqual([status, body], [503, { status: 'connections exhausted' }]);
  assert.equal((await send('GET', '/livez')).status, 200);
  await holding;
  assert.equal((await send('GET', '/readyz')).status, 200);
  await nap(0);
});
