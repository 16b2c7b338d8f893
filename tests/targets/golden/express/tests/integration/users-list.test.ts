import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stored } from '../support/database.js';
import { insertUser, signIn } from '../support/rows.js';
import { all, faultsOf, idsOf, itemsOf, send } from '../support/server.js';

test('when users are listed page by page, then the newest come first and none comes twice', async () => {
  const caller = await signIn('admin');
  const earliest = await insertUser();
  const middle = await insertUser();
  const latest = await insertUser();
  const one = await send('GET', '/v1/users?limit=2', { as: caller });
  const two = await send('GET', `/v1/users?limit=2&cursor=${one.body.nextCursor}`, { as: caller });
  const ids = idsOf([...itemsOf(one), ...itemsOf(two)]);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(new Set(ids.slice(0, 3)), new Set([earliest, middle, latest]));
});

test('when users are looked up by email, then one is found', async () => {
  const caller = await signIn('admin');
  const wanted = await insertUser();
  await insertUser();
  const row = await stored('app.users', wanted);
  const rows = await all(`/v1/users?email=${encodeURIComponent(String(row?.email))}`, { as: caller });
  assert.deepEqual(idsOf(rows), [wanted]);
});

test('when users are narrowed by role, then no others are listed', async () => {
  const caller = await signIn('admin');
  const wanted = await insertUser({ role: 'customer' });
  const unwanted = await insertUser({ role: 'staff' });
  const rows = await all('/v1/users?role=customer', { as: caller });
  assert.deepEqual(new Set(rows.map((row) => row.role)), new Set(['customer']));
  assert.ok(idsOf(rows).includes(wanted));
  assert.ok(!idsOf(rows).includes(unwanted));
});

test('when users are sorted by name, then they come in that order', async () => {
  const caller = await signIn('admin');
  await insertUser();
  await insertUser();
  const up = (await all('/v1/users?sort=name', { as: caller })).map((row) => String(row.name));
  const sorted = up.toSorted();
  assert.deepEqual(up, sorted);
  const down = (await all('/v1/users?sort=-name', { as: caller })).map((row) => String(row.name));
  assert.deepEqual(down, sorted.toReversed());
});

test('when the list is asked for something it does not know, then that is named', async () => {
  const caller = await signIn('admin');
  const answer = await send('GET', '/v1/users?surplus=1&limit=0', { as: caller });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['limit', 'surplus']);
});
