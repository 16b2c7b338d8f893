import type { NextFunction, Request, Response } from 'express';
import { forbidden, invalidToken, unauthenticated } from '../../services/business/problem.js';
import type { Caller } from '../../services/security/caller.js';
import { currentCaller } from '../../services/security/sessions.js';
import { verifyAccessToken } from '../../services/security/tokens.js';
import { charge } from './limits.js';

/** Puts the caller into `res.locals.caller`: null without a token; a token that does not hold is refused everywhere. */
export async function authenticate(req: Request, res: Response, next: NextFunction): Promise<void> {
  const { authorization } = req.headers;
  res.locals.caller = authorization === undefined ? null : await bearer(authorization);
  if (authorization !== undefined && !res.locals.caller) {
    await charge(res);
    throw invalidToken();
  }
  next();
}

async function bearer(authorization: string): Promise<Caller | null> {
  const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(authorization)?.[1];
  const claimed = token ? verifyAccessToken(token) : null;
  return claimed && currentCaller(claimed);
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
