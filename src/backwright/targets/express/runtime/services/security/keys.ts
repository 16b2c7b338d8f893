import { createHash, randomBytes } from 'node:crypto';
import { identityQueries } from '../../database/queries/identity.js';
import { invalidToken, notFound } from '../business/problem.js';
import { read, write } from '../data/database.js';
import type { Caller, SessionCaller } from './caller.js';
import { IDENTITY } from './identity.js';
import { Remembered } from './remembered.js';

/** What tells a key from an access token. */
export const KEY_PREFIX = 'key_';

const digest = (key: string) => createHash('sha256').update(key).digest('hex');

/** The new key's row as JSON, with the key itself, which is not stored. */
export async function createKey({ userId, sessionId }: SessionCaller, name: string, expiresAt: string | null): Promise<string> {
  const key = `${KEY_PREFIX}${randomBytes(32).toString('base64url')}`;
  const values = [userId, name, digest(key), expiresAt, sessionId];
  const [created] = await write(IDENTITY, { name: 'identity.createKey', text: identityQueries.createKey, values });
  const row = created?.rows[0]?.[0];
  if (!row) throw invalidToken();
  return `${row.slice(0, -1)},"key":"${key}"}`;
}

export async function listKeys(userId: string): Promise<string> {
  const [found] = await read(IDENTITY, { name: 'identity.keys', text: identityQueries.keys, values: [userId] });
  return `{"items":${found?.rows[0]?.[0]}}`;
}

export async function deleteKey(userId: string, id: string): Promise<void> {
  const [deleted] = await write(IDENTITY, { name: 'identity.deleteKey', text: identityQueries.deleteKey, values: [id, userId] });
  if (deleted?.count !== 1) throw notFound();
}

const known = new Remembered<Caller>();

/** Whom a key stands for now, with the role of now; null where it has expired or was revoked. */
export const keyCaller = (key: string): Promise<Caller | null> =>
  known.get(digest(key), async (keyDigest) => {
    const [found] = await read(IDENTITY, { name: 'identity.key', text: identityQueries.key, values: [keyDigest] });
    const [userId, role] = found?.rows[0] ?? [];
    return userId && role ? { userId, role, sessionId: null } : null;
  });
