import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import express, { Router } from 'express';
import { dispatch } from '../../api/dispatch.js';

const things = Router({ caseSensitive: true, strict: true })
  .get('/things/first', (_req, _res, next) => next())
  .get('/things/:id', (req, res) => {
    res.send(`thing ${req.params.id} ${req.baseUrl}${req.path}`);
  })
  .get('/things/newest', (_req, res) => {
    res.send('never');
  })
  .get('/things/:id/parts/:part', (req, res) => {
    res.send(`${req.params.id} ${req.params.part}`);
  })
  .get('/passed', (_req, _res, next) => next());
const odd = Router().get('/odd/*rest', (req, res) => {
  res.send(`odd ${req.params.rest}`);
});

async function answered(routers: Router[], path: string, method = 'GET'): Promise<[number, string]> {
  const app = express();
  app.use('/v1', dispatch(...routers), (_req, res) => {
    res.status(404).send('nothing');
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1${path}`, { method });
  const text = await answer.text();
  server.close();
  return [answer.status, text];
}

for (const [path, status, text] of [
  ['/things/7', 200, 'thing 7 /v1/things/7'],
  ['/things/first', 200, 'thing first /v1/things/first'],
  ['/things/newest', 200, 'thing newest /v1/things/newest'],
  ['/things/7/parts/a%2Fb', 200, '7 a/b'],
  ['/things/', 404, 'nothing'],
  ['/Things/7', 404, 'nothing'],
  ['/passed', 404, 'nothing'],
] as const) {
  test(`when ${path} is asked for, then it is answered as its route declares`, async () => {
    assert.deepEqual(await answered([things], path), [status, text]);
    assert.deepEqual(await answered([things, odd], path), [status, text]);
  });
}

test('when a method or a path is of another kind, then it is left to the framework', async () => {
  assert.deepEqual(await answered([things], '/things/7', 'POST'), [404, 'nothing']);
  assert.deepEqual(await answered([things], '/things/7', 'HEAD'), [200, '']);
  assert.deepEqual(await answered([things], '/things/7', 'OPTIONS'), [200, 'GET, HEAD']);
  assert.deepEqual(await answered([things, odd], '/odd/a/b'), [200, 'odd a,b']);
});

test('when several routers serve a path, then OPTIONS names the methods of all of them', async () => {
  const others = Router({ caseSensitive: true, strict: true }).post('/things/first', (_req, _res, next) => next());
  assert.deepEqual(await answered([things, others], '/things/first', 'OPTIONS'), [200, 'GET, HEAD, POST']);
});
