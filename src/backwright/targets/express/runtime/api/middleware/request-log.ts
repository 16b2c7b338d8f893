import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { log } from '../../services/external/log.js';
import type { Caller } from '../../services/security/caller.js';

declare global {
  namespace Express {
    interface Locals {
      requestId: string;
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
  res.setHeader('X-Request-Id', res.locals.requestId);
  res.on('close', () =>
    log.info({
      event: 'request',
      requestId: res.locals.requestId,
      method: req.method,
      path: req.originalUrl.split('?', 1)[0],
      status: res.writableEnded ? res.statusCode : 499,
      userId: res.locals.caller?.userId,
      milliseconds: Math.round((performance.now() - started) * 10) / 10,
    }),
  );
  next();
}
