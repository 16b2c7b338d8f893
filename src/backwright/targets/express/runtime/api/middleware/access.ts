import type { NextFunction, Request, Response } from 'express';
import { refuseExcess } from './limits.js';

/** Everyone, also without an account. */
export const everyone = (_req: Request, res: Response, next: NextFunction): void => {
  refuseExcess(res);
  next();
};
