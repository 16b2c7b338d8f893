import type { NextFunction, Request, Response } from 'express';

/** Says that a route is deprecated (RFC 9745), and when it goes (RFC 8594). */
export const retiring =
  (notices: Readonly<Record<string, string>>) =>
  (_req: Request, res: Response, next: NextFunction): void => {
    for (const [name, value] of Object.entries(notices)) res.setHeader(name, value);
    next();
  };
