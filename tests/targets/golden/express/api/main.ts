import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { settings } from '../config/settings.js';
import { closeDatabase } from '../services/data/database.js';
import { startDelivery } from '../services/external/delivery.js';
import { log } from '../services/external/log.js';
import { tracer } from '../services/observability/tracing.js';
import { startCleaning } from '../services/security/cleaning.js';
import { store } from '../services/security/limit-store.js';
import { listenForMetrics } from './metrics.js';
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
  stopCleaning();
  await stopDelivery();
  await closeDatabase();
  store.close();
  await tracer?.flush();
  metrics?.close();
  metrics?.closeAllConnections();
  log.info({ event: 'server.stopped' });
}

const stopCleaning = startCleaning();
const stopDelivery = startDelivery();
const metrics = settings.metricsPort === undefined ? undefined : await orEnd(listenForMetrics(settings.metricsPort));
const server = await orEnd(listen());
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server, signal));
if (metrics) log.info({ event: 'metrics.started', ...place(metrics) });
log.info({ event: 'server.started', ...place(server) });
