import './environment.js';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { listen } from '../../api/server.js';
import { closeDatabase } from '../../services/data/database.js';
import { store } from '../../services/security/limit-store.js';
import { type Answer, type Body, type Call, sendTo } from './requests.js';

const server = await listen(0);
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(async () => {
  server.close();
  server.closeAllConnections();
  await closeDatabase();
  store.close();
});

/** One request to this project's server, which runs in this process. */
export const send = (method: string, path: string, call: Call = {}): Promise<Answer> => sendTo(origin, method, path, call);

/** What names the version that an answer shows. */
export const tagOf = ({ headers }: Answer): string => headers.get('etag') ?? '';

/** The pointers and parameters that a refusal names, each once, sorted. */
export function faultsOf({ body }: Answer): string[] {
  const errors = (body.errors ?? []) as readonly { readonly pointer?: string; readonly parameter?: string }[];
  return [...new Set(errors.map(({ pointer, parameter }) => pointer ?? parameter ?? ''))].sort();
}

/** The rows of a list's page. */
export const itemsOf = ({ body }: Answer): readonly Body[] => (body.items ?? []) as readonly Body[];

export const idsOf = (rows: readonly Body[]): unknown[] => rows.map(({ id }) => id);

/** Every row of a list, page by page. */
export async function all(path: string, call: Call = {}): Promise<Body[]> {
  const rows: Body[] = [];
  for (let cursor: unknown = ''; typeof cursor === 'string'; ) {
    const page = await send('GET', `${path}${path.includes('?') ? '&' : '?'}limit=100${cursor && `&cursor=${cursor}`}`, call);
    rows.push(...itemsOf(page));
    cursor = page.body.nextCursor;
  }
  return rows;
}

/** The ids on a list's first, newest page. */
export async function newest(path: string, call: Call = {}): Promise<unknown[]> {
  return idsOf(itemsOf(await send('GET', `${path}?limit=100`, call)));
}

/** Of `actual` the members that `expected` has, at any depth. */
export function like(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(actual)) return actual.map((item, at) => like(item, expected[at]));
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null) return actual;
  const members = actual as Record<string, unknown>;
  return Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, like(members[name], value)]));
}
