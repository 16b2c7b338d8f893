import type { NextFunction, Request, Response } from 'express';
import { changes } from '../../config/changes.js';
import { cache } from '../../services/data/cache.js';
import { routeOf } from './request-log.js';

/** Whoever has written something reads it back: kept answers that show it are dropped before the writer is answered. */
export function dropChanged(req: Request, res: Response, next: NextFunction): void {
  if (req.method === 'GET' || req.method === 'HEAD') {
    next();
    return;
  }
  const writeHead = res.writeHead.bind(res) as (...given: unknown[]) => Response;
  res.writeHead = (...given: unknown[]) => {
    // A refusal has changed nothing; after a failure nobody knows.
    if (res.statusCode < 400 || res.statusCode >= 500) {
      for (const collection of changes.get(`${req.method} ${routeOf(req, res)}`) ?? []) cache.drop(collection);
    }
    return writeHead(...given);
  };
  next();
}
