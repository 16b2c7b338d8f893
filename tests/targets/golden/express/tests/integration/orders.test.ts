import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertOrder, insertUser, signIn } from '../support/rows.js';
import { faultsOf, newest, send, tagOf } from '../support/server.js';

test('when an order does not exist, then it is not found', async () => {
  const caller = await signIn('staff');
  assert.equal((await send('GET', '/v1/orders/0198c0de-0000-7000-8000-00000000dead', { as: caller })).status, 404);
  const answer = await send('GET', '/v1/orders/nonsense', { as: caller });
  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, 'id']);
});

test('when an order is read with an unknown parameter, then that is named', async () => {
  const caller = await signIn('staff');
  const answer = await send('GET', '/v1/orders/0198c0de-0000-7000-8000-00000000dead?surplus=1', { as: caller });
  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, 'surplus']);
});

test('when an order is read again by one who has it, then it is not sent again', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder();
  const before = await send('GET', `/v1/orders/${order}`, { as: caller });
  assert.equal((await send('GET', `/v1/orders/${order}`, { as: caller, headers: { 'if-none-match': tagOf(before) } })).status, 304);
});

test('when an order is read with what it refers to, then each is shown as the caller may see it', async () => {
  const caller = await signIn('staff');
  const customer = await insertUser();
  const order = await insertOrder({ customer_id: customer });
  const shown = await send('GET', `/v1/orders/${order}?include=customer`, { as: caller });
  assert.equal(shown.status, 200);
  assert.equal(shown.body.customer, null);
});

test('when a customer reads their own order, then it is shown', async () => {
  const caller = await signIn('customer');
  const order = await insertOrder({ customer_id: caller.id });
  assert.equal((await send('GET', `/v1/orders/${order}`, { as: caller })).status, 200);
  assert.ok((await newest('/v1/orders', { as: caller })).includes(order));
});

test("when a customer reads somebody else's order, then it is not there", async () => {
  const caller = await signIn('customer');
  const order = await insertOrder();
  assert.equal((await send('GET', `/v1/orders/${order}`, { as: caller })).status, 404);
  assert.ok(!(await newest('/v1/orders', { as: caller })).includes(order));
});

for (const role of ['staff', 'admin']) {
  test(`when somebody with role ${role} reads an order, then it is shown`, async () => {
    const caller = await signIn(role);
    const order = await insertOrder();
    assert.equal((await send('GET', `/v1/orders/${order}`, { as: caller })).status, 200);
    assert.ok((await newest('/v1/orders', { as: caller })).includes(order));
  });
}

test('when somebody without an account reads an order, then an account is needed', async () => {
  const order = await insertOrder();
  assert.equal((await send('GET', `/v1/orders/${order}`)).status, 401);
  assert.equal((await send('GET', '/v1/orders')).status, 401);
});
