import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stored } from '../support/database.js';
import { same, sendPlain } from '../support/plain.js';
import { insertCategory, insertOrder, insertOrderLine, insertProduct, insertUser, signIn } from '../support/rows.js';
import { unique } from '../support/unique.js';

test('when users are read, then both ways answer alike', async () => {
  const caller = await signIn('admin');
  const user = await insertUser();
  await same('GET', '/v1/users?limit=3', { as: caller });
  await same('GET', `/v1/users/${user}`, { as: caller });
  await same('GET', '/v1/users/0198c0de-0000-7000-8000-00000000dead', { as: caller });
  await same('GET', '/v1/users?surplus=1', { as: caller });
});

test('when categories are read, then both ways answer alike', async () => {
  const caller = await signIn('customer');
  const category = await insertCategory();
  await same('GET', '/v1/categories?limit=3', { as: caller });
  await same('GET', `/v1/categories/${category}`, { as: caller });
  await same('GET', '/v1/categories/0198c0de-0000-7000-8000-00000000dead', { as: caller });
  await same('GET', '/v1/categories?surplus=1', { as: caller });
});

test('when products are read, then both ways answer alike', async () => {
  const caller = await signIn('staff');
  const product = await insertProduct();
  await same('GET', '/v1/products?limit=3', { as: caller });
  await same('GET', `/v1/products/${product}`, { as: caller });
  await same('GET', '/v1/products/0198c0de-0000-7000-8000-00000000dead', { as: caller });
  await same('GET', '/v1/products?surplus=1', { as: caller });
});

test('when orders are read, then both ways answer alike', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder();
  await same('GET', '/v1/orders?limit=3', { as: caller });
  await same('GET', `/v1/orders/${order}`, { as: caller });
  await same('GET', '/v1/orders/0198c0de-0000-7000-8000-00000000dead', { as: caller });
  await same('GET', '/v1/orders?surplus=1', { as: caller });
});

test('when place order runs in a plain transaction, then it does the same', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 10 }] };
  const answer = await sendPlain('POST', '/v1/orders', { as: caller, body, headers: { 'idempotency-key': unique() } });
  assert.equal(answer.status, 201);
  assert.equal((await stored('app.products', product))?.stock, 0);
});

test('when place order ends in out of stock, then both ways say so', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 99 }] };
  await same('POST', '/v1/orders', { as: caller, body, headers: { 'idempotency-key': unique() } });
});

test('when orders pay runs in a plain transaction, then it does the same', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'pending' });
  await insertOrderLine({ order_id: order });
  const answer = await sendPlain('POST', `/v1/orders/${order}/pay`, { as: caller });
  assert.equal(answer.status, 200);
  assert.equal((await stored('app.orders', order))?.status, 'paid');
});

test('when orders ship runs in a plain transaction, then it does the same', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'paid' });
  await insertOrderLine({ order_id: order });
  const answer = await sendPlain('POST', `/v1/orders/${order}/ship`, { as: caller });
  assert.equal(answer.status, 200);
  assert.equal((await stored('app.orders', order))?.status, 'shipped');
});

test('when orders deliver runs in a plain transaction, then it does the same', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'shipped' });
  await insertOrderLine({ order_id: order });
  const answer = await sendPlain('POST', `/v1/orders/${order}/deliver`, { as: caller });
  assert.equal(answer.status, 200);
  assert.equal((await stored('app.orders', order))?.status, 'delivered');
});

test('when orders cancel runs in a plain transaction, then it does the same', async () => {
  const caller = await signIn('customer');
  const order = await insertOrder({ customer_id: caller.id, status: 'pending' });
  const product = await insertProduct();
  await insertOrderLine({ product_id: product, order_id: order });
  const answer = await sendPlain('POST', `/v1/orders/${order}/cancel`, { as: caller });
  assert.equal(answer.status, 200);
  assert.equal((await stored('app.orders', order))?.status, 'cancelled');
  assert.equal((await stored('app.products', product))?.stock, 10);
});
