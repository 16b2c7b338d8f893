import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stored } from '../support/database.js';
import { insertCategory, signIn } from '../support/rows.js';
import { all, faultsOf, idsOf, itemsOf, send } from '../support/server.js';

test('when categories are listed page by page, then the newest come first and none comes twice', async () => {
  const caller = await signIn('customer');
  const earliest = await insertCategory();
  const middle = await insertCategory();
  const latest = await insertCategory();
  const one = await send('GET', '/v1/categories?limit=2', { as: caller });
  const two = await send('GET', `/v1/categories?limit=2&cursor=${one.body.nextCursor}`, { as: caller });
  const ids = idsOf([...itemsOf(one), ...itemsOf(two)]);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(new Set(ids.slice(0, 3)), new Set([earliest, middle, latest]));
});

test('when categories are looked up by name, then one is found', async () => {
  const caller = await signIn('customer');
  const wanted = await insertCategory();
  await insertCategory();
  const row = await stored('app.categories', wanted);
  const rows = await all(`/v1/categories?name=${encodeURIComponent(String(row?.name))}`, { as: caller });
  assert.deepEqual(idsOf(rows), [wanted]);
});

test('when categories are looked up by slug, then one is found', async () => {
  const caller = await signIn('customer');
  const wanted = await insertCategory();
  await insertCategory();
  const row = await stored('app.categories', wanted);
  const rows = await all(`/v1/categories?slug=${encodeURIComponent(String(row?.slug))}`, { as: caller });
  assert.deepEqual(idsOf(rows), [wanted]);
});

test('when categories are sorted by name, then they come in that order', async () => {
  const caller = await signIn('customer');
  await insertCategory();
  await insertCategory();
  const up = (await all('/v1/categories?sort=name', { as: caller })).map((row) => String(row.name));
  const sorted = up.toSorted();
  assert.deepEqual(up, sorted);
  const down = (await all('/v1/categories?sort=-name', { as: caller })).map((row) => String(row.name));
  assert.deepEqual(down, sorted.toReversed());
});

test('when the list is asked for something it does not know, then that is named', async () => {
  const caller = await signIn('customer');
  const answer = await send('GET', '/v1/categories?surplus=1&limit=0', { as: caller });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['limit', 'surplus']);
});
