import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stored } from '../support/database.js';
import { insertCategory, insertProduct, signIn } from '../support/rows.js';
import { all, faultsOf, idsOf, itemsOf, send } from '../support/server.js';

test('when products are listed page by page, then the newest come first and none comes twice', async () => {
  const caller = await signIn('staff');
  const earliest = await insertProduct();
  const middle = await insertProduct();
  const latest = await insertProduct();
  const one = await send('GET', '/v1/products?limit=2', { as: caller });
  const two = await send('GET', `/v1/products?limit=2&cursor=${one.body.nextCursor}`, { as: caller });
  const ids = idsOf([...itemsOf(one), ...itemsOf(two)]);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(new Set(ids.slice(0, 3)), new Set([earliest, middle, latest]));
});

test('when products are looked up by sku, then one is found', async () => {
  const caller = await signIn('staff');
  const wanted = await insertProduct();
  await insertProduct();
  const row = await stored('app.products', wanted);
  const rows = await all(`/v1/products?sku=${encodeURIComponent(String(row?.sku))}`, { as: caller });
  assert.deepEqual(idsOf(rows), [wanted]);
});

test('when products are narrowed by status, then no others are listed', async () => {
  const caller = await signIn('staff');
  const wanted = await insertProduct({ status: 'draft' });
  const unwanted = await insertProduct({ status: 'active' });
  const rows = await all('/v1/products?status=draft', { as: caller });
  assert.deepEqual(new Set(rows.map((row) => row.status)), new Set(['draft']));
  assert.ok(idsOf(rows).includes(wanted));
  assert.ok(!idsOf(rows).includes(unwanted));
});

test('when products are narrowed to one category, then no others are listed', async () => {
  const caller = await signIn('staff');
  const target = await insertCategory();
  const wanted = await insertProduct({ category_id: target });
  await insertProduct();
  const rows = await all(`/v1/products?categoryId=${target}`, { as: caller });
  assert.deepEqual(idsOf(rows), [wanted]);
});

test('when products are narrowed to a range of price, then no others are listed', async () => {
  const caller = await signIn('staff');
  const wanted = await insertProduct({ price: '12.50' });
  const unwanted = await insertProduct({ price: '10.00' });
  const rows = await all('/v1/products?price.min=12.50&price.max=12.50', { as: caller });
  assert.deepEqual(new Set(rows.map((row) => row.price)), new Set(['12.50']));
  assert.ok(idsOf(rows).includes(wanted));
  assert.ok(!idsOf(rows).includes(unwanted));
});

test('when products are narrowed to a range of stock, then no others are listed', async () => {
  const caller = await signIn('staff');
  const wanted = await insertProduct({ stock: 0 });
  const unwanted = await insertProduct({ stock: 10 });
  const rows = await all('/v1/products?stock.min=0&stock.max=0', { as: caller });
  assert.deepEqual(new Set(rows.map((row) => row.stock)), new Set([0]));
  assert.ok(idsOf(rows).includes(wanted));
  assert.ok(!idsOf(rows).includes(unwanted));
});

test('when products are searched for a word, then those with it are listed', async () => {
  const caller = await signIn('staff');
  const wanted = await insertProduct({ name: 'amber beryl' });
  const unwanted = await insertProduct({ name: 'beryl' });
  const rows = await all('/v1/products?q=AMBER', { as: caller });
  assert.ok(idsOf(rows).includes(wanted));
  assert.ok(!idsOf(rows).includes(unwanted));
});

test('when products are sorted by name, then they come in that order', async () => {
  const caller = await signIn('staff');
  await insertProduct();
  await insertProduct();
  const up = (await all('/v1/products?sort=name', { as: caller })).map((row) => String(row.name));
  const sorted = up.toSorted();
  assert.deepEqual(up, sorted);
  const down = (await all('/v1/products?sort=-name', { as: caller })).map((row) => String(row.name));
  assert.deepEqual(down, sorted.toReversed());
});

test('when products are sorted by price, then they come in that order', async () => {
  const caller = await signIn('staff');
  await insertProduct();
  await insertProduct();
  const up = (await all('/v1/products?sort=price', { as: caller })).map((row) => Number(row.price));
  const sorted = up.toSorted((a, b) => a - b);
  assert.deepEqual(up, sorted);
  const down = (await all('/v1/products?sort=-price', { as: caller })).map((row) => Number(row.price));
  assert.deepEqual(down, sorted.toReversed());
});

test('when products are sorted by stock, then they come in that order', async () => {
  const caller = await signIn('staff');
  await insertProduct();
  await insertProduct();
  const up = (await all('/v1/products?sort=stock', { as: caller })).map((row) => Number(row.stock));
  const sorted = up.toSorted((a, b) => a - b);
  assert.deepEqual(up, sorted);
  const down = (await all('/v1/products?sort=-stock', { as: caller })).map((row) => Number(row.stock));
  assert.deepEqual(down, sorted.toReversed());
});

test('when the list is asked for something it does not know, then that is named', async () => {
  const caller = await signIn('staff');
  const answer = await send('GET', '/v1/products?surplus=1&limit=0&include=category,category', { as: caller });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['include', 'limit', 'surplus']);
});
