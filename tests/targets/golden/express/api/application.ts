import express, { type Express } from 'express';
import { dispatch } from './dispatch.js';
import { authenticate } from './middleware/authentication.js';
import { readBody } from './middleware/body.js';
import { refuseRepeated, setHeaders } from './middleware/headers.js';
import { countRequests } from './middleware/limits.js';
import { allowOrigins } from './middleware/origins.js';
import { answerProblem, refuseUnknown } from './middleware/problems.js';
import { logRequests } from './middleware/request-log.js';
import { healthRoutes } from './routes/health.js';
import { routes } from './routes/index.js';
import { sandboxRoutes } from './routes/sandbox.js';

export function application(): Express {
  const app = express();
  app.disable('x-powered-by').set('etag', false).set('query parser', 'simple');
  app.enable('case sensitive routing').enable('strict routing');
  app.use(
    logRequests,
    setHeaders,
    allowOrigins,
    refuseRepeated,
    dispatch(healthRoutes, sandboxRoutes),
    readBody,
    authenticate,
    countRequests,
  );
  app.use('/v1', dispatch(...routes), refuseUnknown(...routes));
  app.use(refuseUnknown(healthRoutes, sandboxRoutes), answerProblem);
  return app;
}
