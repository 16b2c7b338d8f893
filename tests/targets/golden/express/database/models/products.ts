import { z } from 'zod';
import { decimal, integer, patch, text, uuid } from './fields.js';

const fields = {
  sku: text(3, 40),
  name: text(1, 200),
  description: text(0, 10000).nullable(),
  price: decimal(14, 2, { above: '0' }),
  stock: integer(0, 1000000),
  status: z.enum(['draft', 'active', 'archived']),
  categoryId: uuid(),
};

export const ProductCreate = z.strictObject({
  ...fields,
  description: fields.description.optional(),
  stock: fields.stock.default(0),
  status: fields.status.default('draft'),
});

export const ProductUpdate = patch({
  name: fields.name,
  description: fields.description,
  price: fields.price,
  stock: fields.stock,
  status: fields.status,
  categoryId: fields.categoryId,
});
