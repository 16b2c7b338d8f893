import type { Includes } from '../../services/data/includes.js';
import { categories } from './categories.js';
import { products } from './products.js';
import { users } from './users.js';

export const includes = {
  products: {
    category: { resource: categories, column: 'products.category_id' },
  },
  orders: {
    customer: { resource: users, column: 'orders.customer_id' },
    'lines.product': { resource: products, column: 'order_lines.product_id' },
  },
} satisfies Record<string, Includes>;
