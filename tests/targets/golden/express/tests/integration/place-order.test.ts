import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stored } from '../support/database.js';
import { eventsOf } from '../support/outbox.js';
import { insertProduct, signIn } from '../support/rows.js';
import { faultsOf, like, send } from '../support/server.js';
import { unique } from '../support/unique.js';

test('when a customer calls place order, then it is done', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 10 }] };
  const answer = await send('POST', '/v1/orders', { as: caller, body, headers: { 'idempotency-key': unique() } });
  assert.equal(answer.status, 201);
  const expected = { customerId: caller.id, note: 'Some note' };
  assert.deepEqual(like(answer.body, expected), expected);
  assert.equal((await stored('app.products', product))?.stock, 0);
  assert.deepEqual(await eventsOf(`orders/${answer.body.id}`), ['OrderPlaced']);
});

test('when place order is sent again with its key, then the answer is the same and nothing happens twice', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 10 }] };
  const headers = { 'idempotency-key': unique() };
  const first = await send('POST', '/v1/orders', { as: caller, body, headers });
  const again = await send('POST', '/v1/orders', { as: caller, body, headers });
  assert.deepEqual([again.status, again.body], [first.status, first.body]);
  assert.equal((await stored('app.products', product))?.stock, 0);
});

test('when place order is sent three times at once with one key, then it happens once', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 10 }] };
  const headers = { 'idempotency-key': unique() };
  const call = () => send('POST', '/v1/orders', { as: caller, body, headers });
  const answers = await Promise.all([call(), call(), call()]);
  assert.ok(answers.every(({ status }) => status === 201 || status === 409));
  assert.ok(answers.some(({ status }) => status === 201));
  assert.equal((await stored('app.products', product))?.stock, 0);
});

test('when the key of place order comes with another payload, then it is refused', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 10 }] };
  const other = { note: 'Other note', lines: [{ productId: product, quantity: 10 }] };
  const headers = { 'idempotency-key': unique() };
  assert.equal((await send('POST', '/v1/orders', { as: caller, body, headers })).status, 201);
  const answer = await send('POST', '/v1/orders', { as: caller, body: other, headers });
  assert.deepEqual([answer.status, answer.body.code], [422, 'idempotency_key_reused']);
});

test('when place order comes without a key, then it is refused', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 10 }] };
  const answer = await send('POST', '/v1/orders', { as: caller, body });
  assert.deepEqual([answer.status, answer.body.code], [400, 'idempotency_key_missing']);
});

test('when place order ends in out of stock, then nothing has happened', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 99 }] };
  const answer = await send('POST', '/v1/orders', { as: caller, body, headers: { 'idempotency-key': unique() } });
  assert.deepEqual([answer.status, answer.body.code], [409, 'out_of_stock']);
  assert.equal((await stored('app.products', product))?.stock, 10);
});

test('when nothing about the input of place order is right, then every fault is named', async () => {
  const caller = await signIn('customer');
  const answer = await send('POST', '/v1/orders', { as: caller, body: { surplus: 1 }, headers: { 'idempotency-key': unique() } });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['/lines', '/surplus']);
});

test('when a product in the lines of place order does not exist, then that is named', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 10 }] };
  const [first] = body.lines;
  const wrong = { ...body, lines: [{ ...first, productId: '0198c0de-0000-7000-8000-00000000dead' }] };
  const answer = await send('POST', '/v1/orders', { as: caller, body: wrong, headers: { 'idempotency-key': unique() } });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['/lines/0/productId']);
});

for (const role of ['staff', 'admin']) {
  test(`when somebody with role ${role} calls place order, then that is forbidden`, async () => {
    const caller = await signIn(role);
    assert.equal((await send('POST', '/v1/orders', { as: caller })).status, 403);
  });
}

test('when somebody without an account calls place order, then an account is needed', async () => {
  assert.equal((await send('POST', '/v1/orders')).status, 401);
});
