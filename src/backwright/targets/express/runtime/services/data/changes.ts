import { setTimeout as elapsed } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { described } from '../external/log.js';
import type { ResponseCache } from './cache.js';
import { connection } from './database.js';

const LOOK_MS = 250;
const LOOK_TIMEOUT_MS = 2_000;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/**
 * Hears what is written, for the cache. A connection that has died in silence hears nothing: every look asks the database for something,
 * and whatever was said before the look has arrived when it is answered.
 */
export class Changes {
  readonly #log: Pick<Logger, 'warn'>;
  readonly #cache: ResponseCache;
  #client: pg.Client | undefined;
  #failures = 0;
  #stopped = false;

  constructor(log: Pick<Logger, 'warn'>, cache: ResponseCache) {
    this.#log = log;
    this.#cache = cache;
    void this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client?.end().catch(() => undefined);
  }

  async #follow(): Promise<void> {
    while (!this.#stopped) {
      const error = await this.#listen().catch((error: unknown) => error);
      if (this.#stopped) return;
      if (this.#failures === 0) this.#log.warn({ event: 'changes.failed', err: described(error) });
      this.#failures += 1;
      await elapsed(delay(this.#failures), undefined, { ref: false });
    }
  }

  /** Until the connection is lost. */
  async #listen(): Promise<never> {
    const client = new pg.Client({ ...connection, query_timeout: LOOK_TIMEOUT_MS });
    this.#client = client;
    const lost = () => this.#cache.deaf();
    client
      .on('error', lost)
      .on('end', lost)
      .on('notification', ({ payload }) => this.#cache.drop(payload ?? ''));
    try {
      await client.connect();
      await client.query('listen changes');
      this.#cache.listening();
      this.#failures = 0;
      for (;;) {
        const asked = performance.now();
        await client.query('select 1');
        this.#cache.heardUntil(asked);
        await elapsed(LOOK_MS, undefined, { ref: false });
      }
    } finally {
      lost();
      client.end().catch(() => undefined);
    }
  }
}

/** Longer after each failure, and never for all servers at the same time. */
const delay = (failures: number) => Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) * (0.5 + Math.random() / 2);
