import pg from 'pg';
import { z } from 'zod';
import { text, uuid } from '../../database/models/fields.js';
import { invalid } from '../business/problem.js';
import type { Statement } from './batch.js';
import { type Includes, namesOf } from './includes.js';
import { nameOf, type Resource } from './resource.js';

export interface Page {
  readonly statement: Statement;
  readonly limit: number;
  readonly sort: string;
}

const MAX_LIMIT = 100;

const limit = z
  .string()
  .regex(/^[1-9]\d{0,2}$/)
  .transform(Number)
  .refine((value) => value <= MAX_LIMIT, `is more than ${MAX_LIMIT}`)
  .default(20);

export interface ListParameters {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly sort: string;
  readonly include?: readonly string[] | undefined;
  readonly [filter: string]: unknown;
}

/** The query parameters that a list understands. */
export const listParameters = ({ list }: Resource, includes?: Includes): z.ZodType<ListParameters> => {
  const parameters = z.strictObject({
    limit,
    cursor: text(0, 1000).optional(),
    sort: z.enum(Object.keys(list.sorts).flatMap((name) => [`-${name}`, name])).default('-createdAt'),
    ...Object.fromEntries(Object.entries(list.filters).map(([name, filter]) => [name, filter.schema.optional()])),
  });
  return includes ? parameters.extend({ include: namesOf(includes).optional() }) : parameters;
};

/** A page by keyset: the rows after the last one seen, so that the ten-thousandth page costs what the first one does. */
export function pageOf({ name, list, additions = [] }: Resource, parameters: ListParameters): Page {
  const { limit, cursor, sort, include, ...wanted } = parameters;
  const descending = sort.startsWith('-');
  const order = list.sorts[sort.replace('-', '')];
  if (!order) throw invalid([{ parameter: 'sort', message: 'is not known' }]);
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions: string[] = [];
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  for (const [filter, value] of given) conditions.push(list.filters[filter]?.where.replace('?', bind(value)) ?? 'false');
  if (cursor !== undefined) {
    const [key, id] = openCursor(cursor, sort);
    conditions.push(`(${order.key}, ${list.id}) ${descending ? '<' : '>'} (${bind(key)}::${order.type}, ${bind(id)}::uuid)`);
  }
  const direction = descending ? 'desc' : 'asc';
  const sql = [
    list.select.replace('{key}', order.key),
    conditions.length > 0 ? `where ${conditions.join(' and ')}` : '',
    `order by ${order.key} ${direction}, ${list.id} ${direction} limit ${bind(limit + 1)}`,
  ].join(' ');
  const narrowed = given.map(([filter]) => filter);
  const kept = nameOf(`${name}.list`, [...additions, ...narrowed], sort, cursor === undefined ? 'first' : 'next');
  return { statement: { name: kept, text: sql, values }, limit, sort };
}

/** A cursor that somebody made up may hold a key that is no value of its column (PostgreSQL, Appendix A, class 22). */
export function refuseMadeUp(error: unknown): never {
  throw error instanceof pg.DatabaseError && error.code?.startsWith('22') ? foreignCursor() : error;
}

const foreignCursor = () => invalid([{ parameter: 'cursor', message: 'does not belong to this list' }]);

/** The page as JSON text. Each row is its JSON, its sort key and its id. */
export function pageJson({ limit, sort }: Page, rows: readonly (string | null)[][]): string {
  const shown = rows.slice(0, limit);
  const [, key, id] = shown.at(-1) ?? [];
  const next = rows.length > limit && key != null && id ? JSON.stringify(sealCursor(sort, key, id)) : 'null';
  return `{"items":[${shown.map(([json]) => json).join(',')}],"nextCursor":${next}}`;
}

const sealCursor = (sort: string, key: string, id: string) => Buffer.from(JSON.stringify([sort, key, id])).toString('base64url');

const sealed = z.tuple([z.string(), z.string().refine((key) => key.isWellFormed()), uuid()]);

function openCursor(cursor: string, sort: string): [key: string, id: string] {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    content = null;
  }
  const parsed = sealed.safeParse(content);
  // Only what was sealed here: base64 and JSON can write one thing in many ways.
  if (!parsed.success || parsed.data[0] !== sort || sealCursor(...parsed.data) !== cursor) throw foreignCursor();
  return [parsed.data[1], parsed.data[2]];
}
