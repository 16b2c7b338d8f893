import { Router } from 'express';
import { read } from '../../services/data/database.js';

let stopping = false;

/** From now on `/readyz` says 503, so that no new work is sent here. */
export const announceStop = (): void => {
  stopping = true;
};

const nobody = { userId: null, role: null, operation: 'health' };

export const healthRoutes = Router({ caseSensitive: true, strict: true })
  .get('/livez', (_req, res) => {
    res.json({ status: 'alive' });
  })
  .get('/readyz', async (_req, res) => {
    const ready =
      !stopping &&
      (await read(nobody, { name: 'ready', text: 'select 1', values: [] }).then(
        () => true,
        () => false,
      ));
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : stopping ? 'stopping' : 'database unavailable' });
  });
