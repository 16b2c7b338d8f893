import { z } from 'zod';
import { decimal, integer, patch, text, uuid } from './fields.js';

const product = {
  sku: text(3, 40),
  name: text(1, 200),
  description: text(0, 10000).nullable(),
  price: decimal(14, 2, { above: '0' }),
  stock: integer(0, 1000000),
  status: z.enum(['draft', 'active', 'archived']),
  categoryId: uuid(),
};

export const ProductCreate = z.strictObject({
  ...product,
  description: product.description.optional(),
  stock: product.stock.default(0),
  status: product.status.default('draft'),
});

export const ProductUpdate = patch({
  name: product.name,
  description: product.description,
  price: product.price,
  stock: product.stock,
  status: product.status,
  categoryId: product.categoryId,
});
