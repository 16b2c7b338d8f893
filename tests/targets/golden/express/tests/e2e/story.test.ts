import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn, refresh, registered } from '../support/accounts.js';
import { insertProduct, signIn } from '../support/rows.js';
import { send } from '../support/server.js';
import { unique } from '../support/unique.js';

test('when place order has begun, then an order goes its way to the end', async () => {
  const { login } = await registered();
  const session = await logIn(login);
  const token = String(session.body.accessToken);
  const caller = { token, id: String((await send('GET', '/v1/me', { as: { token } })).body.id) };
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 10 }] };
  const made = await send('POST', '/v1/orders', { as: caller, body, headers: { 'idempotency-key': unique() } });
  assert.equal(made.status, 201);
  const path = `/v1/orders/${made.body.id}`;
  const staffAccount = await signIn('staff');
  assert.equal((await send('POST', `${path}/pay`, { as: staffAccount })).status, 200);
  assert.equal((await send('POST', `${path}/ship`, { as: staffAccount })).status, 200);
  assert.equal((await send('POST', `${path}/deliver`, { as: staffAccount })).status, 200);
  const end = await send('GET', path, { as: caller });
  assert.equal(end.body.status, 'delivered');
  const stranger = await signIn('customer');
  assert.equal((await send('GET', path, { as: stranger })).status, 404);
  assert.equal((await send('POST', '/v1/auth/logout', { as: caller })).status, 204);
  const { refreshToken } = session.body;
  assert.equal((await refresh(refreshToken)).status, 401);
});
