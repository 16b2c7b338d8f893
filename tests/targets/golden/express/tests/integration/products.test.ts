import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../support/database.js';
import { insertCategory, insertOrderLine, insertProduct, signIn } from '../support/rows.js';
import { faultsOf, like, newest, send, tagOf } from '../support/server.js';
import { unique } from '../support/unique.js';

const newProduct = async (given: Row = {}): Promise<Row> => ({
  sku: unique(),
  name: 'Some name',
  description: 'Some description',
  price: '12.50',
  stock: 0,
  status: 'draft',
  categoryId: given.categoryId ?? (await insertCategory()),
  ...given,
});

test('when a staff creates a product, then it is there as it was given', async () => {
  const caller = await signIn('staff');
  const body = await newProduct();
  const answer = await send('POST', '/v1/products', { as: caller, body });
  assert.equal(answer.status, 201);
  assert.deepEqual(like(answer.body, body), body);
  assert.equal(answer.headers.get('location'), `/v1/products/${answer.body.id}`);
  const again = await send('GET', `/v1/products/${answer.body.id}`, { as: caller });
  assert.deepEqual(again.body, answer.body);
});

test('when a product leaves out what has a default, then the default stands', async () => {
  const caller = await signIn('staff');
  const { stock: _stock, status: _status, ...body } = await newProduct();
  const answer = await send('POST', '/v1/products', { as: caller, body });
  assert.equal(answer.body.stock, 0);
  assert.equal(answer.body.status, 'draft');
});

test('when a product lacks what it must have, then every missing member is named', async () => {
  const caller = await signIn('staff');
  const answer = await send('POST', '/v1/products', { as: caller, body: {} });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['/categoryId', '/name', '/price', '/sku']);
});

test('when nothing about a product is right, then every fault is named at once', async () => {
  const caller = await signIn('staff');
  const body = {
    sku: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    name: 1,
    description: 1,
    price: '1.5e3',
    stock: 1000001,
    status: 'no-such-value',
    categoryId: 'not-an-id',
    surplus: true,
  };
  const answer = await send('POST', '/v1/products', { as: caller, body });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['/categoryId', '/description', '/name', '/price', '/sku', '/status', '/stock', '/surplus']);
});

test('when the category of a product does not exist, then that is named', async () => {
  const caller = await signIn('staff');
  const body = await newProduct({ categoryId: '0198c0de-0000-7000-8000-00000000dead' });
  const answer = await send('POST', '/v1/products', { as: caller, body });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['/categoryId']);
});

test('when a second product has the sku of the first, then it is refused', async () => {
  const caller = await signIn('staff');
  const one = await newProduct();
  const other = await newProduct({ sku: one.sku });
  assert.equal((await send('POST', '/v1/products', { as: caller, body: one })).status, 201);
  const answer = await send('POST', '/v1/products', { as: caller, body: other });
  assert.deepEqual([answer.status, answer.body.code], [409, 'already_exists']);
  assert.deepEqual(faultsOf(answer), ['/sku']);
});

test('when a product does not exist, then it is not found', async () => {
  const caller = await signIn('staff');
  assert.equal((await send('GET', '/v1/products/0198c0de-0000-7000-8000-00000000dead', { as: caller })).status, 404);
  const answer = await send('GET', '/v1/products/nonsense', { as: caller });
  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, 'id']);
});

test('when a product is read with an unknown parameter, then that is named', async () => {
  const caller = await signIn('staff');
  const answer = await send('GET', '/v1/products/0198c0de-0000-7000-8000-00000000dead?surplus=1', { as: caller });
  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, 'surplus']);
});

test('when a product is read again by one who has it, then it is not sent again', async () => {
  const caller = await signIn('staff');
  const product = await insertProduct();
  const before = await send('GET', `/v1/products/${product}`, { as: caller });
  assert.equal((await send('GET', `/v1/products/${product}`, { as: caller, headers: { 'if-none-match': tagOf(before) } })).status, 304);
});

test('when a product is read with what it refers to, then each is shown as the caller may see it', async () => {
  const caller = await signIn('staff');
  const category = await insertCategory();
  const product = await insertProduct({ category_id: category });
  const shown = await send('GET', `/v1/products/${product}?include=category`, { as: caller });
  assert.equal(shown.status, 200);
  assert.deepEqual(shown.body.category, (await send('GET', `/v1/categories/${category}`, { as: caller })).body);
});

test('when a staff changes the name of a product, then the rest stays', async () => {
  const caller = await signIn('staff');
  const product = await insertProduct();
  const before = await send('GET', `/v1/products/${product}`, { as: caller });
  const change = { name: 'Other name' };
  const answer = await send('PATCH', `/v1/products/${product}`, { as: caller, body: change });
  assert.equal(answer.status, 200);
  const { updatedAt } = answer.body;
  assert.deepEqual(answer.body, { ...before.body, ...change, updatedAt });
});

test('when a product has changed since it was read, then a change of what it was is refused', async () => {
  const caller = await signIn('staff');
  const product = await insertProduct();
  const before = await send('GET', `/v1/products/${product}`, { as: caller });
  const change = { name: 'Other name' };
  const made = await send('PATCH', `/v1/products/${product}`, { as: caller, body: change, headers: { 'if-match': tagOf(before) } });
  assert.equal(made.status, 200);
  const late = await send('PATCH', `/v1/products/${product}`, { as: caller, body: change, headers: { 'if-match': tagOf(before) } });
  assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed']);
  assert.equal(
    (await send('PATCH', `/v1/products/${product}`, { as: caller, body: change, headers: { 'if-match': tagOf(made) } })).status,
    200,
  );
});

test('when two change what they both read of a product, then one does', async () => {
  const caller = await signIn('staff');
  const product = await insertProduct();
  const before = await send('GET', `/v1/products/${product}`, { as: caller });
  const change = { name: 'Other name' };
  const call = () => send('PATCH', `/v1/products/${product}`, { as: caller, body: change, headers: { 'if-match': tagOf(before) } });
  const answers = await Promise.all([call(), call()]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
});

test('when the description is left out, then it stays, and when it is null, then it is empty', async () => {
  const caller = await signIn('staff');
  const product = await insertProduct();
  const filled = await send('PATCH', `/v1/products/${product}`, { as: caller, body: { description: 'Some description' } });
  assert.notEqual(filled.body.description, null);
  const left = await send('PATCH', `/v1/products/${product}`, { as: caller, body: { name: 'Other name' } });
  assert.deepEqual(left.body.description, filled.body.description);
  const emptied = await send('PATCH', `/v1/products/${product}`, { as: caller, body: { description: null } });
  assert.equal(emptied.body.description, null);
});

test('when a change of a product is empty or touches what nobody changes, then it is refused', async () => {
  const caller = await signIn('staff');
  const product = await insertProduct();
  const empty = await send('PATCH', `/v1/products/${product}`, { as: caller, body: {} });
  assert.deepEqual([empty.status, ...faultsOf(empty)], [422, '']);
  const change = { name: null, sku: unique(), surplus: 1 };
  const wrong = await send('PATCH', `/v1/products/${product}`, { as: caller, body: change });
  assert.equal(wrong.status, 422);
  assert.deepEqual(faultsOf(wrong), ['/name', '/sku', '/surplus']);
});

test('when a product has been deleted, then it is not found again', async () => {
  const caller = await signIn('admin');
  const product = await insertProduct();
  assert.equal((await send('DELETE', `/v1/products/${product}`, { as: caller })).status, 204);
  assert.equal((await send('GET', `/v1/products/${product}`, { as: caller })).status, 404);
  assert.equal((await send('DELETE', `/v1/products/${product}`, { as: caller })).status, 404);
});

test('when another version of a product is to be deleted, then it stays', async () => {
  const caller = await signIn('admin');
  const product = await insertProduct();
  const before = await send('GET', `/v1/products/${product}`, { as: caller });
  const late = await send('DELETE', `/v1/products/${product}`, { as: caller, headers: { 'if-match': '"stale"' } });
  assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed']);
  assert.equal((await send('DELETE', `/v1/products/${product}`, { as: caller, headers: { 'if-match': tagOf(before) } })).status, 204);
});

test('when an order line still refers to a product, then it cannot be deleted', async () => {
  const caller = await signIn('admin');
  const product = await insertProduct();
  await insertOrderLine({ product_id: product });
  const answer = await send('DELETE', `/v1/products/${product}`, { as: caller });
  assert.deepEqual([answer.status, answer.body.code], [409, 'in_use']);
});

test('when a customer reads a product whose status is active, then it is shown', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ status: 'active' });
  assert.equal((await send('GET', `/v1/products/${product}`, { as: caller })).status, 200);
  assert.ok((await newest('/v1/products', { as: caller })).includes(product));
});

test('when a customer reads a product whose status is draft, then it is not there', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct();
  assert.equal((await send('GET', `/v1/products/${product}`, { as: caller })).status, 404);
  assert.ok(!(await newest('/v1/products', { as: caller })).includes(product));
});

for (const role of ['staff', 'admin']) {
  test(`when somebody with role ${role} reads a product, then it is shown`, async () => {
    const caller = await signIn(role);
    const product = await insertProduct();
    assert.equal((await send('GET', `/v1/products/${product}`, { as: caller })).status, 200);
    assert.ok((await newest('/v1/products', { as: caller })).includes(product));
  });
}

test('when somebody without an account reads a product whose status is active, then it is shown', async () => {
  const product = await insertProduct({ status: 'active' });
  assert.equal((await send('GET', `/v1/products/${product}`)).status, 200);
  assert.ok((await newest('/v1/products')).includes(product));
});

test('when somebody without an account reads a product whose status is draft, then it is not there', async () => {
  const product = await insertProduct();
  assert.equal((await send('GET', `/v1/products/${product}`)).status, 404);
  assert.ok(!(await newest('/v1/products')).includes(product));
});

test('when a customer creates a product, then that is forbidden', async () => {
  const caller = await signIn('customer');
  const body = await newProduct();
  assert.equal((await send('POST', '/v1/products', { as: caller, body })).status, 403);
});

for (const role of ['staff', 'admin']) {
  test(`when somebody with role ${role} creates a product, then it is there`, async () => {
    const caller = await signIn(role);
    const body = await newProduct();
    assert.equal((await send('POST', '/v1/products', { as: caller, body })).status, 201);
  });
}

test('when somebody without an account creates a product, then an account is needed', async () => {
  const body = await newProduct();
  assert.equal((await send('POST', '/v1/products', { body })).status, 401);
});

test('when a customer changes a product, then that is forbidden', async () => {
  const caller = await signIn('customer');
  const product = await insertProduct();
  const answer = await send('PATCH', `/v1/products/${product}`, { as: caller, body: { name: 'Other name' } });
  assert.equal(answer.status, 403);
});

for (const role of ['staff', 'admin']) {
  test(`when somebody with role ${role} changes a product, then it changes`, async () => {
    const caller = await signIn(role);
    const product = await insertProduct();
    const answer = await send('PATCH', `/v1/products/${product}`, { as: caller, body: { name: 'Other name' } });
    assert.equal(answer.status, 200);
  });
}

test('when somebody without an account changes a product, then an account is needed', async () => {
  const product = await insertProduct();
  const answer = await send('PATCH', `/v1/products/${product}`, { body: { name: 'Other name' } });
  assert.equal(answer.status, 401);
});

for (const role of ['customer', 'staff']) {
  test(`when somebody with role ${role} deletes a product, then that is forbidden`, async () => {
    const caller = await signIn(role);
    const product = await insertProduct();
    assert.equal((await send('DELETE', `/v1/products/${product}`, { as: caller })).status, 403);
  });
}

test('when an admin deletes a product, then it is gone', async () => {
  const caller = await signIn('admin');
  const product = await insertProduct();
  assert.equal((await send('DELETE', `/v1/products/${product}`, { as: caller })).status, 204);
});

test('when somebody without an account deletes a product, then an account is needed', async () => {
  const product = await insertProduct();
  assert.equal((await send('DELETE', `/v1/products/${product}`)).status, 401);
});
