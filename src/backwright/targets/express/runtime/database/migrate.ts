import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { databaseOwner } from '../config/application.js';

const folder = join(process.cwd(), 'database', 'migrations');

interface Migration {
  readonly name: string;
  readonly up: string;
  readonly down: string;
  readonly checksum: string;
}

async function migrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.up.sql')).sort();
  return Promise.all(
    names.map(async (file) => {
      const up = await readFile(join(folder, file), 'utf8');
      const down = await readFile(join(folder, file.replace('.up.sql', '.down.sql')), 'utf8');
      return { name: file.replace('.up.sql', ''), up, down, checksum: createHash('sha256').update(up).digest('hex') };
    }),
  );
}

async function applied(client: pg.Client): Promise<Map<string, string>> {
  await client.query(
    'create table if not exists public.applied_migrations (name text primary key, checksum text not null, applied_at timestamptz(3) not null default now())',
  );
  const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from public.applied_migrations');
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/** What is recorded commits with the migration, so that no crash leaves one without the other. */
const together = (migration: string, record: string) => migration.replace(/^commit;\s*$/m, `${record}\ncommit;\n`);

async function up(client: pg.Client): Promise<void> {
  const done = await applied(client);
  for (const { name, up, checksum } of await migrations()) {
    const known = done.get(name);
    if (known && known !== checksum) throw new Error(`${name} has changed since it was applied`);
    if (known) continue;
    const record = `insert into public.applied_migrations (name, checksum) values (${pg.escapeLiteral(name)}, ${pg.escapeLiteral(checksum)});`;
    await client.query(together(up, record));
    process.stdout.write(`applied ${name}\n`);
  }
}

/** Takes back the newest migration; by its name, so that whoever asks twice takes back no other one. */
async function down(client: pg.Client, wanted?: string): Promise<void> {
  const done = [...(await applied(client)).keys()].sort();
  const known = await migrations();
  const newest = done.at(-1);
  const name = wanted ?? newest;
  const last = known.find((each) => each.name === name);
  if (name && !last) throw new Error(`${name} is not in this release`);
  if (!last || !done.includes(last.name)) return;
  if (last.name !== newest) throw new Error(`${newest} is applied as well, and newer`);
  await client.query(together(last.down, `delete from public.applied_migrations where name = ${pg.escapeLiteral(last.name)};`));
  process.stdout.write(`reverted ${last.name}\n`);
}

const [direction, wanted] = process.argv.slice(2);
const client = new pg.Client({ connectionString: process.env.DATABASE_MIGRATION_URL });
await client.connect();
try {
  await client.query(`set role ${databaseOwner}`);
  await client.query("select pg_advisory_lock(hashtextextended('migrations', 0))");
  await (direction === 'down' ? down(client, wanted) : up(client));
} finally {
  await client.end();
}
