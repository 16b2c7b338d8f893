import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { trustedProxies } from '../../config/limits.js';
import { log } from '../../services/external/log.js';
import { clientAddress } from '../../services/security/address.js';
import type { Caller } from '../../services/security/caller.js';

declare global {
  namespace Express {
    interface Locals {
      requestId: string;
      /** The client's, where it can be known. */
      address: string;
      /** Absent or null without a valid token. */
      caller?: Caller | null;
      body: unknown;
    }
  }
}

/** One line per request, without query string, body or headers: they may hold personal data. */
export function logRequests(req: Request, res: Response, next: NextFunction): void {
  const started = performance.now();
  res.locals.requestId = randomUUID();
  res.locals.address = clientAddress(req.socket.remoteAddress, req.get('X-Forwarded-For'), trustedProxies);
  res.setHeader('X-Request-Id', res.locals.requestId);
  res.on('close', () =>
    log.info({
      event: 'request',
      requestId: res.locals.requestId,
      method: req.method,
      path: req.originalUrl.split('?', 1)[0],
      address: res.locals.address,
      status: res.writableEnded ? res.statusCode : 499,
      userId: res.locals.caller?.userId,
      milliseconds: Math.round((performance.now() - started) * 10) / 10,
    }),
  );
  next();
}
