import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calls } from '../config/calls.js';
import { outbox } from '../config/outbox.js';
import { settings } from '../config/settings.js';
import { closeDatabase } from '../services/data/database.js';
import { Dispatcher } from '../services/events/dispatcher.js';
import { subscribers } from '../services/events/subscribers.js';
import { Caller } from '../services/external/caller.js';
import { startDelivery } from '../services/external/delivery.js';
import { log } from '../services/external/log.js';
import { outcomes } from '../services/external/outcomes.js';
import { ports } from '../services/external/port-adapters.js';
import { tracer } from '../services/observability/tracing.js';
import { startCleaning } from '../services/security/cleaning.js';
import { store } from '../services/security/limit-store.js';
import { listenForMetrics } from './metrics.js';
import { announceStop } from './routes/health.js';
import { drain, listen } from './server.js';
import { acceptSockets, closeSockets } from './socket/handshake.js';

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
  closeSockets();
  await drain(server);
  stopCleaning();
  await stopDelivery();
  await caller?.stop();
  await dispatcher?.stop();
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
acceptSockets(server);
const caller = calls.enabled ? new Caller(log, ports, outcomes) : undefined;
const dispatcher = outbox.enabled ? new Dispatcher(log, subscribers) : undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server, signal));
if (metrics) log.info({ event: 'metrics.started', ...place(metrics) });
log.info({ event: 'server.started', ...place(server) });
