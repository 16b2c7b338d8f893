import type { Resource } from '../../services/data/resource.js';
import { slug, text } from '../models/fields.js';

const json = `(select row_to_json(item) from (select
  categories.id as "id",
  categories.name as "name",
  categories.slug as "slug",
  to_char(categories.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
  to_char(categories.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt"
) as item)`;

export const categories = {
  name: 'categories',
  isPublic: true,
  read: `select ${json} from app.categories where categories.id = $1`,
  list: {
    select: `select ${json}, {key}, categories.id from app.categories`,
    id: 'categories.id',
    filters: {
      name: { schema: text(1, 80), where: 'categories.name = ?' },
      slug: { schema: slug(1, 80), where: 'categories.slug = ?' },
    },
    sorts: {
      createdAt: { key: 'categories.id', type: 'uuid' },
      name: { key: 'categories.name', type: 'text' },
    },
  },
  create: [
    `insert into app.categories (id, name, slug)
select
  $2,
  body."name",
  body."slug"
from jsonb_to_record($1::jsonb) as body ("name" text, "slug" text)`,
  ],
  update: `update app.categories
set
  name = case when $2::jsonb ? 'name' then patch."name" else categories.name end,
  slug = case when $2::jsonb ? 'slug' then patch."slug" else categories.slug end,
  updated_at = now()
from jsonb_to_record($2::jsonb) as patch ("name" text, "slug" text)
where categories.id = $1`,
  remove: 'delete from app.categories where id = $1',
  lock: 'select 1 from app.categories where id = $1 for no key update',
} satisfies Resource;
