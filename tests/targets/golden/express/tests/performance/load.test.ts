import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, underLoad } from '../support/load.js';
import { insertCategory, insertOrder, insertOrderLine, insertProduct, insertUser, signIn } from '../support/rows.js';
import { unique } from '../support/unique.js';

const listUsers = async () => {
  const caller = await signIn('admin');
  await insertUser();
  return async () => {
    assert.equal((await send('GET', '/v1/users', { as: caller })).status, 200);
  };
};

const readUser = async () => {
  const caller = await signIn('admin');
  const user = await insertUser();
  return async () => {
    assert.equal((await send('GET', `/v1/users/${user}`, { as: caller })).status, 200);
  };
};

const listCategories = async () => {
  const caller = await signIn('customer');
  await insertCategory();
  return async () => {
    assert.equal((await send('GET', '/v1/categories', { as: caller })).status, 200);
  };
};

const readCategory = async () => {
  const caller = await signIn('customer');
  const category = await insertCategory();
  return async () => {
    assert.equal((await send('GET', `/v1/categories/${category}`, { as: caller })).status, 200);
  };
};

const listProducts = async () => {
  const caller = await signIn('staff');
  await insertProduct();
  return async () => {
    assert.equal((await send('GET', '/v1/products', { as: caller })).status, 200);
  };
};

const readProduct = async () => {
  const caller = await signIn('staff');
  const product = await insertProduct();
  return async () => {
    assert.equal((await send('GET', `/v1/products/${product}`, { as: caller })).status, 200);
  };
};

const listOrders = async () => {
  const caller = await signIn('staff');
  await insertOrder();
  return async () => {
    assert.equal((await send('GET', '/v1/orders', { as: caller })).status, 200);
  };
};

const readOrder = async () => {
  const caller = await signIn('staff');
  const order = await insertOrder();
  return async () => {
    assert.equal((await send('GET', `/v1/orders/${order}`, { as: caller })).status, 200);
  };
};

const createCategory = async () => {
  const caller = await signIn('staff');
  const body = { name: unique(), slug: unique() };
  return async () => {
    assert.equal((await send('POST', '/v1/categories', { as: caller, body })).status, 201);
  };
};

const createProduct = async () => {
  const caller = await signIn('staff');
  const body = {
    sku: unique(),
    name: 'Some name',
    description: 'Some description',
    price: '12.50',
    stock: 0,
    status: 'draft',
    categoryId: await insertCategory(),
  };
  return async () => {
    assert.equal((await send('POST', '/v1/products', { as: caller, body })).status, 201);
  };
};

const callPlaceOrder = async () => {
  const caller = await signIn('customer');
  const product = await insertProduct({ stock: 10, status: 'active' });
  const body = { note: 'Some note', lines: [{ productId: product, quantity: 10 }] };
  return async () => {
    assert.equal((await send('POST', '/v1/orders', { as: caller, body, headers: { 'idempotency-key': unique() } })).status, 201);
  };
};

const callOrdersPay = async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'pending' });
  await insertOrderLine({ order_id: order });
  return async () => {
    assert.equal((await send('POST', `/v1/orders/${order}/pay`, { as: caller })).status, 200);
  };
};

const callOrdersShip = async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'paid' });
  await insertOrderLine({ order_id: order });
  return async () => {
    assert.equal((await send('POST', `/v1/orders/${order}/ship`, { as: caller })).status, 200);
  };
};

const callOrdersDeliver = async () => {
  const caller = await signIn('staff');
  const order = await insertOrder({ status: 'shipped' });
  await insertOrderLine({ order_id: order });
  return async () => {
    assert.equal((await send('POST', `/v1/orders/${order}/deliver`, { as: caller })).status, 200);
  };
};

const callOrdersCancel = async () => {
  const caller = await signIn('customer');
  const order = await insertOrder({ customer_id: caller.id, status: 'pending' });
  const product = await insertProduct();
  await insertOrderLine({ product_id: product, order_id: order });
  return async () => {
    assert.equal((await send('POST', `/v1/orders/${order}/cancel`, { as: caller })).status, 200);
  };
};

const reads = { listUsers, readUser, listCategories, readCategory, listProducts, readProduct, listOrders, readOrder };
const writes = { createCategory, createProduct, callPlaceOrder, callOrdersPay, callOrdersShip, callOrdersDeliver, callOrdersCancel };

test('when 200 requests come a second, then 95 of 100 are answered within 200 ms', async () => {
  await underLoad({ rate: 200, within: 200 }, reads, writes);
});
