import { identityQueries } from '../../database/queries/identity.js';
import { transaction } from '../data/database.js';
import { described, log } from '../external/log.js';
import { IDENTITY } from './identity.js';

const EVERY_MS = 10 * 60_000;

const cleanings = [
  { name: 'identity.cleanMails', text: identityQueries.cleanMails, values: [] },
  { name: 'identity.cleanTokens', text: identityQueries.cleanTokens, values: [] },
  { name: 'identity.cleanRefreshTokens', text: identityQueries.cleanRefreshTokens, values: [] },
  { name: 'identity.cleanSessions', text: identityQueries.cleanSessions, values: [] },
  { name: 'identity.cleanIdempotencyKeys', text: identityQueries.cleanIdempotencyKeys, values: [] },
];

/** Deletes what is old, now and every ten minutes, until the returned function is called. */
export function startCleaning(): () => void {
  let stopped = false;
  const clean = () => void cleanUp(() => stopped).catch((error) => log.error({ event: 'cleaning.failed', err: described(error) }));
  clean();
  const timer = setInterval(clean, EVERY_MS);
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}

/** Some rows at a time, until none are left. */
export async function cleanUp(isStopped = () => false): Promise<void> {
  for (const cleaning of cleanings) while (!isStopped() && (await deleted(cleaning)) > 0);
}

/** How many rows; none while another server is at it. */
const deleted = (cleaning: (typeof cleanings)[number]): Promise<number> =>
  transaction(IDENTITY, async (tx) => {
    const [lock] = await tx.send({ name: 'identity.lockCleaning', text: identityQueries.lockCleaning, values: [] });
    if (lock?.rows[0]?.[0] !== 't') return 0;
    const [done] = await tx.commit(cleaning);
    return done?.count ?? 0;
  });
