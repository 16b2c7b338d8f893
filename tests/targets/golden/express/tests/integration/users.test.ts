import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertUser, signIn } from '../support/rows.js';
import { faultsOf, newest, send, tagOf } from '../support/server.js';
import { unique } from '../support/unique.js';

test('when an user does not exist, then it is not found', async () => {
  const caller = await signIn('admin');
  assert.equal((await send('GET', '/v1/users/0198c0de-0000-7000-8000-00000000dead', { as: caller })).status, 404);
  const answer = await send('GET', '/v1/users/nonsense', { as: caller });
  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, 'id']);
});

test('when an user is read with an unknown parameter, then that is named', async () => {
  const caller = await signIn('admin');
  const answer = await send('GET', '/v1/users/0198c0de-0000-7000-8000-00000000dead?surplus=1', { as: caller });
  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, 'surplus']);
});

test('when an user is read again by one who has it, then it is not sent again', async () => {
  const caller = await signIn('admin');
  const user = await insertUser();
  const before = await send('GET', `/v1/users/${user}`, { as: caller });
  assert.equal((await send('GET', `/v1/users/${user}`, { as: caller, headers: { 'if-none-match': tagOf(before) } })).status, 304);
});

test('when a customer changes the name of an user, then the rest stays', async () => {
  const caller = await signIn('customer');
  const before = await send('GET', `/v1/users/${caller.id}`, { as: caller });
  const change = { name: 'Other name' };
  const answer = await send('PATCH', `/v1/users/${caller.id}`, { as: caller, body: change });
  assert.equal(answer.status, 200);
  const { updatedAt } = answer.body;
  assert.deepEqual(answer.body, { ...before.body, ...change, updatedAt });
});

test('when an user has changed since it was read, then a change of what it was is refused', async () => {
  const caller = await signIn('customer');
  const before = await send('GET', `/v1/users/${caller.id}`, { as: caller });
  const change = { name: 'Other name' };
  const made = await send('PATCH', `/v1/users/${caller.id}`, { as: caller, body: change, headers: { 'if-match': tagOf(before) } });
  assert.equal(made.status, 200);
  const late = await send('PATCH', `/v1/users/${caller.id}`, { as: caller, body: change, headers: { 'if-match': tagOf(before) } });
  assert.deepEqual([late.status, late.body.code], [412, 'precondition_failed']);
  assert.equal(
    (await send('PATCH', `/v1/users/${caller.id}`, { as: caller, body: change, headers: { 'if-match': tagOf(made) } })).status,
    200,
  );
});

test('when two change what they both read of an user, then one does', async () => {
  const caller = await signIn('customer');
  const before = await send('GET', `/v1/users/${caller.id}`, { as: caller });
  const change = { name: 'Other name' };
  const call = () => send('PATCH', `/v1/users/${caller.id}`, { as: caller, body: change, headers: { 'if-match': tagOf(before) } });
  const answers = await Promise.all([call(), call()]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
});

test('when a change of an user is empty or touches what nobody changes, then it is refused', async () => {
  const caller = await signIn('customer');
  const empty = await send('PATCH', `/v1/users/${caller.id}`, { as: caller, body: {} });
  assert.deepEqual([empty.status, ...faultsOf(empty)], [422, '']);
  const change = { name: null, email: `${unique()}@example.com`, surplus: 1 };
  const wrong = await send('PATCH', `/v1/users/${caller.id}`, { as: caller, body: change });
  assert.equal(wrong.status, 422);
  assert.deepEqual(faultsOf(wrong), ['/email', '/name', '/surplus']);
});

for (const role of ['customer', 'staff']) {
  test(`when somebody with role ${role} reads their own user, then it is shown`, async () => {
    const caller = await signIn(role);
    assert.equal((await send('GET', `/v1/users/${caller.id}`, { as: caller })).status, 200);
    assert.ok((await newest('/v1/users', { as: caller })).includes(caller.id));
  });
}

for (const role of ['customer', 'staff']) {
  test(`when somebody with role ${role} reads somebody else's user, then it is not there`, async () => {
    const caller = await signIn(role);
    const user = await insertUser();
    assert.equal((await send('GET', `/v1/users/${user}`, { as: caller })).status, 404);
    assert.ok(!(await newest('/v1/users', { as: caller })).includes(user));
  });
}

test('when an admin reads an user, then it is shown', async () => {
  const caller = await signIn('admin');
  const user = await insertUser();
  assert.equal((await send('GET', `/v1/users/${user}`, { as: caller })).status, 200);
  assert.ok((await newest('/v1/users', { as: caller })).includes(user));
});

test('when somebody without an account reads an user, then an account is needed', async () => {
  const user = await insertUser();
  assert.equal((await send('GET', `/v1/users/${user}`)).status, 401);
  assert.equal((await send('GET', '/v1/users')).status, 401);
});

for (const role of ['customer', 'staff', 'admin']) {
  test(`when somebody with role ${role} changes their own user, then it changes`, async () => {
    const caller = await signIn(role);
    const answer = await send('PATCH', `/v1/users/${caller.id}`, { as: caller, body: { name: 'Other name' } });
    assert.equal(answer.status, 200);
  });
}

for (const role of ['customer', 'staff']) {
  test(`when somebody with role ${role} changes somebody else's user, then it is not there`, async () => {
    const caller = await signIn(role);
    const user = await insertUser();
    const answer = await send('PATCH', `/v1/users/${user}`, { as: caller, body: { name: 'Other name' } });
    assert.equal(answer.status, 404);
  });
}

test("when an admin changes somebody else's user, then that is forbidden", async () => {
  const caller = await signIn('admin');
  const user = await insertUser();
  const answer = await send('PATCH', `/v1/users/${user}`, { as: caller, body: { name: 'Other name' } });
  assert.equal(answer.status, 403);
});

test('when somebody without an account changes an user, then an account is needed', async () => {
  const user = await insertUser();
  const answer = await send('PATCH', `/v1/users/${user}`, { body: { name: 'Other name' } });
  assert.equal(answer.status, 401);
});
