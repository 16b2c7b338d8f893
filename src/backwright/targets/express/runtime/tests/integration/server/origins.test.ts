import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharing } from '../../../config/application.js';
import { start } from '../../support/process.js';
import { send } from '../../support/server.js';

const KNOWN = 'https://app.example.com';
const { origin: base } = await start({ CORS_ORIGINS: ` ${KNOWN}, http://localhost:5173,` });

const ask = (origin: string, method: string, path: string, headers = {}): Promise<Response> =>
  fetch(base + path, { method, headers: { origin, ...headers } });

test('when a page of a known origin asks, then its browser lets it read the answer, also a refusal', async () => {
  for (const path of ['/livez', '/v1/nowhere']) {
    const { headers } = await ask(KNOWN, 'GET', path);
    assert.equal(headers.get('access-control-allow-origin'), KNOWN);
    assert.equal(headers.get('access-control-expose-headers'), sharing.exposed);
    assert.equal(headers.get('vary'), 'Origin');
    assert.equal(headers.get('access-control-allow-credentials'), null);
  }
});

test('when a browser asks beforehand, then it is told what may be sent', async () => {
  const { status, headers } = await ask('http://localhost:5173', 'OPTIONS', '/v1/nowhere', { 'access-control-request-method': 'PATCH' });
  assert.equal(status, 204);
  assert.equal(headers.get('access-control-allow-origin'), 'http://localhost:5173');
  assert.equal(headers.get('access-control-allow-methods'), sharing.methods);
  assert.equal(headers.get('access-control-allow-headers'), sharing.headers);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

test('when the origin is a stranger, then nothing is allowed, and no cache takes the answer for a known one', async () => {
  const strangers = ['null', '*', 'https://example.com', `${KNOWN}.evil.com`, 'https://x.app.example.com', 'http://app.example.com'];
  for (const origin of [...strangers, `${KNOWN}:444`, `${KNOWN}, ${KNOWN}`, KNOWN.toUpperCase()]) {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await ask(origin, method, '/livez', { 'access-control-request-method': 'GET' });
      assert.equal(headers.get('access-control-allow-origin'), null, `${method} ${origin}`);
      assert.equal(headers.get('access-control-allow-methods'), null);
      assert.equal(headers.get('vary'), 'Origin');
    }
  }
});

test('when no origin is configured, then all are strangers', async () => {
  const { headers } = await send('GET', '/livez', { headers: { origin: KNOWN } });
  assert.deepEqual([headers.get('access-control-allow-origin'), headers.get('vary')], [null, null]);
});

test('when what is configured is no origin, then the server does not start', async () => {
  for (const wrong of ['*', 'null', `${KNOWN}/`, 'app.example.com', `${KNOWN} ${KNOWN}`, 'https://*.example.com']) {
    await assert.rejects(start({ CORS_ORIGINS: wrong }), /status 78/, wrong);
  }
});
