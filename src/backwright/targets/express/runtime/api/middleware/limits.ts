import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { type Quota, quotas } from '../../config/limits.js';
import { type Problem, rateLimited } from '../../services/business/problem.js';
import { described, log } from '../../services/external/log.js';
import { network } from '../../services/security/address.js';
import { take, type Verdict, whenStoreFails } from '../../services/security/limits.js';

declare global {
  namespace Express {
    interface Locals {
      /** Why a request must not be served, where 401 may be the better answer. */
      excess?: Problem;
    }
  }
}

whenStoreFails((error) => log.error({ event: 'limits.unavailable', err: described(error) }));

/** Counts a request on its account, or else on its address. Whom no 401 can meet is refused at once, others by their route. */
export async function countRequests(req: Request, res: Response, next: NextFunction): Promise<void> {
  const excess = await charge(res);
  if (excess && (res.locals.caller || req.method === 'OPTIONS')) throw excess;
  if (excess) res.locals.excess = excess;
  next();
}

/** Counts and says what is left; returns the refusal of a request too many. */
export async function charge(res: Response): Promise<Problem | null> {
  const role = res.locals.caller?.role;
  const quota = role === undefined ? quotas?.get('anonymous') : (quotas?.get(role) ?? quotas?.get('user'));
  return quota ? judged(res, 'default', quota, await take(callerKey(res), quota)) : null;
}

/** Counts a call of one operation on its caller as well. */
export const limited =
  (operation: string): RequestHandler =>
  async (_req, res, next) => {
    const quota = quotas?.get(operation);
    const excess = quota && judged(res, operation, quota, await take(`${operation} ${callerKey(res)}`, quota));
    if (excess) throw excess;
    next();
  };

export function refuseExcess({ locals }: Response): void {
  if (locals.excess) throw locals.excess;
}

const callerKey = ({ locals }: Response) => (locals.caller ? `user ${locals.caller.userId}` : `address ${network(locals.address)}`);

/** draft-ietf-httpapi-ratelimit-headers: an item for each policy. */
function judged(res: Response, policy: string, quota: Quota, { admitted, remaining, seconds }: Verdict): Problem | null {
  add(res, 'RateLimit-Policy', `"${policy}";q=${quota.requests};w=${quota.seconds}`);
  add(res, 'RateLimit', `"${policy}";r=${remaining};t=${seconds}`);
  return admitted ? null : rateLimited(seconds);
}

function add(res: Response, header: string, item: string): void {
  const before = res.getHeader(header);
  res.setHeader(header, before ? `${before}, ${item}` : item);
}
