import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertOrder, insertUser, signIn } from '../support/rows.js';
import { all, faultsOf, idsOf, itemsOf, send } from '../support/server.js';

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
  const answer = await send('GET', '/v1/orders?surplus=1&limit=0&include=customer,customer', { as: caller });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['include', 'limit', 'surplus']);
});
