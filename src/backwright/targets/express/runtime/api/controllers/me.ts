import type { Request, Response } from 'express';
import type { Resource } from '../../services/data/resource.js';
import { showRow } from './resource.js';

/** The caller's own row. */
export const showMe =
  (resource: Resource) =>
  async (req: Request, res: Response): Promise<void> => {
    await showRow(resource, req, res, String(res.locals.caller?.userId));
  };
