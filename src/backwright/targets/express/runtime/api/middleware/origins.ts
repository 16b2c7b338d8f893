import type { NextFunction, Request, Response } from 'express';
import { sharing } from '../../config/application.js';
import { settings } from '../../config/settings.js';

const known = new Set(settings.corsOrigins);

/** Lets pages of known origins use this API, and answers what their browsers ask beforehand (Fetch Standard, 3.3). */
export function allowOrigins(req: Request, res: Response, next: NextFunction): void {
  if (known.size > 0) res.setHeader('Vary', 'Origin');
  const { origin } = req.headers;
  if (origin === undefined || !known.has(origin)) {
    next();
    return;
  }
  res.setHeader('Access-Control-Allow-Origin', origin);
  if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) {
    res.setHeader('Access-Control-Expose-Headers', sharing.exposed);
    next();
    return;
  }
  res.setHeader('Access-Control-Allow-Methods', sharing.methods);
  res.setHeader('Access-Control-Allow-Headers', sharing.headers);
  res.setHeader('Access-Control-Max-Age', '600');
  res.status(204).end();
}
