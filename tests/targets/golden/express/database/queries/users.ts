import { z } from 'zod';
import type { Resource } from '../../services/data/resource.js';
import { email } from '../models/fields.js';

const json = `(select row_to_json(item) from (select
  users.id as "id",
  users.email as "email",
  users.name as "name",
  users.role as "role",
  to_char(users.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
  to_char(users.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt"
) as item)`;

export const users = {
  name: 'users',
  read: `select ${json} from app.users where users.id = $1`,
  list: {
    select: `select ${json}, {key}, users.id from app.users`,
    id: 'users.id',
    filters: {
      email: { schema: email(3, 254), where: 'users.email = ?' },
      role: { schema: z.enum(['customer', 'staff', 'admin']), where: 'users.role = ?' },
    },
    sorts: {
      createdAt: { key: 'users.id', type: 'uuid' },
      name: { key: 'users.name', type: 'text' },
    },
  },
  update: `update app.users
set
  name = case when $2::jsonb ? 'name' then patch."name" else users.name end,
  updated_at = now()
from jsonb_to_record($2::jsonb) as patch ("name" text)
where users.id = $1`,
  lock: 'select 1 from app.users where id = $1 for no key update',
} satisfies Resource;
