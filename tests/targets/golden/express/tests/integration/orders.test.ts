import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertOrder, insertUser, signIn } from '../support/rows.js';
import { all, faultsOf, idsOf, itemsOf, newest, send, tagOf } from '../support/server.js';

test('when an order does not exist, then it is not found', async () => {
  const caller = await signIn('staff');
  assert.equal((await send('GET', '/v1/orders/0198c0de-0000-7000-8000-00000000dead', { as: caller })).status, 404);
  const answer = await send('GET', '/v1/orders/nonsense', { as: caller });
  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, 'id']);
});

test('when an order is read again by one who has it, then it is not sent again', async () => {
  const caller = await signIn('staff');
  const order = await insertOrder();
  const before = await send('GET', `/v1/orders/${order}`, { as: caller });
  assert.equal((await send('GET', `/v1/orders/${order}`, { as: caller, headers: { 'if-none-match': tagOf(before) } })).status, 304);
});

test('when orders are listed page by page, then the newest come first and none comes twice', async () => {
  const caller = await signIn('staff');
  const earliest = await insertOrder();
  const middle = await insertOrder();
  const latest = await insertOrder();
  const one = await send('GET', '/v1/orders?limit=2', { as: caller });
  const two = await send('GET', `/v1/orders?limit=2&cursor=${one.body.nextCursor}`, { as: caller });
  const ids = idsOf([...itemsOf(one), ...itemsOf(two)]);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(new Set(ids.slice(0, 3)), new Set([earliest, middle, latest]));
});

test('when orders are narrowed to one customer, then no others are listed', async () => {
  const caller = await signIn('staff');
  const target = await insertUser();
  const wanted = await insertOrder({ customer_id: target });
  await insertOrder();
  const rows = await all(`/v1/orders?customerId=${target}`, { as: caller });
  assert.deepEqual(idsOf(rows), [wanted]);
});

test('when orders are narrowed by status, then no others are listed', async () => {
  const caller = await signIn('staff');
  const wanted = await insertOrder({ status: 'pending' });
  const unwanted = await insertOrder({ status: 'paid' });
  const rows = await all('/v1/orders?status=pending', { as: caller });
  assert.deepEqual(new Set(rows.map((row) => row.status)), new Set(['pending']));
  assert.ok(idsOf(rows).includes(wanted));
  assert.ok(!idsOf(rows).includes(unwanted));
});

test('when the list is asked for something it does not know, then that is named', async () => {
  const caller = await signIn('staff');
  const answer = await send('GET', '/v1/orders?surplus=1&limit=0', { as: caller });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['limit', 'surplus']);
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
