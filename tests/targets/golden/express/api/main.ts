import type { Server } from 'node:http';
import { settings } from '../config/settings.js';
import { closeDatabase } from '../services/data/database.js';
import { startDelivery } from '../services/external/delivery.js';
import { log } from '../services/external/log.js';
import { startCleaning } from '../services/security/cleaning.js';
import { announceStop } from './routes/health.js';
import { drain, listen } from './server.js';

async function stop(server: Server, signal: string): Promise<void> {
  log.info({ event: 'server.stopping', signal });
  announceStop();
  setTimeout(() => process.exit(1), settings.stopTimeoutMs).unref();
  await drain(server);
  stopCleaning();
  await stopDelivery();
  await closeDatabase();
  log.info({ event: 'server.stopped' });
}

const stopCleaning = startCleaning();
const stopDelivery = startDelivery();
const server = await listen().catch((error: NodeJS.ErrnoException) => {
  const message = error.code === 'EADDRINUSE' ? `port ${settings.port} is in use` : error.message;
  log.fatal({ event: 'server.failed', message });
  process.exit(1);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server, signal));
log.info({ event: 'server.started', address: server.address() });
