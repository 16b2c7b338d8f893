import { name } from '../../config/application.js';
import { type Quota, redisUrl } from '../../config/limits.js';
import { limitQueries } from '../../database/queries/limits.js';
import { type Context, write } from '../data/database.js';

/** What was leased, what that leaves to others, and how long the window still lasts. */
export interface Lease {
  readonly leased: number;
  readonly beyond: number;
  readonly milliseconds: number;
}

interface Store {
  /** Takes up to `batch` requests out of what the quota of a key has left for all servers. */
  lease(key: string, quota: Quota, batch: number): Promise<Lease>;
  close(): void;
}

/** The row policy of the counts opens for this operation alone. */
const counting: Context = { userId: null, role: null, operation: 'limits' };

const database: Store = {
  async lease(key, { requests, seconds }, batch) {
    const [held] = await write(
      counting,
      { name: 'limits.lease', text: limitQueries.lease, values: [key, requests, batch, seconds] },
      { name: 'limits.sweep', text: limitQueries.sweep, values: [] },
    );
    return leaseOf(held?.rows[0]);
  },
  close() {},
};

async function redis(url: string): Promise<Store> {
  const { Redis } = await import('ioredis');
  const timeouts = { connectTimeout: 2_000, commandTimeout: 2_000, maxRetriesPerRequest: 1 };
  // The account may be one that can do no more than count.
  const client = new Redis(url, { ...timeouts, enableReadyCheck: false });
  // Whoever asks is told.
  client.on('error', () => undefined);
  return {
    async lease(key, { requests, seconds }, batch) {
      const values = [requests, batch, seconds * 1000];
      return leaseOf((await client.eval(limitQueries.leaseScript, 1, `${name}:limits:${key}`, ...values)) as number[]);
    },
    close() {
      client.disconnect();
    },
  };
}

function leaseOf(row: readonly unknown[] = []): Lease {
  const [leased = 0, beyond = 0, milliseconds = 0] = row.map(Number);
  return { leased, beyond, milliseconds };
}

export const store = redisUrl ? await redis(redisUrl) : database;
