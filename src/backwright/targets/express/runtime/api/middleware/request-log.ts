import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { trustedProxies } from '../../config/limits.js';
import { methods, requestDuration } from '../../config/metrics.js';
import type { Aside } from '../../services/business/problem.js';
import { log } from '../../services/external/log.js';
import { histogram } from '../../services/observability/metrics.js';
import { tracer } from '../../services/observability/tracing.js';
import { clientAddress } from '../../services/security/address.js';
import type { Caller } from '../../services/security/caller.js';
import { logSecurity } from './security-log.js';

declare global {
  namespace Express {
    interface Locals {
      requestId: string;
      /** The client's, where it can be known. */
      address: string;
      /** Absent unless traces are sent somewhere. */
      traceId: string | undefined;
      /** Where the router of the route is mounted. */
      base?: string;
      /** Absent or null without a valid token. */
      caller?: Caller | null;
      /** Who has proved who they are in another way. */
      userId?: string;
      refusal?: Aside;
      body: unknown;
    }
  }
}

tracer?.onDropped((count, reason) => log.warn({ event: 'traces.dropped', count, reason }));

const measured = histogram(requestDuration);

const templates = new Map<string, string>();

/** The path as the contract has it, with its parameters in braces; empty without a route. */
export function routeOf(req: Request, res: Response): string {
  if (!req.route) return '';
  const path = `${res.locals.base ?? ''}${req.route.path}`;
  const known = templates.get(path) ?? path.replace(/:(\w+)/g, '{$1}');
  templates.set(path, known);
  return known;
}

/** One line and one measurement per request, the line without query string, body or headers: they may hold personal data. */
export function logRequests(req: Request, res: Response, next: NextFunction): void {
  const started = performance.now();
  res.locals.requestId = randomUUID();
  res.locals.address = clientAddress(req.socket.remoteAddress, req.get('X-Forwarded-For'), trustedProxies);
  res.setHeader('X-Request-Id', res.locals.requestId);
  const span = tracer?.request(req.headersDistinct.traceparent?.length === 1 ? req.headersDistinct.traceparent[0] : undefined);
  res.locals.traceId = span?.traceId;
  res.on('close', () => {
    const milliseconds = performance.now() - started;
    const status = res.writableEnded ? res.statusCode : 499;
    const method = methods.has(req.method) ? req.method : '_OTHER';
    const route = routeOf(req, res);
    measured(milliseconds / 1000, method, route, String(status));
    if (span) {
      const attributes = { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status };
      tracer?.end(span, route ? `${method} ${route}` : method, attributes, status >= 500);
    }
    const judge = () => {
      logSecurity(res.locals, `${method} ${route}`, res.statusCode);
      return res;
    };
    // Where the client has not stayed to hear what becomes of it, whoever would have said it still comes here.
    if (res.writableEnded) judge();
    else res.end = judge;
    log.info({
      event: 'request',
      requestId: res.locals.requestId,
      traceId: span?.traceId,
      method: req.method,
      path: req.originalUrl.split('?', 1)[0],
      address: res.locals.address,
      status,
      userId: res.locals.caller?.userId,
      milliseconds: Math.round(milliseconds * 10) / 10,
    });
  });
  if (span) tracer?.within(span, next);
  else next();
}
