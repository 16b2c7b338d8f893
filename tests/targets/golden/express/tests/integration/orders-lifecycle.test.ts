import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stored } from '../support/database.js';
import { eventsOf } from '../support/outbox.js';
import { insertOrder, insertOrderLine, insertProduct, signIn } from '../support/rows.js';
import { send, tagOf } from '../support/server.js';

test('when a staff calls pay on a pending order, then it is paid', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'pending' });
  await insertOrderLine({ order_id: order });
  const answer = await send('POST', `/v1/orders/${order}/pay`, { as: caller });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.status, 'paid');
  assert.deepEqual(await eventsOf(`orders/${order}`), ['OrderPaid']);
});

test('when a paid order is told to pay, then it cannot', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'paid' });
  await insertOrderLine({ order_id: order });
  const answer = await send('POST', `/v1/orders/${order}/pay`, { as: caller });
  assert.deepEqual([answer.status, answer.body.code], [409, 'wrong_state']);
});

test('when two callers pay one order at once, then one does', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'pending' });
  await insertOrderLine({ order_id: order });
  const call = () => send('POST', `/v1/orders/${order}/pay`, { as: caller });
  const answers = await Promise.all([call(), call()]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
});

test('when another version of an order is told to pay, then it does not', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'pending' });
  await insertOrderLine({ order_id: order });
  const before = await send('GET', `/v1/orders/${order}`, { as: caller });
  const late = await send('POST', `/v1/orders/${order}/pay`, { as: caller, headers: { 'if-match': '"stale"' } });
  assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed']);
  assert.equal((await send('POST', `/v1/orders/${order}/pay`, { as: caller, headers: { 'if-match': tagOf(before) } })).status, 200);
});

test('when a customer calls pay, then that is forbidden', async () => {
  const caller = await signIn('customer');
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/pay', { as: caller })).status, 403);
});

test('when somebody without an account calls pay, then an account is needed', async () => {
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/pay')).status, 401);
});

test('when what pay is called on does not exist, then it is not found', async () => {
  const caller = await signIn('staff');
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/pay', { as: caller })).status, 404);
});

test('when a staff calls ship on a paid order, then it is shipped', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'paid' });
  await insertOrderLine({ order_id: order });
  const answer = await send('POST', `/v1/orders/${order}/ship`, { as: caller });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.status, 'shipped');
  assert.deepEqual(await eventsOf(`orders/${order}`), ['OrderShipped']);
});

test('when a pending order is told to ship, then it cannot', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'pending' });
  await insertOrderLine({ order_id: order });
  const answer = await send('POST', `/v1/orders/${order}/ship`, { as: caller });
  assert.deepEqual([answer.status, answer.body.code], [409, 'wrong_state']);
});

test('when two callers ship one order at once, then one does', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'paid' });
  await insertOrderLine({ order_id: order });
  const call = () => send('POST', `/v1/orders/${order}/ship`, { as: caller });
  const answers = await Promise.all([call(), call()]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
});

test('when another version of an order is told to ship, then it does not', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'paid' });
  await insertOrderLine({ order_id: order });
  const before = await send('GET', `/v1/orders/${order}`, { as: caller });
  const late = await send('POST', `/v1/orders/${order}/ship`, { as: caller, headers: { 'if-match': '"stale"' } });
  assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed']);
  assert.equal((await send('POST', `/v1/orders/${order}/ship`, { as: caller, headers: { 'if-match': tagOf(before) } })).status, 200);
});

test('when a customer calls ship, then that is forbidden', async () => {
  const caller = await signIn('customer');
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/ship', { as: caller })).status, 403);
});

test('when somebody without an account calls ship, then an account is needed', async () => {
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/ship')).status, 401);
});

test('when what ship is called on does not exist, then it is not found', async () => {
  const caller = await signIn('staff');
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/ship', { as: caller })).status, 404);
});

test('when a staff calls deliver on a shipped order, then it is delivered', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'shipped' });
  await insertOrderLine({ order_id: order });
  const answer = await send('POST', `/v1/orders/${order}/deliver`, { as: caller });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.status, 'delivered');
  assert.deepEqual(await eventsOf(`orders/${order}`), ['OrderDelivered']);
});

test('when a pending order is told to deliver, then it cannot', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'pending' });
  await insertOrderLine({ order_id: order });
  const answer = await send('POST', `/v1/orders/${order}/deliver`, { as: caller });
  assert.deepEqual([answer.status, answer.body.code], [409, 'wrong_state']);
});

test('when two callers deliver one order at once, then one does', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'shipped' });
  await insertOrderLine({ order_id: order });
  const call = () => send('POST', `/v1/orders/${order}/deliver`, { as: caller });
  const answers = await Promise.all([call(), call()]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
});

test('when another version of an order is told to deliver, then it does not', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'shipped' });
  await insertOrderLine({ order_id: order });
  const before = await send('GET', `/v1/orders/${order}`, { as: caller });
  const late = await send('POST', `/v1/orders/${order}/deliver`, { as: caller, headers: { 'if-match': '"stale"' } });
  assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed']);
  assert.equal((await send('POST', `/v1/orders/${order}/deliver`, { as: caller, headers: { 'if-match': tagOf(before) } })).status, 200);
});

test('when a customer calls deliver, then that is forbidden', async () => {
  const caller = await signIn('customer');
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/deliver', { as: caller })).status, 403);
});

test('when somebody without an account calls deliver, then an account is needed', async () => {
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/deliver')).status, 401);
});

test('when what deliver is called on does not exist, then it is not found', async () => {
  const caller = await signIn('staff');
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/deliver', { as: caller })).status, 404);
});

test('when a customer calls cancel on a pending order, then it is cancelled', async () => {
  const caller = await signIn('customer');
  const order = await insertOrder({ customer_id: caller.id, status: 'pending' });
  const product = await insertProduct();
  await insertOrderLine({ product_id: product, order_id: order });
  const answer = await send('POST', `/v1/orders/${order}/cancel`, { as: caller });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.status, 'cancelled');
  assert.equal((await stored('app.products', product))?.stock, 10);
  assert.deepEqual(await eventsOf(`orders/${order}`), ['OrderCancelled']);
});

test('when a customer calls cancel on a paid order, then it is cancelled', async () => {
  const caller = await signIn('customer');
  const order = await insertOrder({ customer_id: caller.id, status: 'paid' });
  const product = await insertProduct();
  await insertOrderLine({ product_id: product, order_id: order });
  const answer = await send('POST', `/v1/orders/${order}/cancel`, { as: caller });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.status, 'cancelled');
  assert.equal((await stored('app.products', product))?.stock, 10);
  assert.deepEqual(await eventsOf(`orders/${order}`), ['OrderCancelled']);
});

test('when a shipped order is told to cancel, then it cannot', async () => {
  const caller = await signIn('customer');
  const order = await insertOrder({ customer_id: caller.id, status: 'shipped' });
  const product = await insertProduct();
  await insertOrderLine({ product_id: product, order_id: order });
  const answer = await send('POST', `/v1/orders/${order}/cancel`, { as: caller });
  assert.deepEqual([answer.status, answer.body.code], [409, 'wrong_state']);
});

test('when a customer calls cancel on an order that is not theirs, then it is not there', async () => {
  const caller = await signIn('customer');
  const order = await insertOrder({ status: 'pending' });
  await insertOrderLine({ order_id: order });
  assert.equal((await send('POST', `/v1/orders/${order}/cancel`, { as: caller })).status, 404);
});

test('when two callers cancel one order at once, then one does', async () => {
  const caller = await signIn('customer');
  const order = await insertOrder({ customer_id: caller.id, status: 'pending' });
  const product = await insertProduct();
  await insertOrderLine({ product_id: product, order_id: order });
  const call = () => send('POST', `/v1/orders/${order}/cancel`, { as: caller });
  const answers = await Promise.all([call(), call()]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
});

test('when another version of an order is told to cancel, then it does not', async () => {
  const caller = await signIn('customer');
  const order = await insertOrder({ customer_id: caller.id, status: 'pending' });
  const product = await insertProduct();
  await insertOrderLine({ product_id: product, order_id: order });
  const before = await send('GET', `/v1/orders/${order}`, { as: caller });
  const late = await send('POST', `/v1/orders/${order}/cancel`, { as: caller, headers: { 'if-match': '"stale"' } });
  assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed']);
  assert.equal((await send('POST', `/v1/orders/${order}/cancel`, { as: caller, headers: { 'if-match': tagOf(before) } })).status, 200);
});

test('when somebody without an account calls cancel, then an account is needed', async () => {
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/cancel')).status, 401);
});

test('when what cancel is called on does not exist, then it is not found', async () => {
  const caller = await signIn('customer');
  assert.equal((await send('POST', '/v1/orders/0198c0de-0000-7000-8000-00000000dead/cancel', { as: caller })).status, 404);
});
