import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../support/database.js';
import { insertCategory, insertProduct, signIn } from '../support/rows.js';
import { faultsOf, like, newest, send, tagOf } from '../support/server.js';
import { unique } from '../support/unique.js';

const newCategory = async (given: Row = {}): Promise<Row> => ({
  name: unique(),
  slug: unique(),
  ...given,
});

test('when a staff creates a category, then it is there as it was given', async () => {
  const caller = await signIn('staff');
  const body = await newCategory();
  const answer = await send('POST', '/v1/categories', { as: caller, body });
  assert.equal(answer.status, 201);
  assert.deepEqual(like(answer.body, body), body);
  assert.equal(answer.headers.get('location'), `/v1/categories/${answer.body.id}`);
  const again = await send('GET', `/v1/categories/${answer.body.id}`, { as: caller });
  assert.deepEqual(again.body, answer.body);
});

test('when a category lacks what it must have, then every missing member is named', async () => {
  const caller = await signIn('staff');
  const answer = await send('POST', '/v1/categories', { as: caller, body: {} });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['/name', '/slug']);
});

test('when nothing about a category is right, then every fault is named at once', async () => {
  const caller = await signIn('staff');
  const body = { name: 1, slug: 1, surplus: true };
  const answer = await send('POST', '/v1/categories', { as: caller, body });
  assert.equal(answer.status, 422);
  assert.deepEqual(faultsOf(answer), ['/name', '/slug', '/surplus']);
});

test('when a second category has the name of the first, then it is refused', async () => {
  const caller = await signIn('staff');
  const one = await newCategory();
  const other = await newCategory({ name: one.name });
  assert.equal((await send('POST', '/v1/categories', { as: caller, body: one })).status, 201);
  const answer = await send('POST', '/v1/categories', { as: caller, body: other });
  assert.deepEqual([answer.status, answer.body.code], [409, 'already_exists']);
  assert.deepEqual(faultsOf(answer), ['/name']);
});

test('when a second category has the slug of the first, then it is refused', async () => {
  const caller = await signIn('staff');
  const one = await newCategory();
  const other = await newCategory({ slug: one.slug });
  assert.equal((await send('POST', '/v1/categories', { as: caller, body: one })).status, 201);
  const answer = await send('POST', '/v1/categories', { as: caller, body: other });
  assert.deepEqual([answer.status, answer.body.code], [409, 'already_exists']);
  assert.deepEqual(faultsOf(answer), ['/slug']);
});

test('when a category does not exist, then it is not found', async () => {
  const caller = await signIn('customer');
  assert.equal((await send('GET', '/v1/categories/0198c0de-0000-7000-8000-00000000dead', { as: caller })).status, 404);
  const answer = await send('GET', '/v1/categories/nonsense', { as: caller });
  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, 'id']);
});

test('when a category is read with an unknown parameter, then that is named', async () => {
  const caller = await signIn('customer');
  const answer = await send('GET', '/v1/categories/0198c0de-0000-7000-8000-00000000dead?surplus=1', { as: caller });
  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, 'surplus']);
});

test('when a category is read again by one who has it, then it is not sent again', async () => {
  const caller = await signIn('customer');
  const category = await insertCategory();
  const before = await send('GET', `/v1/categories/${category}`, { as: caller });
  assert.equal((await send('GET', `/v1/categories/${category}`, { as: caller, headers: { 'if-none-match': tagOf(before) } })).status, 304);
});

test('when a staff changes the name of a category, then the rest stays', async () => {
  const caller = await signIn('staff');
  const category = await insertCategory();
  const before = await send('GET', `/v1/categories/${category}`, { as: caller });
  const change = { name: unique() };
  const answer = await send('PATCH', `/v1/categories/${category}`, { as: caller, body: change });
  assert.equal(answer.status, 200);
  const { updatedAt } = answer.body;
  assert.deepEqual(answer.body, { ...before.body, ...change, updatedAt });
});

test('when a category has changed since it was read, then a change of what it was is refused', async () => {
  const caller = await signIn('staff');
  const category = await insertCategory();
  const before = await send('GET', `/v1/categories/${category}`, { as: caller });
  const change = { name: unique() };
  const made = await send('PATCH', `/v1/categories/${category}`, { as: caller, body: change, headers: { 'if-match': tagOf(before) } });
  assert.equal(made.status, 200);
  const late = await send('PATCH', `/v1/categories/${category}`, { as: caller, body: change, headers: { 'if-match': tagOf(before) } });
  assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed']);
  assert.equal(
    (await send('PATCH', `/v1/categories/${category}`, { as: caller, body: change, headers: { 'if-match': tagOf(made) } })).status,
    200,
  );
});

test('when two change what they both read of a category, then one does', async () => {
  const caller = await signIn('staff');
  const category = await insertCategory();
  const before = await send('GET', `/v1/categories/${category}`, { as: caller });
  const change = { name: unique() };
  const call = () => send('PATCH', `/v1/categories/${category}`, { as: caller, body: change, headers: { 'if-match': tagOf(before) } });
  const answers = await Promise.all([call(), call()]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
});

test('when a change of a category is empty or touches what nobody changes, then it is refused', async () => {
  const caller = await signIn('staff');
  const category = await insertCategory();
  const empty = await send('PATCH', `/v1/categories/${category}`, { as: caller, body: {} });
  assert.deepEqual([empty.status, ...faultsOf(empty)], [422, '']);
  const change = { name: null, surplus: 1 };
  const wrong = await send('PATCH', `/v1/categories/${category}`, { as: caller, body: change });
  assert.equal(wrong.status, 422);
  assert.deepEqual(faultsOf(wrong), ['/name', '/surplus']);
});

test('when a category has been deleted, then it is not found again', async () => {
  const caller = await signIn('admin');
  const category = await insertCategory();
  assert.equal((await send('DELETE', `/v1/categories/${category}`, { as: caller })).status, 204);
  assert.equal((await send('GET', `/v1/categories/${category}`, { as: caller })).status, 404);
  assert.equal((await send('DELETE', `/v1/categories/${category}`, { as: caller })).status, 404);
});

test('when another version of a category is to be deleted, then it stays', async () => {
  const caller = await signIn('admin');
  const category = await insertCategory();
  const before = await send('GET', `/v1/categories/${category}`, { as: caller });
  const late = await send('DELETE', `/v1/categories/${category}`, { as: caller, headers: { 'if-match': '"stale"' } });
  assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed']);
  assert.equal((await send('DELETE', `/v1/categories/${category}`, { as: caller, headers: { 'if-match': tagOf(before) } })).status, 204);
});

test('when a product still refers to a category, then it cannot be deleted', async () => {
  const caller = await signIn('admin');
  const category = await insertCategory();
  await insertProduct({ category_id: category });
  const answer = await send('DELETE', `/v1/categories/${category}`, { as: caller });
  assert.deepEqual([answer.status, answer.body.code], [409, 'in_use']);
});

for (const role of ['customer', 'staff', 'admin']) {
  test(`when somebody with role ${role} reads a category, then it is shown`, async () => {
    const caller = await signIn(role);
    const category = await insertCategory();
    assert.equal((await send('GET', `/v1/categories/${category}`, { as: caller })).status, 200);
    assert.ok((await newest('/v1/categories', { as: caller })).includes(category));
  });
}

test('when somebody without an account reads a category, then it is shown', async () => {
  const category = await insertCategory();
  assert.equal((await send('GET', `/v1/categories/${category}`)).status, 200);
  assert.ok((await newest('/v1/categories')).includes(category));
});

test('when a customer creates a category, then that is forbidden', async () => {
  const caller = await signIn('customer');
  const body = await newCategory();
  assert.equal((await send('POST', '/v1/categories', { as: caller, body })).status, 403);
});

for (const role of ['staff', 'admin']) {
  test(`when somebody with role ${role} creates a category, then it is there`, async () => {
    const caller = await signIn(role);
    const body = await newCategory();
    assert.equal((await send('POST', '/v1/categories', { as: caller, body })).status, 201);
  });
}

test('when somebody without an account creates a category, then an account is needed', async () => {
  const body = await newCategory();
  assert.equal((await send('POST', '/v1/categories', { body })).status, 401);
});

test('when a customer changes a category, then that is forbidden', async () => {
  const caller = await signIn('customer');
  const category = await insertCategory();
  const answer = await send('PATCH', `/v1/categories/${category}`, { as: caller, body: { name: unique() } });
  assert.equal(answer.status, 403);
});

for (const role of ['staff', 'admin']) {
  test(`when somebody with role ${role} changes a category, then it changes`, async () => {
    const caller = await signIn(role);
    const category = await insertCategory();
    const answer = await send('PATCH', `/v1/categories/${category}`, { as: caller, body: { name: unique() } });
    assert.equal(answer.status, 200);
  });
}

test('when somebody without an account changes a category, then an account is needed', async () => {
  const category = await insertCategory();
  const answer = await send('PATCH', `/v1/categories/${category}`, { body: { name: unique() } });
  assert.equal(answer.status, 401);
});

for (const role of ['customer', 'staff']) {
  test(`when somebody with role ${role} deletes a category, then that is forbidden`, async () => {
    const caller = await signIn(role);
    const category = await insertCategory();
    assert.equal((await send('DELETE', `/v1/categories/${category}`, { as: caller })).status, 403);
  });
}

test('when an admin deletes a category, then it is gone', async () => {
  const caller = await signIn('admin');
  const category = await insertCategory();
  assert.equal((await send('DELETE', `/v1/categories/${category}`, { as: caller })).status, 204);
});

test('when somebody without an account deletes a category, then an account is needed', async () => {
  const category = await insertCategory();
  assert.equal((await send('DELETE', `/v1/categories/${category}`)).status, 401);
});
