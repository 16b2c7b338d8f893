import { createHash, randomBytes } from 'node:crypto';
import { identitySettings } from '../../config/identity.js';
import { logins } from '../../config/metrics.js';
import { identityQueries } from '../../database/queries/identity.js';
import { unauthenticated } from '../business/problem.js';
import { type Context, read, transaction, write } from '../data/database.js';
import { refuseUnknownReference } from '../data/failures.js';
import { counter } from '../observability/metrics.js';
import type { Caller } from './caller.js';
import { hashPassword, verifyPassword } from './passwords.js';
import { issueAccessToken } from './tokens.js';

export interface TokenPair {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  readonly expiresIn: number;
  readonly refreshToken: string;
}

/** The row policies of credentials, sessions and refresh tokens open for this operation alone. */
const identity: Context = { userId: null, role: null, operation: 'identity' };

const newRefreshToken = () => randomBytes(32).toString('base64url');
const digest = (token: string) => createHash('sha256').update(token).digest('hex');

const tokens = (userId: string, role: string, sessionId: string, refreshToken: string): TokenPair => ({
  accessToken: issueAccessToken({ userId, role, sessionId }),
  tokenType: 'Bearer',
  expiresIn: identitySettings.accessTokenSeconds,
  refreshToken,
});

/** Creates the account unless the login is taken; says and takes the same either way (ASVS 5.0, 6.3.8). */
export async function register({ password, ...profile }: { password: string }): Promise<void> {
  const passwordHash = await hashPassword(password);
  const values = [profile, passwordHash];
  await write(identity, { name: 'identity.register', text: identityQueries.register, values }).catch(refuseUnknownReference);
}

const countLogin = counter(logins);

export async function login(login: string, password: string): Promise<TokenPair> {
  const [found] = await read(identity, { name: 'identity.credential', text: identityQueries.credential, values: [login] });
  const [userId, role, passwordHash] = found?.rows[0] ?? [];
  if (!(await verifyPassword(passwordHash ?? null, password)) || !userId || !role) {
    countLogin('failure');
    throw unauthenticated('The login or the password is wrong.');
  }
  const refreshToken = newRefreshToken();
  const [opened] = await write(identity, {
    name: 'identity.open',
    text: identityQueries.openSession,
    values: [userId, digest(refreshToken), identitySettings.refreshTokenSeconds],
  });
  countLogin('success');
  return tokens(userId, role, String(opened?.rows[0]?.[0]), refreshToken);
}

/** Exchanges a refresh token for the next one. A token that comes twice ends its session (RFC 9700, 4.14.2). */
export async function refresh(token: string): Promise<TokenPair> {
  const next = newRefreshToken();
  const pair = await transaction(identity, async (tx) => {
    const [found] = await tx.send({ name: 'identity.token', text: identityQueries.refreshToken, values: [digest(token)] });
    const [sessionId, userId, role, used, live] = found?.rows[0] ?? [];
    if (!sessionId || !userId || !role) return null;
    if (used === 't' || live !== 't') {
      await tx.commit({ name: 'identity.revoke', text: identityQueries.revokeSession, values: [sessionId] });
      known.delete(sessionId);
      return null;
    }
    await tx.commit({ name: 'identity.rotate', text: identityQueries.rotate, values: [digest(token), digest(next), sessionId] });
    return tokens(userId, role, sessionId, next);
  });
  if (!pair) throw unauthenticated('The refresh token is not valid.');
  return pair;
}

export async function logout(sessionId: string): Promise<void> {
  await write(identity, { name: 'identity.revoke', text: identityQueries.revokeSession, values: [sessionId] });
  known.delete(sessionId);
}

/** A session that ended, or a role that was taken away, is noticed within five seconds by every server. */
const TRUSTED_MS = 4_000;
const MAX_KNOWN = 10_000;

interface Known {
  readonly caller: Promise<Caller | null>;
  readonly until: number;
}

const known = new Map<string, Known>();

/** Whom a token's session stands for now, with the role of now; null where the session has ended. */
export async function currentCaller({ userId, sessionId }: Caller): Promise<Caller | null> {
  const remembered = known.get(sessionId);
  const caller = await (remembered && remembered.until > performance.now() ? remembered.caller : lookUp(sessionId));
  return caller?.userId === userId ? caller : null;
}

function lookUp(sessionId: string): Promise<Caller | null> {
  const caller = read(identity, { name: 'identity.session', text: identityQueries.session, values: [sessionId] }).then(([found]) => {
    const [userId, role] = found?.rows[0] ?? [];
    return userId && role ? { userId, role, sessionId } : null;
  });
  const entry = { caller, until: performance.now() + TRUSTED_MS };
  known.delete(sessionId);
  known.set(sessionId, entry);
  if (known.size > MAX_KNOWN) known.delete(String(known.keys().next().value));
  caller.catch(() => known.get(sessionId) === entry && known.delete(sessionId));
  return caller;
}
