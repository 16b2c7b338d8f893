import type { NextFunction, Request, Response } from 'express';
import { forbidden, invalidToken, unauthenticated } from '../../services/business/problem.js';
import type { Caller, SessionCaller } from '../../services/security/caller.js';
import { KEY_PREFIX, keyCaller } from '../../services/security/keys.js';
import { currentCaller } from '../../services/security/sessions.js';
import { verifyAccessToken } from '../../services/security/tokens.js';
import { charge } from './limits.js';

/** Puts the caller into `res.locals.caller`: null without a token; a token that does not hold is refused everywhere. */
export async function authenticate(req: Request, res: Response, next: NextFunction): Promise<void> {
  const { authorization } = req.headers;
  const caller = authorization === undefined ? null : await bearer(authorization);
  res.locals.caller = caller;
  if (authorization !== undefined && !caller) {
    await charge(res);
    throw invalidToken();
  }
  // A key acts for somebody; what they prove who they are with is not its business.
  if (caller?.sessionId === null && req.path.startsWith('/v1/auth/')) throw forbidden();
  next();
}

async function bearer(authorization: string): Promise<Caller | null> {
  const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(authorization)?.[1];
  return token ? await (token.startsWith(KEY_PREFIX) ? keyCaller(token) : sessionCaller(token)) : null;
}

async function sessionCaller(token: string): Promise<Caller | null> {
  const claimed = verifyAccessToken(token);
  return claimed && (await currentCaller(claimed));
}

/** The caller of a route that is only for sessions. */
export function sessionOf(res: Response): SessionCaller {
  const { caller } = res.locals;
  if (!caller?.sessionId) throw unauthenticated();
  return { ...caller, sessionId: caller.sessionId };
}

/** Only callers with one of these roles; which rows they reach is decided by the row policies of the database. */
export const only =
  (...roles: string[]) =>
  (_req: Request, res: Response, next: NextFunction): void => {
    const { caller } = res.locals;
    if (!caller) throw unauthenticated();
    if (!roles.includes(caller.role)) throw forbidden();
    next();
  };
