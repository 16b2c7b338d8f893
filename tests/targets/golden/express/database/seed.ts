import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { databaseOwner } from '../config/application.js';
import { hash } from '../services/security/argon2.js';

interface Seeds {
  /** Table by table, in the order of their references. */
  readonly tables: readonly { readonly table: string; readonly rows: readonly object[] }[];
  /** The accounts that get the demo password. */
  readonly logins: readonly string[];
}

if ((process.env.NODE_ENV || 'production') === 'production') throw new Error('seeds are not for production');

const seeds = JSON.parse(await readFile(join(process.cwd(), 'database', 'seeds', 'seeds.json'), 'utf8')) as Seeds;
const client = new pg.Client({ connectionString: process.env.DATABASE_MIGRATION_URL });
await client.connect();
try {
  await client.query(`set role ${databaseOwner}`);
  await client.query('begin');
  let count = 0;
  for (const { table, rows } of seeds.tables) {
    const columns = Object.keys(rows[0] ?? {})
      .map((name) => `"${name}"`)
      .join(', ');
    const result = await client.query(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1) on conflict (id) do nothing`,
      [JSON.stringify(rows)],
    );
    count += result.rowCount ?? 0;
  }
  const password = process.env.DEMO_PASSWORD;
  const accounts = password ? seeds.logins : [];
  const hashes = await Promise.all(accounts.map(() => hash(String(password))));
  await client.query(
    `insert into internal.credentials (user_id, password_hash, verified_at)
     select user_id, password_hash, now() from unnest($1::uuid[], $2::text[]) as demo (user_id, password_hash)
     on conflict (user_id) do update
     set password_hash = excluded.password_hash, verified_at = excluded.verified_at, changed_at = now()`,
    [accounts, hashes],
  );
  await client.query('commit');
  process.stdout.write(`seeded ${count} rows\n`);
} finally {
  await client.end();
}
