import type { NextFunction, Request, Response, Router } from 'express';
import { Problem } from '../../services/business/problem.js';
import { translated } from '../../services/data/failures.js';
import { described, log } from '../../services/external/log.js';
import { refuseExcess } from './limits.js';

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The one place where errors become answers (RFC 9457). */
export function answerProblem(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  if (res.headersSent) {
    next(error);
    return;
  }
  const problem = asProblem(translated(error));
  const { requestId, traceId } = res.locals;
  res.locals.refusal = problem.aside;
  if (problem.status >= 500) log.error({ event: 'request.failed', requestId, traceId, err: described(error) });
  res.status(problem.status).set(problem.headers).type('application/problem+json').send(problemJson(problem, requestId));
}

export const problemJson = (problem: Problem, requestId: string): string =>
  JSON.stringify({
    type: `/problems/${problem.code}`,
    title: TITLES[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    requestId,
    ...(problem.faults.length > 0 && { errors: problem.faults }),
  });

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof URIError) return new Problem(400, 'malformed_path', 'The path is not valid.');
  return new Problem(500, 'internal_error', 'Something went wrong on our side.');
}

interface Layer {
  match(path: string): boolean;
  readonly route?: { readonly stack: readonly { readonly method: string }[] };
}

/** After all routes: 405 with `Allow` where the path exists under another method (RFC 9110, 15.5.6), else 404. */
export const refuseUnknown =
  (...routers: Router[]) =>
  (req: Request, res: Response): void => {
    refuseExcess(res);
    const layers = routers.flatMap((router) => router.stack as unknown as Layer[]);
    const methods = new Set<string>();
    for (const { route } of layers.filter((layer) => layer.match(req.path))) {
      for (const { method } of route?.stack ?? []) methods.add(method.toUpperCase());
    }
    if (methods.size === 0) throw new Problem(404, 'not_found', 'There is nothing at this path.');
    if (methods.has('GET')) methods.add('HEAD');
    const allow = [...methods].sort().join(', ');
    throw new Problem(405, 'method_not_allowed', `This path allows ${allow}.`, { headers: { Allow: allow } });
  };
