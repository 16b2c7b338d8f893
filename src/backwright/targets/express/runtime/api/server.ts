import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { settings } from '../config/settings.js';
import { application } from './application.js';
import { refuseUnreadable } from './middleware/unreadable.js';

/** Messages are limited (RFC 9112): 16 kB of headers within 10 s, a whole request within 30 s. */
const limits = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  // The application refuses a missing Host itself, with a problem document.
  requireHostHeader: false,
};

/** Whoever takes nothing of an answer for so long gets no more of it; later than a request that stops is answered. */
const QUIET_MS = 40_000;

export const listen = (port = settings.port): Promise<Server> =>
  new Promise((resolve, reject) => {
    const app = application();
    const server = createServer(limits, app)
      .on('clientError', refuseUnreadable)
      .on('checkExpectation', app)
      .on('connect', (_req, socket) => refuseUnreadable(new Error('no tunnel'), socket))
      .prependListener('request', track)
      .prependListener('checkExpectation', track)
      .setTimeout(QUIET_MS);
    server.once('error', reject).listen(port, settings.host, () => resolve(server));
  });

const underWay = new Set<ServerResponse>();
let draining = false;

function track(_req: IncomingMessage, res: ServerResponse): void {
  underWay.add(res);
  res.once('close', () => underWay.delete(res));
  if (draining) res.setHeader('Connection', 'close');
}

/** Takes no new connections, answers the requests under way, and then drops whoever still holds a connection. */
export function drain(server: Server): Promise<void> {
  draining = true;
  for (const res of underWay) if (!res.headersSent) res.setHeader('Connection', 'close');
  return new Promise((resolve) => {
    const dropping = setInterval(() => underWay.size === 0 && server.closeAllConnections(), 1_000);
    server.close(() => {
      clearInterval(dropping);
      resolve();
    });
  });
}
