import { setTimeout as elapsed } from 'node:timers/promises';
import type { Logger } from 'pino';
import { outbox } from '../../config/outbox.js';
import { outboxQueries } from '../../database/queries/outbox.js';
import { type Context, write } from '../data/database.js';
import { Listener } from '../data/listener.js';
import { described } from '../external/log.js';

export interface Delivery {
  /** The same in every delivery of one event. */
  readonly id: string;
  readonly event: string;
  /** Events of one subject come in order; an event without one comes when it can. */
  readonly subject: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type Subscriber = (delivery: Delivery) => Promise<void>;

type Claimed = readonly (string | null)[];
type Log = Pick<Logger, 'info' | 'warn' | 'error'>;
type Limits = Omit<typeof outbox, 'enabled'>;

const AT_ONCE = 16;
const PURGE_MS = 60_000;
const nobody: Context = { userId: null, role: null, operation: 'outbox' };

/** Delivers events from the outbox to every subscriber: at least once, those of one subject in order. */
export class Dispatcher {
  readonly #subscribers: Readonly<Record<string, readonly Subscriber[]>>;
  readonly #log: Log;
  readonly #limits: Limits;
  readonly #underWay = new Set<Promise<void>>();
  readonly #listener: Listener;
  readonly #polling: NodeJS.Timeout;
  readonly #purging: NodeJS.Timeout;
  #claiming: Promise<void> | undefined;
  #wanted = false;
  #stopped = false;

  constructor(log: Log, subscribers: Readonly<Record<string, readonly Subscriber[]>> = {}, limits: Limits = outbox) {
    this.#log = log;
    this.#subscribers = subscribers;
    this.#limits = limits;
    this.#listener = new Listener('outbox', () => this.#wake());
    this.#polling = setInterval(() => this.#wake(), limits.pollMs);
    this.#purging = setInterval(() => void this.purge(), PURGE_MS);
  }

  /** Claims nothing more, and waits for the deliveries under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#polling);
    clearInterval(this.#purging);
    await this.#listener.close();
    await this.#claiming;
    await Promise.all(this.#underWay);
  }

  /** Deletes events that were settled long ago. */
  async purge(): Promise<void> {
    const values = [this.#limits.retentionHours];
    await write(nobody, { name: 'outbox.purge', text: outboxQueries.purge, values }).catch((error: unknown) =>
      this.#log.error({ event: 'outbox.failed', err: described(error) }),
    );
  }

  #wake(): void {
    if (this.#stopped) return;
    this.#wanted = true;
    this.#claiming ??= this.#claim()
      .catch((error: unknown) => this.#log.error({ event: 'outbox.failed', err: described(error) }))
      .finally(() => {
        this.#claiming = undefined;
        if (this.#wanted && this.#underWay.size < AT_ONCE) this.#wake();
      });
  }

  async #claim(): Promise<void> {
    while (this.#wanted && !this.#stopped && this.#underWay.size < AT_ONCE) {
      this.#wanted = false;
      const values = [AT_ONCE - this.#underWay.size, this.#limits.leaseMs];
      const [claimed] = await write(nobody, { name: 'outbox.claim', text: outboxQueries.claim, values });
      for (const row of claimed?.rows ?? []) {
        const delivery = this.#deliver(row).finally(() => {
          this.#underWay.delete(delivery);
          this.#wake();
        });
        this.#underWay.add(delivery);
      }
    }
  }

  async #deliver([position, attempts, id, event, subject, payload]: Claimed): Promise<void> {
    const about = { id, name: event, subject, attempts: Number(attempts) };
    const settled = [position, attempts];
    try {
      const delivery = { id: String(id), event: String(event), subject: subject ?? null, payload: JSON.parse(String(payload)) };
      await this.#inTime(this.#tell(delivery));
      const [published] = await write(nobody, { name: 'outbox.publish', text: outboxQueries.publish, values: settled });
      if (published?.count) this.#log.info({ event: 'event.published', ...about });
    } catch (error) {
      this.#log.warn({ event: 'event.failed', ...about, err: described(error) });
      await this.#fail(settled, about).catch((failure: unknown) => this.#log.error({ event: 'outbox.failed', err: described(failure) }));
    }
  }

  async #fail(settled: readonly unknown[], about: object): Promise<void> {
    const values = [...settled, this.#limits.attempts, this.#limits.retryMs];
    const [failed] = await write(nobody, { name: 'outbox.fail', text: outboxQueries.fail, values });
    if (failed?.rows[0]?.[0] === 'dead') this.#log.error({ event: 'event.dead', ...about });
  }

  async #tell(delivery: Delivery): Promise<void> {
    for (const subscriber of this.#subscribers[delivery.event] ?? []) await subscriber(delivery);
  }

  /** A delivery that takes too long is given up before its lease ends. */
  async #inTime(work: Promise<void>): Promise<void> {
    const limit = new AbortController();
    const late = elapsed(this.#limits.leaseMs * 0.9, undefined, { signal: limit.signal }).then(() => {
      throw new Error('the delivery took too long');
    });
    await Promise.race([work, late]).finally(() => limit.abort());
  }
}
