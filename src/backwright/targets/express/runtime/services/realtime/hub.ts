import { socketLimits } from '../../config/channels.js';
import { outbox } from '../../config/outbox.js';
import { Listener } from '../data/listener.js';
import { described, log } from '../external/log.js';
import type { SessionCaller } from '../security/caller.js';
import { type Address, addressesOf, addressOf, audible, type News } from './addresses.js';
import { currentSnapshot, newsBeyond, newsSince, type Snapshot } from './outbox.js';
import { callersOf } from './tickets.js';

export interface Subscriber {
  caller: SessionCaller;
  readonly addresses: Map<string, Address>;
  tell(message: object | string): void;
  end(code: number, reason: string): void;
}

export interface Subscription {
  readonly id: string;
  readonly channel: string;
  readonly after?: string | undefined;
}

const message = (channel: string, { id, name, payload }: News) => JSON.stringify({ type: 'event', id, channel, name, payload });

/** Tells the subscribers of this process what the outbox has for them. It rests while there are none. */
class Hub {
  readonly #subscribers = new Set<Subscriber>();
  readonly #heard = new Map<string, Set<Subscriber>>();
  #snapshot: Snapshot | undefined;
  #rest: (() => void) | undefined;
  #turns: Promise<void> = Promise.resolve();
  #isWoken = false;

  join(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
    this.#rest ??= this.#begin();
  }

  leave(subscriber: Subscriber): void {
    for (const address of subscriber.addresses.values()) this.#drop(subscriber, address);
    this.#subscribers.delete(subscriber);
    if (this.#subscribers.size > 0) return;
    this.#rest?.();
    this.#rest = undefined;
  }

  /** Tells everybody that the server stops, and closes their sockets. */
  stop(): void {
    for (const subscriber of this.#subscribers) {
      subscriber.tell({ type: 'stopping' });
      subscriber.end(1001, 'stopping');
    }
  }

  subscribe(subscriber: Subscriber, { id, channel, after }: Subscription): Promise<void> {
    return this.#inTurn(async () => {
      if (!(await this.#isStillThere(subscriber))) return;
      const refuse = (code: string) => subscriber.tell({ type: 'error', id, code });
      if (subscriber.addresses.has(channel)) return refuse('already_subscribed');
      if (subscriber.addresses.size >= socketLimits.subscriptions) return refuse('too_many_subscriptions');
      const address = addressOf(channel);
      if (!address || !(await audible(subscriber.caller, address.channel, [address.row])).has(address.row)) return refuse('not_found');
      const snapshot = this.#snapshot ?? (await currentSnapshot());
      const missed = after === undefined ? [] : await newsBeyond(after, address, snapshot);
      if (!this.#subscribers.has(subscriber)) return;
      this.#snapshot = snapshot;
      subscriber.addresses.set(channel, address);
      this.#heard.set(channel, (this.#heard.get(channel) ?? new Set()).add(subscriber));
      subscriber.tell({ type: 'subscribed', id, channel });
      if (!missed) subscriber.tell({ type: 'gap', channel });
      for (const news of missed ?? []) subscriber.tell(message(channel, news));
    }).catch((error: unknown) => {
      this.#failed(error);
      subscriber.tell({ type: 'error', id, code: 'unavailable' });
    });
  }

  unsubscribe(subscriber: Subscriber, { id, channel }: Subscription): Promise<void> {
    return this.#inTurn(async () => {
      const address = subscriber.addresses.get(channel);
      if (address) this.#drop(subscriber, address);
      subscriber.tell(address ? { type: 'unsubscribed', id, channel } : { type: 'error', id, code: 'not_subscribed' });
    });
  }

  #begin(): () => void {
    const listener = new Listener('outbox', () => this.#wake());
    const polling = setInterval(() => this.#wake(), outbox.pollMs);
    const checking = setInterval(() => this.#recheck(), socketLimits.checkSeconds * 1000);
    return () => {
      clearInterval(polling);
      clearInterval(checking);
      this.#snapshot = undefined;
      void listener.close();
    };
  }

  /** Whatever depends on what has been told so far is done one after another. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turns.then(work);
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    this.#inTurn(() => this.#look()).catch((error: unknown) => this.#failed(error));
  }

  #recheck(): void {
    this.#inTurn(() => this.#check(this.#subscribers)).catch((error: unknown) => this.#failed(error));
  }

  async #look(): Promise<void> {
    this.#isWoken = false;
    if (this.#heard.size === 0) this.#snapshot = undefined;
    const before = this.#snapshot;
    if (before === undefined) return;
    const { snapshot, news } = await newsSince(before);
    if (news.length > socketLimits.events) this.#tellOfGaps();
    else await this.#deliver(news);
    // Unless everybody has left meanwhile.
    if (this.#snapshot === before) this.#snapshot = snapshot;
  }

  #tellOfGaps(): void {
    for (const [channel, subscribers] of this.#heard) {
      for (const subscriber of subscribers) subscriber.tell({ type: 'gap', channel });
    }
  }

  async #deliver(news: readonly News[]): Promise<void> {
    const told = news.flatMap((each) => addressesOf(each).map((channel) => ({ channel, each })));
    const heard = new Set(told.map(({ channel }) => channel).filter((channel) => this.#heard.has(channel)));
    if (heard.size === 0) return;
    await this.#check(new Set([...heard].flatMap((channel) => [...(this.#heard.get(channel) ?? [])])), heard);
    for (const { channel, each } of told) {
      const subscribers = this.#heard.get(channel);
      if (!subscribers) continue;
      const text = message(channel, each);
      for (const subscriber of subscribers) subscriber.tell(text);
    }
  }

  /** Ends what is no longer allowed: sockets of sessions that have ended, subscriptions that the database refuses now. */
  async #check(subscribers: ReadonlySet<Subscriber>, channels?: ReadonlySet<string>): Promise<void> {
    const asked = [...subscribers];
    const callers = await callersOf(new Set(asked.map(({ caller }) => caller.sessionId)));
    const questions = new Map<string, { caller: SessionCaller; places: [Subscriber, Address][] }>();
    for (const subscriber of asked) {
      const caller = callers.get(subscriber.caller.sessionId);
      if (!caller) {
        subscriber.end(1008, 'session_ended');
        this.leave(subscriber);
        continue;
      }
      subscriber.caller = caller;
      for (const address of subscriber.addresses.values()) {
        if (channels && !channels.has(address.text)) continue;
        const key = `${caller.userId} ${caller.role} ${address.channel.before}`;
        const question = questions.get(key) ?? { caller, places: [] };
        question.places.push([subscriber, address]);
        questions.set(key, question);
      }
    }
    await Promise.all([...questions.values()].map(({ caller, places }) => this.#ask(caller, places)));
  }

  /** With the role of now; what was missed is told to nobody whose session has ended. */
  async #isStillThere(subscriber: Subscriber): Promise<boolean> {
    if (!this.#subscribers.has(subscriber)) return false;
    await this.#check(new Set([subscriber]), new Set());
    return this.#subscribers.has(subscriber);
  }

  async #ask(caller: SessionCaller, places: readonly [Subscriber, Address][]): Promise<void> {
    const [first] = places;
    if (!first) return;
    const rows = await audible(caller, first[1].channel, new Set(places.map(([, { row }]) => row)));
    for (const [subscriber, address] of places) {
      if (rows.has(address.row) || subscriber.addresses.get(address.text) !== address) continue;
      this.#drop(subscriber, address);
      subscriber.tell({ type: 'ended', channel: address.text });
    }
  }

  #drop(subscriber: Subscriber, { text }: Address): void {
    subscriber.addresses.delete(text);
    const left = this.#heard.get(text);
    left?.delete(subscriber);
    if (left?.size === 0) this.#heard.delete(text);
  }

  #failed(error: unknown): void {
    log.error({ event: 'channels.failed', err: described(error) });
  }
}

export const hub = new Hub();
