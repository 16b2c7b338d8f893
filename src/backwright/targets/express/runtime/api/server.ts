import { createServer, type Server } from 'node:http';
import { settings } from '../config/settings.js';
import { application } from './application.js';

/** Messages are limited (RFC 9112): 16 kB of headers within 10 s, a whole request within 30 s. */
const limits = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
};

export const listen = (port = settings.port): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(limits, application());
    server.once('error', reject).listen(port, settings.host, () => resolve(server));
  });
