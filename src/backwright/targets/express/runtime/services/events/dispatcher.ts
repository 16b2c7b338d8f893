import { outboxLag } from '../../config/metrics.js';
import { outbox } from '../../config/outbox.js';
import { outboxQueries } from '../../database/queries/outbox.js';
import { type Claimed, type Limits, type Log, Worker } from '../data/worker.js';
import { described } from '../external/log.js';
import { latest } from '../observability/metrics.js';

export interface Delivery {
  /** The same in every delivery of one event. */
  readonly id: string;
  readonly event: string;
  /** Events of one subject come in order; an event without one comes when it can. */
  readonly subject: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type Subscriber = (delivery: Delivery) => Promise<void>;
export type Subscribers = Readonly<Record<string, readonly Subscriber[]>>;

const lag = latest(outboxLag);

/** Delivers events from the outbox to every subscriber: at least once, those of one subject in order. */
export class Dispatcher extends Worker {
  readonly #subscribers: Subscribers;

  constructor(log: Log, subscribers: Subscribers, limits: Limits = outbox) {
    super({ name: 'outbox', queries: outboxQueries, lag, known: [Object.keys(subscribers)] }, log, limits);
    this.#subscribers = subscribers;
  }

  protected async work(row: Claimed): Promise<void> {
    const [position, attempts, id, event, subject, payload] = row;
    const about = { id, name: event, subject, attempts: Number(attempts) };
    try {
      const delivery = { id: String(id), event: String(event), subject: subject ?? null, payload: JSON.parse(String(payload)) };
      await this.inTime((signal) => this.#tell(delivery, signal));
      const published = await this.write('publish', outboxQueries.publish, position, attempts);
      if (published?.count) this.log.info({ event: 'event.published', ...about });
    } catch (error) {
      this.log.warn({ event: 'event.failed', ...about, err: described(error) });
      if (await this.giveBack(row)) this.log.error({ event: 'event.dead', ...about });
    }
  }

  protected unavailable(error: unknown): void {
    this.log.error({ event: 'outbox.failed', err: described(error) });
  }

  /** To one after another; what was given up goes no further, for it is delivered again. */
  async #tell(delivery: Delivery, signal: AbortSignal): Promise<void> {
    for (const subscriber of this.#subscribers[delivery.event] ?? []) {
      signal.throwIfAborted();
      await subscriber(delivery);
    }
  }
}
