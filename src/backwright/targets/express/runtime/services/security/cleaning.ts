import { identityQueries } from '../../database/queries/identity.js';
import { transaction } from '../data/database.js';
import { IDENTITY } from './identity.js';

const EVERY_MS = 10 * 60_000;

const cleanings = [
  { name: 'identity.cleanMails', text: identityQueries.cleanMails, values: [] },
  { name: 'identity.cleanTokens', text: identityQueries.cleanTokens, values: [] },
  { name: 'identity.cleanSessions', text: identityQueries.cleanSessions, values: [] },
  { name: 'identity.cleanIdempotencyKeys', text: identityQueries.cleanIdempotencyKeys, values: [] },
];

/** Deletes what is old, now and every ten minutes, until the returned function is called. */
export function startCleaning(): () => void {
  // Another server does it, or the next round.
  const clean = () => void cleanUp().catch(() => undefined);
  clean();
  const timer = setInterval(clean, EVERY_MS);
  return () => clearInterval(timer);
}

/** Unless another server is at it. */
export const cleanUp = (): Promise<void> =>
  transaction(IDENTITY, async (tx) => {
    const [lock] = await tx.send({ name: 'identity.lockCleaning', text: identityQueries.lockCleaning, values: [] });
    if (lock?.rows[0]?.[0] === 't') await tx.commit(...cleanings);
  });
