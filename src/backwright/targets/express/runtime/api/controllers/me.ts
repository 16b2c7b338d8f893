import type { Request, Response } from 'express';
import type { Includes } from '../../services/data/includes.js';
import type { Resource } from '../../services/data/resource.js';
import { showing } from './resource.js';

/** The caller's own row. */
export const showMe = (resource: Resource, includes?: Includes) => {
  const showRow = showing(resource, includes);
  return async (req: Request, res: Response): Promise<void> => showRow(req, res, String(res.locals.caller?.userId));
};
