import { insert, type Row } from './database.js';
import { type Account, openSession } from './sessions.js';
import { unique } from './unique.js';

export async function insertUser(given: Row = {}): Promise<string> {
  return insert('app.users', {
    email: `${unique()}@example.com`,
    name: 'Some name',
    role: 'customer',
    ...given,
  });
}

export async function insertCategory(given: Row = {}): Promise<string> {
  return insert('app.categories', {
    name: unique(),
    slug: unique(),
    ...given,
  });
}

export async function insertProduct(given: Row = {}): Promise<string> {
  return insert('app.products', {
    sku: unique(),
    name: 'Some name',
    description: 'Some description',
    price: '12.50',
    stock: 0,
    status: 'draft',
    category_id: given.category_id ?? (await insertCategory()),
    ...given,
  });
}

export async function insertOrder(given: Row = {}): Promise<string> {
  return insert('app.orders', {
    customer_id: given.customer_id ?? (await insertUser()),
    note: 'Some note',
    status: 'pending',
    ...given,
  });
}

export async function insertOrderLine(given: Row = {}): Promise<string> {
  return insert('app.order_lines', {
    product_id: given.product_id ?? (await insertProduct()),
    quantity: 10,
    unit_price: '12.50',
    order_id: given.order_id ?? (await insertOrder()),
    ...given,
  });
}

/** A new account with this role, signed in. */
export async function signIn(role: string, given: Row = {}): Promise<Account> {
  return openSession(await insertUser({ role, ...given }), role);
}

/** A profile that nobody has registered, and what it logs in with. */
export async function newRegistration(): Promise<{ profile: Row; login: string }> {
  const login = `${unique()}@example.com`;
  return { profile: { email: login, name: 'Some name' }, login };
}
