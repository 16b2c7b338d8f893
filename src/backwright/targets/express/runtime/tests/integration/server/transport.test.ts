import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settings } from '../../../config/settings.js';
import { send } from '../../support/server.js';

test('when a path does not exist, then the answer is a problem document', async () => {
  const { status, headers, body } = await send('GET', '/v1/nowhere');
  assert.equal(status, 404);
  assert.equal(headers.get('content-type'), 'application/problem+json; charset=utf-8');
  assert.equal(body.code, 'not_found');
  assert.equal(body.requestId, headers.get('x-request-id'));
});

test('when a path is not valid, then it is refused', async () => {
  assert.equal((await send('GET', '/v1/%E0%A4%A')).status, 404);
});

test('when a path exists under other methods, then they are named', async () => {
  const { status, headers } = await send('DELETE', '/readyz');
  assert.equal(status, 405);
  assert.equal(headers.get('allow'), 'GET, HEAD');
});

test('when the body is not JSON, then it is refused before anything else is looked at', async () => {
  assert.equal((await send('POST', '/v1/nowhere', { body: '{"a": 1, "a": 2}' })).body.code, 'malformed_json');
  assert.equal((await send('POST', '/v1/nowhere', { body: 'a=1', headers: { 'content-type': 'text/plain' } })).status, 415);
  assert.equal((await send('POST', '/v1/nowhere', { body: '{}', headers: { 'content-encoding': 'gzip' } })).status, 415);
});

test('when the body is larger than the limit, then it is refused', async () => {
  const { status, body } = await send('POST', '/v1/nowhere', { body: JSON.stringify('x'.repeat(settings.bodyLimitBytes)) });
  assert.deepEqual([status, body.code], [413, 'too_large']);
});

test('when anything is answered, then no browser may guess, frame or keep it', async () => {
  const { headers } = await send('GET', '/v1/nowhere');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
  assert.equal(headers.get('x-powered-by'), null);
});
