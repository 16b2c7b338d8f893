import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { start } from '../../support/process.js';
import { send } from '../../support/server.js';
import { open } from '../../support/socket.js';

const READY = 'GET /readyz HTTP/1.1\r\nHost: x\r\n';

test('when the database answers, then the server is alive and ready', async () => {
  assert.deepEqual((await send('GET', '/livez')).body, { status: 'alive' });
  assert.deepEqual((await send('GET', '/readyz')).body, { status: 'ready' });
});

test('when the database cannot be reached, then the server is alive but not ready', async () => {
  const { process, origin, exited } = await start({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
  assert.equal((await fetch(`${origin}/livez`)).status, 200);
  assert.equal((await fetch(`${origin}/readyz`)).status, 503);
  process.kill('SIGTERM');
  assert.equal(await exited, 0);
});

test('when the server is told to stop during a request, then it answers, refuses readiness and ends', async () => {
  const { process, origin, exited } = await start();
  const socket = await open(origin);
  socket.write(READY);
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.write('\r\n');
  const [answer] = await once(socket, 'data', { signal: AbortSignal.timeout(5000) });
  assert.match(String(answer), /^HTTP\/1\.1 503 .*"stopping"/s);
  socket.end();
  assert.equal(await exited, 0);
});

test('when the configuration is wrong, then the server says what and does not start', async () => {
  await assert.rejects(start({ PORT: 'http', DATABASE_URL: 'mysql://x' }), /status 78/);
});
