import type { NextFunction, Request, Response } from 'express';
import { settings } from '../../config/settings.js';
import { badRequest, Problem } from '../../services/business/problem.js';

/** For an API that no browser renders (ASVS 5.0, 3.4). */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  ...(settings.environment === 'production' && { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' }),
};

const fixed = Object.entries(securityHeaders);

export function setHeaders(_req: Request, res: Response, next: NextFunction): void {
  for (const [name, value] of fixed) res.setHeader(name, value);
  next();
}

const SINGLE = ['authorization', 'content-encoding', 'content-type', 'host', 'transfer-encoding'];

/** Refuses a request whose meaning depends on which of two header fields one looks at (RFC 9110, 5.3; RFC 9112, 3.2). */
export function refuseRepeated(req: Request, _res: Response, next: NextFunction): void {
  const repeated = SINGLE.find((name) => (req.headersDistinct[name]?.length ?? 0) > 1);
  if (repeated) throw badRequest('repeated_header', `Send ${repeated} once.`);
  const coding = (req.headers['transfer-encoding'] ?? 'chunked').toLowerCase();
  if (coding !== 'chunked') {
    // Whoever means another coding may also mean another end of the body, which has none where chunks come not last (RFC 9112, 6.3).
    const detail = /,\s*chunked$/.test(coding) ? 'Send the body in plain chunks.' : 'The request is not valid HTTP.';
    throw new Problem(400, 'malformed_request', detail, { headers: { Connection: 'close' } });
  }
  if (req.headers.host === undefined && req.httpVersion !== '1.0') throw badRequest('malformed_request', 'Send a Host header.');
  next();
}
