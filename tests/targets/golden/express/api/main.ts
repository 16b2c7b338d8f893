import type { Server } from 'node:http';
import { settings } from '../config/settings.js';
import { closeDatabase } from '../services/data/database.js';
import { log } from './middleware/request-log.js';
import { announceStop } from './routes/health.js';
import { drain, listen } from './server.js';

async function stop(server: Server, signal: string): Promise<void> {
  log.info({ event: 'server.stopping', signal });
  announceStop();
  setTimeout(() => process.exit(1), settings.stopTimeoutMs).unref();
  await drain(server);
  await closeDatabase();
  log.info({ event: 'server.stopped' });
}

const server = await listen().catch((error: NodeJS.ErrnoException) => {
  const message = error.code === 'EADDRINUSE' ? `port ${settings.port} is in use` : error.message;
  log.fatal({ event: 'server.failed', message });
  process.exit(1);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server, signal));
log.info({ event: 'server.started', address: server.address() });
