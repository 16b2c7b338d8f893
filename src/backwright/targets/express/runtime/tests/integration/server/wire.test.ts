import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { settings } from '../../../config/settings.js';
import { start } from '../../support/process.js';
import { open, rest } from '../../support/socket.js';

const { process, origin } = await start();
after(() => process.kill('SIGTERM'));

const POST = 'POST /v1/nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

async function answer(message: string): Promise<string> {
  const socket = await open(origin);
  socket.write(message);
  return await rest(socket);
}

for (const [what, message, status] of [
  ['is no HTTP', '\x16\x03\x01\r\n\r\n', 400],
  ['has headers without end', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['states two lengths', `${POST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
  ['states a length and is chunked', `${POST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['is encoded before it is chunked', `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, 400],
  ['has a broken chunk', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`, 400],
  ['names no host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['asks for a tunnel', 'CONNECT /v1/nowhere HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['names two hosts', 'GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n', 400],
  ['gives two credentials', 'GET /livez HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b\r\nConnection: close\r\n\r\n', 400],
  ['begins with a byte order mark', `${POST}Content-Length: 5\r\nConnection: close\r\n\r\n\ufeff{}`, 400],
] as const) {
  test(`when a request ${what}, then it is refused once, with a problem document`, async () => {
    const [head = '', body = ''] = (await answer(message)).split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(head, /content-type: application\/problem\+json; charset=utf-8/i);
    assert.match(head, /x-content-type-options: nosniff/i);
    const { status: stated, code, requestId } = JSON.parse(body);
    assert.ok(stated === status && code && requestId);
  });
}

test('when a body is too large, then the answer does not wait for its end, and reaches a client that is still sending', async () => {
  const size = settings.bodyLimitBytes * 20;
  for (const length of [`Content-Length: ${size}\r\n\r\n`, `Transfer-Encoding: chunked\r\n\r\n${size.toString(16)}\r\n`]) {
    const socket = await open(origin);
    socket.write(`${POST}${length}${'x'.repeat(size / 2)}`);
    const [first] = await once(socket, 'data');
    assert.match(String(first), /^HTTP\/1\.1 413 /);
    socket.write('x'.repeat(size / 4));
    socket.destroy();
  }
});

test('when clients vanish after they were refused, then the server stays', async () => {
  for (const message of ['CONNECT x HTTP/1.1\r\nHost: x\r\n\r\n', '\x16\x03\x01\r\n\r\n', 'GET /livez HTTP/1.1\r\n\r\n']) {
    const socket = await open(origin);
    socket.write(message);
    await once(socket, 'data');
    socket.resetAndDestroy();
  }
  assert.equal((await fetch(`${origin}/livez`)).status, 200);
});

test('when clients vanish in the middle of a request, then the server stays', async () => {
  for (let count = 0; count < 20; count += 1) {
    const socket = await open(origin);
    socket.write(`${POST}Content-Length: 10\r\n\r\n{`);
    socket.resetAndDestroy();
  }
  assert.equal((await fetch(`${origin}/livez`)).status, 200);
});
