import type { NextFunction, Request, Response } from 'express';
import { forbidden, unauthenticated } from '../../services/business/problem.js';
import type { Caller } from '../../services/security/caller.js';
import { verifyAccessToken } from '../../services/security/tokens.js';

/** Puts the caller into `res.locals.caller`: null without a token; a token that does not hold is refused everywhere. */
export function authenticate(req: Request, res: Response, next: NextFunction): void {
  const { authorization } = req.headers;
  res.locals.caller = authorization === undefined ? null : bearer(authorization);
  next();
}

function bearer(authorization: string): Caller {
  const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(authorization)?.[1];
  const caller = token ? verifyAccessToken(token) : null;
  if (!caller) throw unauthenticated('The access token is not valid.');
  return caller;
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
