import pg from 'pg';
import { connection } from './database.js';

const AGAIN_MS = 1_000;

/** Calls `heard` at every notification on a channel, and whenever one may have been missed, until it is closed. */
export class Listener {
  readonly #channel: string;
  readonly #heard: () => void;
  #client: pg.Client | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(channel: string, heard: () => void) {
    this.#channel = channel;
    this.#heard = heard;
    this.#open();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    await this.#client?.end().catch(() => undefined);
  }

  #open(): void {
    const client = new pg.Client(connection);
    this.#client = client;
    const lost = () => {
      if (this.#client !== client || this.#closed) return;
      this.#client = undefined;
      this.#again = setTimeout(() => this.#open(), AGAIN_MS);
      client.end().catch(() => undefined);
    };
    client.on('error', lost).on('end', lost).on('notification', this.#heard);
    client
      .connect()
      .then(() => client.query(`listen ${this.#channel}`))
      .then(this.#heard, lost);
  }
}
