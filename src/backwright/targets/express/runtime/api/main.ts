import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { settings } from '../config/settings.js';
import { closeDatabase } from '../services/data/database.js';
import { tracer } from '../services/observability/tracing.js';
import { listenForMetrics } from './metrics.js';
import { log } from './middleware/request-log.js';
import { announceStop } from './routes/health.js';
import { drain, listen } from './server.js';

/** The promise, or the end of the process with the reason in the log. */
const orEnd = (listening: Promise<Server>): Promise<Server> =>
  listening.catch((error: NodeJS.ErrnoException & { port?: number }) => {
    const message = error.code === 'EADDRINUSE' ? `port ${error.port} is in use` : error.message;
    log.fatal({ event: 'server.failed', message });
    process.exit(1);
  });

const place = (server: Server) => {
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
};

async function stop(server: Server, signal: string): Promise<void> {
  log.info({ event: 'server.stopping', signal });
  announceStop();
  setTimeout(() => process.exit(1), settings.stopTimeoutMs).unref();
  await drain(server);
  await closeDatabase();
  await tracer?.flush();
  metrics?.close();
  metrics?.closeAllConnections();
  log.info({ event: 'server.stopped' });
}

const metrics = settings.metricsPort === undefined ? undefined : await orEnd(listenForMetrics(settings.metricsPort));
const server = await orEnd(listen());
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server, signal));
if (metrics) log.info({ event: 'metrics.started', ...place(metrics) });
log.info({ event: 'server.started', ...place(server) });
