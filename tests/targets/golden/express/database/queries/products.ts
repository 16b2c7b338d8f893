import { z } from 'zod';
import type { Resource } from '../../services/data/resource.js';
import { decimal, text, uuid, wholeNumber } from '../models/fields.js';

const json = `(select row_to_json(item) from (select
  products.id as "id",
  products.sku as "sku",
  products.name as "name",
  products.description as "description",
  products.price::text as "price",
  products.stock as "stock",
  products.status as "status",
  products.category_id as "categoryId",
  to_char(products.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
  to_char(products.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt"
) as item)`;

export const products = {
  name: 'products',
  read: `select ${json} from app.products where products.id = $1`,
  list: {
    select: `select ${json}, {key}, products.id from app.products`,
    id: 'products.id',
    filters: {
      sku: { schema: text(3, 40), where: 'products.sku = ?' },
      status: { schema: z.enum(['draft', 'active', 'archived']), where: 'products.status = ?' },
      categoryId: { schema: uuid(), where: 'products.category_id = ?' },
      'price.min': { schema: decimal(14, 2), where: 'products.price >= ?' },
      'price.max': { schema: decimal(14, 2), where: 'products.price <= ?' },
      'stock.min': { schema: wholeNumber(), where: 'products.stock >= ?' },
      'stock.max': { schema: wholeNumber(), where: 'products.stock <= ?' },
      q: { schema: text(1, 200), where: 'products.id in (select app.products_matching(?))' },
    },
    sorts: {
      createdAt: { key: 'products.id', type: 'uuid' },
      name: { key: 'products.name', type: 'text' },
      price: { key: 'products.price', type: 'numeric(14, 2)' },
      stock: { key: 'products.stock', type: 'bigint' },
    },
  },
  create: [
    `insert into app.products (id, sku, name, description, price, stock, status, category_id)
select
  $2,
  body."sku",
  body."name",
  body."description",
  body."price",
  body."stock",
  body."status",
  app.existing('categoryId', body."categoryId", (select id from app.categories where id = body."categoryId"))
from jsonb_to_record($1::jsonb) as body ("sku" text, "name" text, "description" text, "price" numeric(14, 2), "stock" bigint, "status" text, "categoryId" uuid)`,
  ],
  update: `update app.products
set
  name = case when $2::jsonb ? 'name' then patch."name" else products.name end,
  description = case when $2::jsonb ? 'description' then patch."description" else products.description end,
  price = case when $2::jsonb ? 'price' then patch."price" else products.price end,
  stock = case when $2::jsonb ? 'stock' then patch."stock" else products.stock end,
  status = case when $2::jsonb ? 'status' then patch."status" else products.status end,
  category_id = case when $2::jsonb ? 'categoryId' then app.existing('categoryId', patch."categoryId", (select id from app.categories where id = patch."categoryId")) else products.category_id end,
  updated_at = now()
from jsonb_to_record($2::jsonb) as patch ("name" text, "description" text, "price" numeric(14, 2), "stock" bigint, "status" text, "categoryId" uuid)
where products.id = $1`,
  remove: 'delete from app.products where id = $1',
  lock: 'select 1 from app.products where id = $1 for no key update',
} satisfies Resource;
