import './environment.js';
import { after } from 'node:test';
import pg from 'pg';
import { databaseOwner } from '../../config/application.js';

export type Row = Readonly<Record<string, unknown>>;

/** The tables' owner, whom no row policy holds back: it prepares rows and looks at what became of them. */
const owner = new pg.Client({ connectionString: process.env.DATABASE_MIGRATION_URL });
await owner.connect();
await owner.query(`set role ${databaseOwner}`);
after(() => owner.end());

export async function query(text: string, ...values: unknown[]): Promise<Row[]> {
  return (await owner.query<Row>(text, values)).rows;
}

/** Inserts a row and returns its id. */
export async function insert(table: string, row: Row): Promise<string> {
  const columns = Object.keys(row)
    .map((name) => `"${name}"`)
    .join(', ');
  const source = `jsonb_populate_record(null::${table}, $1)`;
  const [inserted] = await query(`insert into ${table} (${columns}) select ${columns} from ${source} returning id`, JSON.stringify(row));
  return String(inserted?.id);
}

/** A stored row as JSON has it, or nothing. */
export async function stored(table: string, id: unknown): Promise<Row | undefined> {
  const [found] = await query(`select to_jsonb(item) as row from ${table} as item where id = $1`, id);
  return found?.row as Row | undefined;
}
