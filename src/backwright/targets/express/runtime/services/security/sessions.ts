import { createHash, randomBytes } from 'node:crypto';
import { identitySettings } from '../../config/identity.js';
import { logins } from '../../config/metrics.js';
import { identityQueries } from '../../database/queries/identity.js';
import { type Aside, notFound, unauthenticated } from '../business/problem.js';
import { read, transaction, write } from '../data/database.js';
import { counter } from '../observability/metrics.js';
import { admitAccount } from './attempts.js';
import type { SessionCaller } from './caller.js';
import { IDENTITY } from './identity.js';
import { verifyPassword } from './passwords.js';
import { Remembered } from './remembered.js';
import { issueAccessToken } from './tokens.js';

export interface TokenPair {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  readonly expiresIn: number;
  readonly refreshToken: string;
}

/** Whose session it is, and what it is used with. */
export interface Opened {
  readonly userId: string;
  readonly tokens: TokenPair;
}

const newRefreshToken = () => randomBytes(32).toString('base64url');
const digest = (token: string) => createHash('sha256').update(token).digest('hex');

const tokens = (userId: string, role: string, sessionId: string, refreshToken: string): TokenPair => ({
  accessToken: issueAccessToken({ userId, role, sessionId }),
  tokenType: 'Bearer',
  expiresIn: identitySettings.accessTokenSeconds,
  refreshToken,
});

const countLogin = counter(logins);

/** Opens a session for the right password; 429 for an account or an address that failed too often. */
export async function login(login: string, password: string, address: string): Promise<Opened> {
  const forgive = await admitAccount(login, address);
  const [found] = await read(IDENTITY, { name: 'identity.credential', text: identityQueries.credential, values: [login] });
  const [userId, role, passwordHash, verified] = found?.rows[0] ?? [];
  const isProven = await verifyPassword(passwordHash ?? null, password);
  if (!isProven || !userId || !role || verified !== 't') {
    countLogin('failure');
    throw loginRefused(userId ? (isProven ? 'address_unverified' : 'password_wrong') : 'account_unknown', userId);
  }
  const refreshToken = newRefreshToken();
  const values = [userId, digest(refreshToken), identitySettings.refreshTokenSeconds, passwordHash];
  const [opened] = await write(IDENTITY, { name: 'identity.open', text: identityQueries.openSession, values }, ...forgive);
  const sessionId = opened?.rows[0]?.[0];
  // The password has been changed since it was read.
  if (!sessionId) throw loginRefused('password_changed', userId);
  countLogin('success');
  return { userId, tokens: tokens(userId, role, sessionId, refreshToken) };
}

const loginRefused = (reason: string, userId?: string | null) =>
  unauthenticated('The login or the password is wrong, or the address has not been verified.', { reason, userId });

/** Exchanges a refresh token for the next one. A token that comes twice ends its session (RFC 9700, 4.14.2). */
export async function refresh(token: string): Promise<Opened> {
  const next = newRefreshToken();
  const opened = await transaction<Opened | Aside>(IDENTITY, async (tx) => {
    const [found] = await tx.send({ name: 'identity.token', text: identityQueries.refreshToken, values: [digest(token)] });
    const [sessionId, userId, role, used, live] = found?.rows[0] ?? [];
    if (!sessionId || !userId || !role) return { reason: 'token_unknown' };
    if (used === 't' || live !== 't') {
      await tx.commit({ name: 'identity.revoke', text: identityQueries.revokeSession, values: [sessionId] });
      known.forget(sessionId);
      return { reason: used === 't' ? 'token_reused' : 'session_ended', userId };
    }
    await tx.commit({ name: 'identity.rotate', text: identityQueries.rotate, values: [digest(token), digest(next), sessionId] });
    return { userId, tokens: tokens(userId, role, sessionId, next) };
  });
  if ('reason' in opened) throw unauthenticated('The refresh token is not valid.', opened);
  return opened;
}

export async function logout(sessionId: string): Promise<void> {
  await write(IDENTITY, { name: 'identity.revoke', text: identityQueries.revokeSession, values: [sessionId] });
  known.forget(sessionId);
}

export async function listSessions({ userId, sessionId }: SessionCaller): Promise<string> {
  const values = [userId, sessionId];
  const [found] = await read(IDENTITY, { name: 'identity.sessions', text: identityQueries.sessions, values });
  return `{"items":${found?.rows[0]?.[0]}}`;
}

export async function endSession(userId: string, sessionId: string): Promise<void> {
  const values = [sessionId, userId];
  const [ended] = await write(IDENTITY, { name: 'identity.endSession', text: identityQueries.endSession, values });
  if (ended?.count !== 1) throw notFound();
  known.forget(sessionId);
}

export async function endSessions(userId: string): Promise<void> {
  const [ended] = await write(IDENTITY, { name: 'identity.endSessions', text: identityQueries.endSessions, values: [userId] });
  forget((ended?.rows ?? []).map(([sessionId]) => String(sessionId)));
}

/** From now on this server looks these sessions up again. */
export function forget(sessionIds: readonly string[]): void {
  for (const sessionId of sessionIds) known.forget(sessionId);
}

const known = new Remembered<SessionCaller>();

/** Whom a token's session stands for now, with the role of now; null where the session has ended. */
export async function currentCaller({ userId, sessionId }: SessionCaller): Promise<SessionCaller | null> {
  const caller = await known.get(sessionId, lookUp);
  return caller?.userId === userId ? caller : null;
}

async function lookUp(sessionId: string): Promise<SessionCaller | null> {
  const [found] = await read(IDENTITY, { name: 'identity.session', text: identityQueries.session, values: [sessionId] });
  const [userId, role] = found?.rows[0] ?? [];
  return userId && role ? { userId, role, sessionId } : null;
}
