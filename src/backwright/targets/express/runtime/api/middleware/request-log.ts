import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { pino } from 'pino';
import { trustedProxies } from '../../config/limits.js';
import { settings } from '../../config/settings.js';
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

export const log = pino({
  level: settings.logLevel,
  base: { service: settings.name },
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  messageKey: 'message',
  formatters: { level: (level) => ({ level }) },
  serializers: { err: described },
});

/** Without what else a database error carries: the values of the row that failed. */
export function described(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...('code' in error && { code: error.code }), ...(cause !== undefined && { cause: described(cause) }) };
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
