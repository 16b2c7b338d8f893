import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { start } from '../../support/process.js';
import { open, rest } from '../../support/socket.js';

test('when the server is told to stop, then requests under way are answered and no idle client holds it up', async () => {
  const { process, origin, exited } = await start({ STOP_TIMEOUT_MS: '5000' });
  const idle = await open(origin);
  idle.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(idle, 'data');
  const silent = await open(origin);
  const busy = await open(origin);
  busy.write('POST /v1/nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{');
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.kill('SIGTERM');
  await once(idle, 'close');
  busy.write('}');
  assert.match(await rest(busy), /^HTTP\/1\.1 4\d\d .*\r\nConnection: close\r\n/s);
  assert.equal(await exited, 0);
  silent.destroy();
});

test('when a request never ends, then the server ends without it and says so by its status', async () => {
  const { process, origin, exited } = await start({ STOP_TIMEOUT_MS: '1000' });
  const busy = await open(origin);
  busy.write('POST /v1/nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{');
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.kill('SIGTERM');
  assert.equal(await exited, 1);
  busy.destroy();
});
