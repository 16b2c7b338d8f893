import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import pg from 'pg';
import { databaseOwner } from '../config/application.js';

interface Seeds {
  /** Table by table, in the order of their references. */
  readonly tables: readonly { readonly table: string; readonly rows: readonly object[] }[];
  readonly logins: readonly string[];
}

if (process.env.NODE_ENV === 'production') throw new Error('seeds are not for production');

const seeds = JSON.parse(await readFile(join(process.cwd(), 'database', 'seeds', 'seeds.json'), 'utf8')) as Seeds;
const client = new pg.Client({ connectionString: process.env.DATABASE_MIGRATION_URL });
await client.connect();
try {
  await client.query(`set role ${databaseOwner}`);
  await client.query('begin');
  let count = 0;
  for (const { table, rows } of seeds.tables) {
    const columns = Object.keys(rows[0] ?? {}).join(', ');
    const result = await client.query(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1) on conflict (id) do nothing`,
      [JSON.stringify(rows)],
    );
    count += result.rowCount ?? 0;
  }
  const password = process.env.DEMO_PASSWORD;
  if (password && seeds.logins.length > 0) {
    const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
    for (const userId of seeds.logins) {
      await client.query(
        'insert into internal.credentials (user_id, password_hash) values ($1, $2) on conflict (user_id) do update set password_hash = excluded.password_hash, changed_at = now()',
        [userId, await hash(password, parameters)],
      );
    }
  }
  await client.query('commit');
  process.stdout.write(`seeded ${count} rows\n`);
} finally {
  await client.end();
}
