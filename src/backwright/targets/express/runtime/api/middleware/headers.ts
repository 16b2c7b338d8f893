import type { NextFunction, Request, Response } from 'express';
import { settings } from '../../config/settings.js';

const headers: Record<string, string> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  ...(settings.environment === 'production' && { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' }),
};

/** The headers of an API that no browser renders (ASVS 5.0, 3.4). */
export function setHeaders(_req: Request, res: Response, next: NextFunction): void {
  res.set(headers);
  next();
}
