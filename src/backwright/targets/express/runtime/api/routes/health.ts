import { Router } from 'express';
import { isExhausted, read } from '../../services/data/database.js';

let stopping = false;

/** From now on `/readyz` says 503, so that no new work is sent here. */
export const announceStop = (): void => {
  stopping = true;
};

const nobody = { userId: null, role: null, operation: 'health' };

async function readiness(): Promise<string> {
  if (stopping) return 'stopping';
  if (isExhausted()) return 'connections exhausted';
  return read(nobody, { name: 'ready', text: 'select 1', values: [] }).then(
    () => (stopping ? 'stopping' : 'ready'),
    () => 'database unavailable',
  );
}

export const healthRoutes = Router({ caseSensitive: true, strict: true })
  .get('/livez', (_req, res) => {
    res.json({ status: 'alive' });
  })
  .get('/readyz', async (_req, res) => {
    const status = await readiness();
    res.status(status === 'ready' ? 200 : 503).json({ status });
  });
