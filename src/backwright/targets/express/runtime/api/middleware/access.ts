import type { NextFunction, Request, Response } from 'express';

/** Everyone, also without an account. */
export const everyone = (_req: Request, _res: Response, next: NextFunction): void => next();
